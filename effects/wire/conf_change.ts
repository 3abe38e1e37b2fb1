/**
 * Changes of the configuration (§6), as a host applies them. In the log they have the core's own encoding.
 *
 * @module
 */
import type { Change, ChangeType, ConfChange, Transition } from "../../core/conf_change.ts";
import { Enumeration } from "./enumeration.ts";
import { readList, writeList } from "./list.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const TRANSITIONS = new Enumeration<Transition>("transition", { auto: 0, jointImplicit: 1, jointExplicit: 2 });
const CHANGES = new Enumeration<ChangeType>("change", { addNode: 0, removeNode: 1, updateNode: 2, addLearnerNode: 3 });

/** The type and the node: no change takes less. */
const LEAST = 2;

/** Writes a change. */
export function writeConfChange(writer: Writer, { transition, changes, context }: ConfChange): void {
  TRANSITIONS.write(writer, transition);
  writeList(writer, changes, writeChange);
  writer.bytes(context);
}

/** Reads a change; its context is a view. */
export function readConfChange(reader: Reader): ConfChange {
  return {
    transition: TRANSITIONS.read(reader),
    changes: readList(reader, readChange, LEAST),
    context: reader.bytes(),
  };
}

function writeChange(writer: Writer, { type, id }: Change): void {
  CHANGES.write(writer, type);
  writer.varint(id);
}

function readChange(reader: Reader): Change {
  return { type: CHANGES.read(reader), id: reader.varint() };
}
