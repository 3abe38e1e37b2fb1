/**
 * What is in a snapshot: the shell's own records, then the chunks of the state machine.
 *
 * ```text
 * chunk 1       number of chunks with records
 * chunks 2 …    records (configuration, addresses, sessions)
 * the rest      what the state machine's `snapshot` has returned
 * ```
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { type SnapshotFile, type SnapshotWriter, StorageFailure } from "../storage/storage.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { StateMachine, SystemRecord } from "./state_machine.ts";
import { decodeRecords, encodeRecords, type SystemState } from "./system_state.ts";

const CHUNK = 256 * 1024;

/**
 * Writes the snapshot that `records` and `chunks` are. The first chunk is asked for at once, so that a generator that begins
 * with copying its state does so now, before anything else is applied.
 */
export async function writeSnapshot(
  writer: SnapshotWriter,
  records: readonly SystemRecord[],
  chunks: AsyncIterable<Bytes>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = iterator.next();
  try {
    writeRecords(writer, records);
    for (let result = await first; !result.done; result = await iterator.next()) {
      if (signal.aborted) throw new Error("The node stops.");
      writer.write(result.value);
    }
  } catch (error) {
    await iterator.return?.(); // it may hold something for as long as it is read
    throw error;
  }
}

function writeRecords(writer: SnapshotWriter, records: readonly SystemRecord[]): void {
  const encoded = encodeRecords(records, CHUNK);
  const head = new Writer();
  head.varint(encoded.length);
  writer.write(head.copy());
  for (const chunk of encoded) writer.write(chunk);
}

/** Replaces the state of `machine`, and the shell's part of it, by what is in `file`. */
export async function restoreMachine<Command, Reply, Query, Answer>(
  file: SnapshotFile,
  machine: StateMachine<Command, Reply, Query, Answer>,
  system: SystemState,
): Promise<void> {
  const chunks = file.chunks()[Symbol.asyncIterator]();
  const records = await readRecords(chunks);
  await machine.restore({ [Symbol.asyncIterator]: () => chunks }, { index: file.snapshot.index, records });
  system.restore(records);
}

/** The shell's records at the beginning of a snapshot; the state machine's chunks follow. */
export async function readRecords(chunks: AsyncIterator<Bytes>): Promise<readonly SystemRecord[]> {
  const next = async (): Promise<Bytes> => {
    const chunk = await chunks.next();
    if (!chunk.done) return chunk.value;
    const message = "The snapshot ends before its records do.";
    throw new StorageFailure({ type: "Damaged", path: "snapshot", offset: 0, message });
  };
  const records: SystemRecord[] = [];
  for (let count = new Reader(await next()).varint(); count > 0; count--) records.push(...decodeRecords(await next()));
  return records;
}
