/**
 * Freezing everything that a value reaches.
 *
 * @module
 */
import { Log } from "../../core/mod.ts";

/** What versions of a log share and append to; no other version can see what one appends. */
const PRIVATE_OF_LOG: ReadonlySet<PropertyKey> = new Set(["chunks"]);

/**
 * Freezes `value` and everything that it reaches, and returns it. Left out are the private storage of logs, whose entries
 * are frozen all the same, and bytes, which the language cannot freeze.
 */
export function deepFreeze<T>(value: T): T {
  freezeAll(value);
  return value;
}

function freezeAll(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  if (value instanceof Log) {
    for (let index = value.first; index <= value.last.index; index++) freezeAll(value.at(index));
  }
  for (const [name, member] of Object.entries(value)) {
    if (!(value instanceof Log && PRIVATE_OF_LOG.has(name))) freezeAll(member);
  }
}
