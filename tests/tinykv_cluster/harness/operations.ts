/**
 * The operations of a history as commands of RaftKV.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Request } from "../../../effects/history/mod.ts";
import type { KvCommand, KvReply } from "../../../effects/kv/mod.ts";
import type { Random } from "../../../effects/random/random.ts";

/** The keys that clients share; the last one holds a number. */
export const KEYS: readonly string[] = ["a", "b", "n"];

const encoder = new TextEncoder();

/** Any operation. What it writes is `value`, or ends with it. */
export function anyRequest(value: string, random: Random): Request {
  const [which, what] = [random.next(), random.next()];
  const asked = { key: which < 0.35 ? "a" : which < 0.7 ? "b" : "n", value: null, expect: null };
  if (what < 0.4) return { ...asked, op: "get" };
  if (asked.key === "n") return { ...asked, op: "incr", value: String(Math.floor(what * 10)) };
  if (what < 0.65) return { ...asked, op: "put", value };
  if (what < 0.8) return { ...asked, op: "append", value: `,${value}` };
  if (what < 0.9) return { ...asked, op: "delete" };
  return { ...asked, op: "cas", value };
}

/** The command that carries out a write. */
export function commandOf({ op, key: name, value, expect }: Request): KvCommand {
  const [cf, key, bytes] = ["default" as const, encoder.encode(name), encoder.encode(value ?? "")];
  switch (op) {
    case "put":
      return { type: "Set", cf, key, value: bytes, condition: "always", returnOld: false };
    case "append":
      return { type: "AppendValue", cf, key, value: bytes };
    case "delete":
      return { type: "Delete", cf, keys: [key] };
    case "incr":
      return { type: "Increment", cf, key, by: BigInt(value ?? 1) };
    case "cas": {
      const expected = expect === null ? O.none : O.some(encoder.encode(expect));
      return { type: "CompareAndSet", cf, key, value: bytes, expected };
    }
    case "get":
      throw new Error("A read is no command.");
  }
}

/** What a reply tells, in the words of a history. */
export function outputOf({ op }: Request, reply: KvReply): string | null {
  switch (reply.type) {
    case "Written":
      return op === "cas" ? (reply.written ? "1" : "0") : null;
    case "Count":
      return String(reply.count);
    case "Integer":
      return String(reply.value);
    case "Failed":
      throw new Error(`It failed: ${reply.reason}.`);
  }
}
