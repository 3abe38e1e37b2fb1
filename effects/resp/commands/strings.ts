/**
 * Values by key: GET SET SETNX MGET MSET APPEND STRLEN.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import type { KvReply, Pair } from "../../kv/command.ts";
import type { Action } from "../action.ts";
import { answer } from "../action.ts";
import type { CommandSpec } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { commandFailed, SYNTAX_ERROR, wrongArity } from "../errors.ts";
import type { Request } from "../parser.ts";
import { bulkOrNil, error, integer, list, NIL, OK, type Reply, ZERO } from "../reply.ts";
import { isWord } from "../words.ts";
import { KEY, KEYS, optional, token, VALUE } from "./arguments.ts";
import { number, UNEXPECTED, written } from "./replies.ts";

const NO_EXPIRY = error("ERR keys do not expire here: SET takes no EX, PX, EXAT, PXAT and KEEPTTL");
const EXPIRY_WORDS = ["ex", "px", "exat", "pxat", "keepttl"];

/** `GET key`. */
export const GET: CommandSpec = {
  name: "get",
  arity: 2,
  flags: ["readonly", "fast"],
  keys: [1, 1, 1],
  summary: "Returns the value of a key",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  arguments: [KEY],
  interpret: (request, { client }) => ({
    type: "ReadKeys",
    keys: [request[1]],
    stale: client.readOnly,
    reply: firstValue,
  }),
};

/** `SET key value [NX | XX] [GET]`. */
export const SET: CommandSpec = {
  name: "set",
  arity: -3,
  flags: ["write", "denyoom"],
  keys: [1, 1, 1],
  summary: "Stores a value; expiry is refused",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  arguments: [
    KEY,
    VALUE,
    { name: "condition", type: "oneof", optional: true, arguments: [token("NX"), token("XX")] },
    optional(token("GET")),
  ],
  interpret: set,
};

/** `SETNX key value`. */
export const SETNX: CommandSpec = {
  name: "setnx",
  arity: 3,
  flags: ["write", "denyoom", "fast"],
  keys: [1, 1, 1],
  summary: "Stores a value if the key does not exist",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  arguments: [KEY, VALUE],
  interpret: ([, key, value]) => ({
    type: "Change",
    command: { type: "Set", cf: "default", key, value, condition: "ifAbsent", returnOld: false },
    reply: written,
  }),
};

/** `MGET key [key …]`. */
export const MGET: CommandSpec = {
  name: "mget",
  arity: -2,
  flags: ["readonly", "fast"],
  keys: [1, -1, 1],
  summary: "Returns the values of keys as of one instant",
  since: "1.0.0",
  group: "string",
  complexity: "O(N)",
  arguments: [KEYS],
  interpret: (request, { client }) => ({
    type: "ReadKeys",
    keys: request.slice(1),
    stale: client.readOnly,
    reply: (values) => list(values.map(bulkOrNil)),
  }),
};

/** `MSET key value [key value …]`. */
export const MSET: CommandSpec = {
  name: "mset",
  arity: -3,
  flags: ["write", "denyoom"],
  keys: [1, -1, 2],
  summary: "Stores values, all of them at once",
  since: "1.0.1",
  group: "string",
  complexity: "O(N)",
  arguments: [{ name: "data", type: "block", multiple: true, arguments: [KEY, VALUE] }],
  interpret(request) {
    if (request.length % 2 === 0) return answer(wrongArity("mset"));
    const pairs: Pair[] = [];
    for (let i = 1; i < request.length; i += 2) pairs.push({ key: request[i], value: request[i + 1] });
    return { type: "Change", command: { type: "SetMany", cf: "default", pairs }, reply: stored };
  },
};

/** `APPEND key value`. */
export const APPEND: CommandSpec = {
  name: "append",
  arity: 3,
  flags: ["write", "denyoom", "fast"],
  keys: [1, 1, 1],
  summary: "Extends a value, or stores it if the key does not exist",
  since: "2.0.0",
  group: "string",
  complexity: "O(1)",
  arguments: [KEY, VALUE],
  interpret: ([, key, value]) => ({
    type: "Change",
    command: { type: "AppendValue", cf: "default", key, value },
    reply: number,
  }),
};

/** `STRLEN key`. */
export const STRLEN: CommandSpec = {
  name: "strlen",
  arity: 2,
  flags: ["readonly", "fast"],
  keys: [1, 1, 1],
  summary: "Returns the length of a value",
  since: "2.2.0",
  group: "string",
  complexity: "O(1)",
  arguments: [KEY],
  interpret: (request, { client }) => ({
    type: "ReadKeys",
    keys: [request[1]],
    stale: client.readOnly,
    reply: ([value]) => O.isSome(value) ? integer(value.value.length) : ZERO,
  }),
};

function firstValue(values: readonly Option<Bytes>[]): Reply {
  return bulkOrNil(values[0]);
}

function set(request: Request, _: CommandContext): Action {
  const key = request[1];
  const value = request[2];
  if (request.length === 3) return { type: "Put", pair: { key, value } };
  let condition: "always" | "ifAbsent" | "ifPresent" = "always";
  let returnOld = false;
  for (let i = 3; i < request.length; i++) {
    const word = request[i];
    if (isWord(word, "nx") && condition !== "ifPresent") condition = "ifAbsent";
    else if (isWord(word, "xx") && condition !== "ifAbsent") condition = "ifPresent";
    else if (isWord(word, "get")) returnOld = true;
    else return answer(EXPIRY_WORDS.some((expiry) => isWord(word, expiry)) ? NO_EXPIRY : SYNTAX_ERROR);
  }
  const command = { type: "Set", cf: "default", key, value, condition, returnOld } as const;
  return { type: "Change", command, reply: returnOld ? oldValue : storedOrNil };
}

function stored(reply: KvReply): Reply {
  return reply.type === "Failed" ? commandFailed(reply.reason) : OK;
}

function storedOrNil(reply: KvReply): Reply {
  if (reply.type === "Failed") return commandFailed(reply.reason);
  return reply.type !== "Written" ? UNEXPECTED : reply.written ? OK : NIL;
}

function oldValue(reply: KvReply): Reply {
  if (reply.type === "Failed") return commandFailed(reply.reason);
  return reply.type === "Written" ? bulkOrNil(reply.old) : UNEXPECTED;
}
