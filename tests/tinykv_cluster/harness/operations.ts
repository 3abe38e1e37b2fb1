/**
 * The operations of a history as commands of RaftKV.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Request } from "../../../effects/history/mod.ts";
import type { KvCommand, KvReply } from "../../../effects/kv/mod.ts";

const encoder = new TextEncoder();

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
