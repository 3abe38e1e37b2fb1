/**
 * `/raw/{cf}/{key}`: one value, byte for byte.
 *
 * - `GET` answers 200 with the value, or 404. `?consistency=stale` reads what this node has applied, at once.
 * - `PUT` stores the body and answers 204. With `If-None-Match: *` only if the key does not exist, with `If-Match: *` only
 *   if it does; 412 otherwise.
 * - `DELETE` answers `{"deleted": true}`, or false if the key did not exist.
 *
 * The key is everything behind the slash, percent-decoded; it may be empty. With `?encoding=base64` it is base64, the only
 * way to say `.` and `..`, which clients would resolve. With `Idempotency-Key` (1 to 128 printable ASCII characters) a
 * `PUT` or `DELETE` can be repeated without being executed twice. `?timeoutMs=` sets the deadline.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Set as Store } from "../kv/command.ts";
import type { Answer, Call } from "./call.ts";
import { bytesOf } from "./encoding.ts";
import { badRequest, type Problem } from "./problem.ts";
import { choice, type Parameters, parseQuery } from "./query.ts";
import { bytesReply, emptyReply, jsonReply } from "./reply.ts";
import { familyOf, readOptions, writeOptions } from "./request_options.ts";
import { type Place, readValue, removeValue, storeValue } from "./values.ts";

/** Reads a value. */
export async function getRaw(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["encoding", "consistency", "timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const place = placeOf(call, parameters.right);
  if (E.isLeft(place)) return place;
  const options = readOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const value = await readValue(call, place.right, options.right);
  return E.isLeft(value) ? value : E.right(bytesReply(value.right));
}

/** Stores a value. */
export async function putRaw(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["encoding", "timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const place = placeOf(call, parameters.right);
  if (E.isLeft(place)) return place;
  const options = writeOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const condition = conditionOf(call.request);
  if (E.isLeft(condition)) return condition;
  const { intake, limits } = call.service;
  return await intake.withBody(call.request, limits.maxBodySize, async (value): Promise<Answer> => {
    const stored = await storeValue(call, { ...place.right, value, condition: condition.right }, options.right);
    return E.isLeft(stored) ? stored : E.right(emptyReply());
  });
}

/** Removes a value. */
export async function deleteRaw(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["encoding", "timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const place = placeOf(call, parameters.right);
  if (E.isLeft(place)) return place;
  const options = writeOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const deleted = await removeValue(call, place.right, options.right);
  return E.isLeft(deleted) ? deleted : E.right(jsonReply({ deleted: deleted.right }));
}

function placeOf({ parts }: Call, parameters: Parameters): Either<Problem, Place> {
  const [family, rest] = parts;
  const cf = familyOf(family);
  if (E.isLeft(cf)) return cf;
  const encoding = choice(parameters, "encoding", ["utf8", "base64"]);
  if (E.isLeft(encoding)) return encoding;
  const key = bytesOf(rest, encoding.right);
  return E.isLeft(key) ? key : E.right({ cf: cf.right, key: key.right });
}

/** RFC 9110 §13.1: only `*` makes sense here, since values have no tags. */
function conditionOf({ headers }: Request): Either<Problem, Store["condition"]> {
  const absent = headers.get("if-none-match");
  const present = headers.get("if-match");
  if (absent === null && present === null) return ALWAYS;
  if (absent === "*" && present === null) return E.right("ifAbsent");
  if (present === "*" && absent === null) return E.right("ifPresent");
  return E.left(badRequest("Cannot use If-None-Match or If-Match: one of them may be given, and only as *."));
}

const ALWAYS: Either<Problem, Store["condition"]> = E.right("always");
