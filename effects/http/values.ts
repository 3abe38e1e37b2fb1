/**
 * One value: reading, storing and removing it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { ColumnFamily, Set as Store } from "../kv/command.ts";
import type { ReadOptions, RequestOptions } from "../node/raft_node.ts";
import { propose, read, unexpected } from "./ask.ts";
import type { Call } from "./call.ts";
import { type Problem, problem } from "./problem.ts";

/** Where a value stands. */
export interface Place {
  /** The key space. */
  readonly cf: ColumnFamily;
  /** The key. */
  readonly key: Bytes;
}

/** The value at `place`, if there is one. */
export async function readValue(call: Call, place: Place, options: ReadOptions): Promise<Either<Problem, Bytes>> {
  const answer = await read(call, { type: "Get", cf: place.cf, keys: [place.key] }, options);
  if (E.isLeft(answer)) return answer;
  if (answer.right.type !== "Values") return unexpected(answer.right);
  const value = answer.right.values[0];
  return O.isSome(value) ? E.right(value.value) : E.left(KEY_NOT_FOUND);
}

/** Stores `value` at `place`, if the condition holds. */
export async function storeValue(
  call: Call,
  what: Place & Pick<Store, "value" | "condition">,
  options: RequestOptions,
): Promise<Either<Problem, void>> {
  const { cf, key, value, condition } = what;
  const reply = await propose(call, { type: "Set", cf, key, value, condition, returnOld: false }, options);
  if (E.isLeft(reply)) return reply;
  if (reply.right.type !== "Written") return unexpected(reply.right);
  return reply.right.written ? STORED : E.left(CONDITION_FAILED);
}

/** Removes the value at `place`, and says whether there was one. */
export async function removeValue(
  call: Call,
  place: Place,
  options: RequestOptions,
): Promise<Either<Problem, boolean>> {
  const reply = await propose(call, { type: "Delete", cf: place.cf, keys: [place.key] }, options);
  if (E.isLeft(reply)) return reply;
  return reply.right.type === "Count" ? E.right(reply.right.count > 0) : unexpected(reply.right);
}

const STORED: Either<Problem, void> = E.right(undefined);
const KEY_NOT_FOUND = problem(404, "KeyNotFound", "Cannot find the key.");
const CONDITION_FAILED = problem(
  412,
  "PreconditionFailed",
  "Cannot store the value: the condition about the key's existence does not hold.",
);
