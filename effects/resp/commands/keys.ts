/**
 * Keys, whatever their values: DEL EXISTS TYPE TTL PTTL DBSIZE.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import type { CommandSpec } from "../command.ts";
import { integer, line, type Reply } from "../reply.ts";
import { KEY, KEYS } from "./arguments.ts";
import { number, UNEXPECTED } from "./replies.ts";

const STRING = line("string");
const NO_TYPE = line("none");
const NEVER = integer(-1);
const NO_KEY = integer(-2);

/** `DEL key [key …]`. */
export const DEL: CommandSpec = {
  name: "del",
  arity: -2,
  flags: ["write"],
  keys: [1, -1, 1],
  summary: "Removes keys",
  since: "1.0.0",
  group: "generic",
  complexity: "O(N)",
  arguments: [KEYS],
  interpret: (request) => ({
    type: "Change",
    command: { type: "Delete", cf: "default", keys: request.slice(1) },
    reply: number,
  }),
};

/** `EXISTS key [key …]`. */
export const EXISTS: CommandSpec = {
  name: "exists",
  arity: -2,
  flags: ["readonly", "fast"],
  keys: [1, -1, 1],
  summary: "Counts the keys that exist, each as often as it is named",
  since: "1.0.0",
  group: "generic",
  complexity: "O(N)",
  arguments: [KEYS],
  interpret: (request, { client }) => ({
    type: "ReadKeys",
    keys: request.slice(1),
    stale: client.readOnly,
    reply: (values) => integer(values.filter(O.isSome).length),
  }),
};

/** `TYPE key`: every value is a string. */
export const TYPE: CommandSpec = ofOneKey(
  "type",
  "Returns the type of a value: string or none",
  "1.0.0",
  ([value]) => O.isSome(value) ? STRING : NO_TYPE,
);

/** `TTL key`: no key expires. */
export const TTL: CommandSpec = ofOneKey(
  "ttl",
  "Returns -1 if the key exists, and -2 if it does not",
  "1.0.0",
  timeLeft,
);

/** `PTTL key`. */
export const PTTL: CommandSpec = ofOneKey("pttl", "Returns the same as TTL", "2.6.0", timeLeft);

/** `DBSIZE`. */
export const DBSIZE: CommandSpec = {
  name: "dbsize",
  arity: 1,
  flags: ["readonly", "fast"],
  summary: "Returns the number of keys",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  interpret: (_, { client }) => ({
    type: "Ask",
    query: { type: "CountKeys", cf: "default" },
    stale: client.readOnly,
    reply: (answer) => answer.type === "Size" ? integer(answer.count) : UNEXPECTED,
  }),
};

function timeLeft([value]: readonly Option<Bytes>[]): Reply {
  return O.isSome(value) ? NEVER : NO_KEY;
}

function ofOneKey(
  name: string,
  summary: string,
  since: string,
  reply: (values: readonly Option<Bytes>[]) => Reply,
): CommandSpec {
  return {
    name,
    arity: 2,
    flags: ["readonly", "fast"],
    keys: [1, 1, 1],
    summary,
    since,
    group: "generic",
    complexity: "O(1)",
    arguments: [KEY],
    interpret: (request, { client }) => ({ type: "ReadKeys", keys: [request[1]], stale: client.readOnly, reply }),
  };
}
