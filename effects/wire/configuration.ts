/**
 * Who is in the cluster (§6). The lists keep their order.
 *
 * @module
 */
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import { readList, writeList } from "./list.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Writes a configuration. */
export function writeConfiguration(writer: Writer, ids: ConfigurationIds): void {
  writeIds(writer, ids.voters);
  writeIds(writer, ids.votersOutgoing);
  writeIds(writer, ids.learners);
  writeIds(writer, ids.learnersNext);
  writer.boolean(ids.autoLeave);
}

/** Reads a configuration. */
export function readConfiguration(reader: Reader): ConfigurationIds {
  return {
    voters: readIds(reader),
    votersOutgoing: readIds(reader),
    learners: readIds(reader),
    learnersNext: readIds(reader),
    autoLeave: reader.boolean(),
  };
}

function writeIds(writer: Writer, ids: readonly NodeId[]): void {
  writeList(writer, ids, writeId);
}

function readIds(reader: Reader): readonly NodeId[] {
  return readList(reader, readId);
}

function writeId(writer: Writer, id: NodeId): void {
  writer.varint(id);
}

function readId(reader: Reader): NodeId {
  return reader.varint();
}
