/**
 * Recordings: every message that a node's reducer was given, in order, so that the run can be replayed, to the bit.
 *
 * A {@linkcode fileRecorder} takes them while the node runs. {@linkcode readRecording} reads them back as a stream of
 * records, and a {@linkcode Replayer} folds them once more and says where the outcome is another one. All of this module runs
 * wherever bytes can be had; what needs the files of this machine is in `read_folder.ts` and `commands.ts`. The formats are
 * described in `FORMAT.md`.
 *
 * @module
 */
export { Continuity } from "./continuity.ts";
export { diskFiles } from "./disk_files.ts";
export { exportLines, LineWriter } from "./export_jsonl.ts";
export { fileRecorder, type FileRecorderOptions } from "./file_recorder.ts";
export { type Hash, Hasher, hexadecimal, parseHash, sameHash } from "./hash.ts";
export { Keyframe } from "./keyframe.ts";
export { hasPayload, LeftOut, type Payloads } from "./payload.ts";
export { readJsonLines } from "./read_jsonl.ts";
export { readRecording, type RecordingFile } from "./reader.ts";
export * from "./record.ts";
export {
  type CutEnd,
  type Difference,
  type ReplayedStart,
  type ReplayedStep,
  Replayer,
  type ReplayOptions,
  replayRecords,
  type Watch,
} from "./replayer.ts";
export { SegmentDecoder } from "./segment_decoder.ts";
export { stateHash } from "./state_hash.ts";
export { type Hashes, StepChecks } from "./step_checks.ts";
export { addSummary, emptySummary, type RunSummary, summaryToJson } from "./summary.ts";
export type { Version } from "../wire/version.ts";
