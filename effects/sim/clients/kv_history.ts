/**
 * What clients of RaftKV asked for and were told, in the words of a history.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Operation, Request } from "../../history/operation.ts";
import type { KvAnswer, KvCommand, KvQuery, KvReply } from "../../kv/mod.ts";
import type { ClientOperation } from "./operation.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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
      throw new TypeError("A read is no command.");
  }
}

/** The query that reads a key. */
export function queryOf(key: string): KvQuery {
  return { type: "Get", cf: "default", keys: [encoder.encode(key)] };
}

/** The history. What has no word there is left out: commands and queries that are about more than one key. */
export function kvHistory(
  operations: readonly ClientOperation<KvCommand, KvReply, KvQuery, KvAnswer>[],
): readonly Operation[] {
  return operations.flatMap((operation) => {
    const asked = operation.type === "Write" ? requestOf(operation.command) : readOf(operation.query);
    if (asked === null) return [];
    const { client, call, ok, return: end } = operation;
    const output = operation.type === "Read"
      ? foundIn(operation.seen?.answer)
      : ok === true
      ? outputOf(asked, operation.replies[0].reply)
      : null;
    return [{ client, ...asked, call, return: ok === null ? null : end, ok, output }];
  });
}

/** Those whose keys are never counted with: other checkers do not know `incr`. A history is judged key by key. */
export function withoutCounters(operations: readonly Operation[]): readonly Operation[] {
  const counters = new Set(operations.filter(({ op }) => op === "incr").map(({ key }) => key));
  return operations.filter(({ key }) => !counters.has(key));
}

function requestOf(command: KvCommand): Request | null {
  if (command.cf !== "default") return null;
  switch (command.type) {
    case "Set": {
      if (command.condition !== "always") return null;
      return { op: "put", key: text(command.key), value: text(command.value), expect: null };
    }
    case "AppendValue":
      return { op: "append", key: text(command.key), value: text(command.value), expect: null };
    case "Delete":
      return command.keys.length === 1 ? { op: "delete", key: text(command.keys[0]), value: null, expect: null } : null;
    case "Increment":
      return { op: "incr", key: text(command.key), value: String(command.by), expect: null };
    case "CompareAndSet": {
      const expect = O.isSome(command.expected) ? text(command.expected.value) : null;
      return { op: "cas", key: text(command.key), value: text(command.value), expect };
    }
    case "SetMany":
      return null;
  }
}

function readOf(query: KvQuery): Request | null {
  if (query.type !== "Get" || query.keys.length !== 1 || query.cf !== "default") return null;
  return { op: "get", key: text(query.keys[0]), value: null, expect: null };
}

function foundIn(answer: KvAnswer | undefined): string | null {
  if (answer === undefined || answer.type !== "Values") return null;
  const [value] = answer.values;
  return O.isSome(value) ? text(value.value) : null;
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
      throw new TypeError(`It failed: ${reply.reason}.`);
  }
}

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
