/**
 * The recorded state of a node, brought up to date line by line. The recording goes on from it, whatever the reducer says.
 *
 * @module
 */
import type { Entry } from "../../core/mod.ts";
import { toEntry } from "./entries.ts";
import type { RecordedEntry, RecordedSnapshot } from "./recorded_message.ts";
import type {
  RecordedDelta,
  RecordedLogDelta,
  RecordedMembers,
  RecordedPosition,
  RecordedProgress,
  RecordedState,
} from "./recorded_state.ts";
import type { RunMemory } from "./run_memory.ts";

/** A recorded log whose entries are ours. It is changed in place. */
export interface ExpectedLog {
  snapshot: RecordedPosition;
  /** The entries behind `snapshot`, in order. */
  entries: Entry[];
  stable: number;
  pendingSnapshot: RecordedSnapshot | null;
}

/** What is recorded of a node. It is changed in place. */
export type Expected =
  & { -readonly [M in keyof RecordedMembers]: RecordedMembers[M] }
  & { readonly log: ExpectedLog; readonly progress: { [id: string]: RecordedProgress } };

/** Takes over a loaded state. */
export function expect(load: RecordedState, memory: RunMemory): Expected {
  const { snapshot, entries, stable, pendingSnapshot } = load.log;
  return {
    ...load,
    log: { snapshot, entries: entries.map((one) => toEntry(one, memory)), stable, pendingSnapshot },
    progress: { ...load.progress },
  };
}

/** Brings `expected` from before to after `delta`. */
export function applyDelta(expected: Expected, delta: RecordedDelta, memory: RunMemory): void {
  for (const member in delta) {
    switch (member) {
      case "log":
        if (delta.log !== undefined) applyLogDelta(expected.log, delta.log, memory);
        break;
      case "progress":
        if (delta.progress !== undefined) applyProgressDelta(expected.progress, delta.progress);
        break;
      default:
        replace(expected, delta, member as keyof RecordedMembers);
    }
  }
}

function replace<M extends keyof RecordedMembers>(
  expected: { -readonly [N in M]: RecordedMembers[N] },
  delta: Partial<Pick<RecordedMembers, M>>,
  member: M,
): void {
  const value = delta[member];
  if (value !== undefined) expected[member] = value;
}

function applyLogDelta(log: ExpectedLog, delta: RecordedLogDelta, memory: RunMemory): void {
  const { snapshot, from, entries, stable, pendingSnapshot } = delta;
  if (snapshot !== undefined) {
    log.entries = log.entries.slice(Math.max(snapshot.index - log.snapshot.index, 0));
    log.snapshot = snapshot;
  }
  if (from !== undefined) {
    log.entries.length = Math.min(Math.max(from - log.snapshot.index - 1, 0), log.entries.length);
    appendRecorded(log.entries, entries ?? [], memory);
  }
  if (stable !== undefined) log.stable = stable;
  if (pendingSnapshot !== undefined) log.pendingSnapshot = pendingSnapshot;
}

function appendRecorded(to: Entry[], entries: readonly RecordedEntry[], memory: RunMemory): void {
  for (let i = 0; i < entries.length; i++) to.push(toEntry(entries[i], memory));
}

function applyProgressDelta(
  progress: { [id: string]: RecordedProgress },
  delta: { readonly [id: string]: RecordedProgress | null },
): void {
  for (const id in delta) {
    const peer = delta[id];
    if (peer === null) delete progress[id];
    else progress[id] = peer;
  }
}

/** The index of the last entry, or of the position before the first. */
export function lastIndex(log: ExpectedLog): number {
  return log.snapshot.index + log.entries.length;
}
