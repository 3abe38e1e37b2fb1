/**
 * One text for each value: what two nodes, messages or outboxes are compared by, whatever they are made of inside.
 *
 * @module
 */
import { type Entry, Log } from "../../core/mod.ts";

/** The value in a text that is the same for equal values only. Members are in alphabetical order. */
export function canonical(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Uint8Array) return `bytes ${value}`;
  if (value instanceof Log) return canonicalLog(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${name}:${canonical(member)}`)}}`;
}

/** A hash of the canonical text (53 bits). */
export function hashOf(value: unknown): number {
  const text = canonical(value);
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return 4294967296 * (2097151 & high) + (low >>> 0);
}

// By what a log says of itself, not by how it is stored.
function canonicalLog(log: Log): string {
  let entries = "";
  for (let index = log.first; index <= log.last.index; index++) entries += canonicalEntry(log.at(index));
  return `Log(${canonical(log.snapshot)} ${canonical(log.last)} ${entries})`;
}

function canonicalEntry({ index, term, type, data, size }: Entry): string {
  return `${index}/${term} ${type} ${data} ${size};`;
}
