/**
 * What stands around the reducer: running nodes with their clocks, disks and networks, and judges of reducers.
 *
 * @module
 */
export { type Cancel, type Clock, systemClock } from "./clock/clock.ts";
export { SimulatedClock } from "./clock/simulated_clock.ts";
export { denoDisk } from "./disk/deno_disk.ts";
export { type Disk, DiskError, type DiskFile } from "./disk/disk.ts";
export {
  type DiskOperation,
  type DiskOperationType,
  type MemoryDisk,
  memoryDisk,
  type MemoryDiskOptions,
} from "./disk/memory_disk.ts";
export { BadInput } from "./etcd/bad_input.ts";
export type { Difference } from "./etcd/difference.ts";
export type { RuleName } from "./etcd/exclusions.ts";
export { Judge, judgeFile, type JudgeFileOptions } from "./etcd/judge_file.ts";
export type { StepFunction } from "./etcd/subject.ts";
export type { ReadCount } from "./etcd/reader.ts";
export type { RunKind } from "./etcd/recorded.ts";
export type { Disagreement, Report, Summary, Tally } from "./etcd/report.ts";
export * from "./logging/mod.ts";
export { jsonCodec } from "./node/json_codec.ts";
export type { Meters } from "./node/meters.ts";
export * from "./node/raft_node.ts";
export type { Recorder } from "./node/recorder.ts";
export type { NodeSettings } from "./node/settings.ts";
export { COMPACTION_LIMITS, type CompactionLimits } from "./node/snapshots.ts";
export { StartFailure, startNode, type WhyNotStarted } from "./node/start_node.ts";
export * from "./node/state_machine.ts";
export { type Random, seededRandom, systemRandom } from "./random/random.ts";
export { SESSION_LIMITS, type SessionLimits } from "./session/sessions.ts";
export { fileStorage, type FileStorageOptions } from "./storage/file_storage.ts";
export { memoryStorage } from "./storage/memory_storage.ts";
export * from "./storage/storage.ts";
export * from "./transport/mod.ts";
export type { NodeTracer, ProposalTrace } from "./telemetry/trace.ts";
