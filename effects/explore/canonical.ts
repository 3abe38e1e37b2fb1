/**
 * One text for each value: what hosts and messages are known again by.
 *
 * @module
 */
import { Log } from "../../core/log.ts";

const cached = new WeakMap<object, string>();

/** The value in a text that is the same for equal values only, whatever the order of their members. */
export function canonical(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Log) return canonicalOnce(value);
  return canonicalObject(value);
}

/** The same, kept for as long as the value lives: for what is a part of many other values and never changes. */
export function canonicalOnce(value: object): string {
  let text = cached.get(value);
  if (text === undefined) {
    text = value instanceof Log ? canonicalLog(value) : canonicalObject(value);
    cached.set(value, text);
  }
  return text;
}

function canonicalObject(value: object): string {
  if (value instanceof Uint8Array) return `bytes ${value}`;
  if (Array.isArray(value)) {
    let text = "[";
    for (const item of value) text += canonical(item) + ",";
    return text + "]";
  }
  let text = "{";
  for (const name of Object.keys(value).sort()) text += `${name}:${canonical(Reflect.get(value, name))},`;
  return text + "}";
}

// By what a log says of itself, not by how it is stored.
function canonicalLog(log: Log): string {
  let entries = "";
  for (let index = log.first; index <= log.last.index; index++) entries += canonicalOnce(log.at(index));
  return `Log(${log.snapshot.index}/${log.snapshot.term} ${entries})`;
}
