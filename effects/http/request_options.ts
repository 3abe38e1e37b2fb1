/**
 * What clients say about a request besides what they ask: deadline, consistency, identity.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { COLUMN_FAMILIES, type ColumnFamily } from "../kv/command.ts";
import type { ReadOptions, RequestOptions } from "../node/raft_node.ts";
import type { Call } from "./call.ts";
import { badRequest, type Problem, problem } from "./problem.ts";
import { choice, type Parameters, positive } from "./query.ts";

/** The options of a read: `consistency` and `timeoutMs`. */
export function readOptions(call: Call, parameters: Parameters): Either<Problem, ReadOptions> {
  const consistency = choice(parameters, "consistency", ["linearizable", "stale"]);
  if (E.isLeft(consistency)) return consistency;
  const timeoutMs = positive(parameters, "timeoutMs", call.service.limits.maxTimeoutMs);
  if (E.isLeft(timeoutMs)) return timeoutMs;
  return E.right({ consistency: consistency.right, timeoutMs: timeoutMs.right });
}

/** The options of a write: `timeoutMs`, and the header `Idempotency-Key`. */
export function writeOptions(call: Call, parameters: Parameters): Either<Problem, RequestOptions> {
  const timeoutMs = positive(parameters, "timeoutMs", call.service.limits.maxTimeoutMs);
  if (E.isLeft(timeoutMs)) return timeoutMs;
  const idempotencyKey = call.request.headers.get("idempotency-key") ?? undefined;
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) return E.left(BAD_IDEMPOTENCY_KEY);
  return E.right({ timeoutMs: timeoutMs.right, idempotencyKey });
}

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,128}$/;
const BAD_IDEMPOTENCY_KEY = badRequest("Cannot use Idempotency-Key: it has from 1 to 128 printable ASCII characters.");

/** The column family that a path names. */
export function familyOf(name: string): Either<Problem, ColumnFamily> {
  const family = COLUMN_FAMILIES.find((family) => family === name);
  return family === undefined ? E.left(UNKNOWN_FAMILY) : E.right(family);
}

const UNKNOWN_FAMILY = problem(
  404,
  "UnknownFamily",
  `Cannot find the column family: it is one of ${COLUMN_FAMILIES.join(", ")}.`,
  {
    families: COLUMN_FAMILIES,
  },
);
