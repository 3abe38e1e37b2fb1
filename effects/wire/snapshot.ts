/**
 * Snapshots as the core knows them: where they stand, who was in the cluster, and what the host needs (§7).
 *
 * @module
 */
import type { Snapshot } from "../../core/snapshot.ts";
import { readConfiguration, writeConfiguration } from "./configuration.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Writes a snapshot. */
export function writeSnapshot(writer: Writer, snapshot: Snapshot): void {
  writer.varint(snapshot.index);
  writer.varint(snapshot.term);
  writeConfiguration(writer, snapshot.configuration);
  writer.bytes(snapshot.data);
}

/** Reads a snapshot; its data is a view. */
export function readSnapshot(reader: Reader): Snapshot {
  return {
    index: reader.varint(),
    term: reader.varint(),
    configuration: readConfiguration(reader),
    data: reader.bytes(),
  };
}
