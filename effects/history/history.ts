/**
 * The history of several clients: recorded while they work, and kept as JSON Lines.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import * as t from "io-ts";
import { PathReporter } from "io-ts/PathReporter";
import type { Clock } from "../clock/clock.ts";
import type { Operation, OperationName, Outcome, Request } from "./operation.ts";

/** Why a text is no history. */
export interface HistoryError {
  /** The name of the error. */
  readonly type: "HistoryError";
  /** The line, from 1. */
  readonly line: number;
  /** Why, in a sentence. */
  readonly message: string;
}

/** Records what clients ask for and are told, with the times of `clock`. */
export class HistoryRecorder {
  readonly #clock: Clock;
  readonly #operations: Operation[] = [];

  /** A recorder of nothing yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `client` makes a request now. The function that is returned takes the outcome; until then it is not known. */
  call(client: number, { op, key, value, expect }: Request): (outcome: Outcome) => void {
    const at = this.#operations.length;
    const asked = { client, op, key, value, expect, call: this.#now() };
    this.#operations.push({ ...asked, return: null, ok: null, output: null });
    return ({ ok, output }) => {
      this.#operations[at] = { ...asked, return: ok === null ? null : this.#now(), ok, output };
    };
  }

  /** How many requests were made. */
  get size(): number {
    return this.#operations.length;
  }

  /** Everything so far, in the order of the calls. */
  operations(): readonly Operation[] {
    return this.#operations.slice();
  }

  #now(): number {
    return Math.round(this.#clock.now() * 1e6);
  }
}

/** The history as JSON Lines: one operation a line. */
export function encodeHistory(operations: readonly Operation[]): string {
  return operations.map((operation) => `${JSON.stringify(toLine(operation))}\n`).join("");
}

/** Reads JSON Lines. Outputs may be numbers and booleans too; members that are null may be missing. */
export function decodeHistory(text: string): Either<HistoryError, readonly Operation[]> {
  const operations: Operation[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const decoded = decodeLine(line);
    if (E.isLeft(decoded)) return E.left({ type: "HistoryError", line: index + 1, message: decoded.left });
    operations.push(decoded.right);
  }
  return E.right(operations);
}

/** The order of the members is the documented one, wherever the operation comes from. */
function toLine({ client, op, key, value, expect, call, return: returned, ok, output }: Operation): Operation {
  return { client, op, key, value, expect, call, return: returned, ok, output };
}

const Name: t.Type<OperationName> = t.union([
  t.literal("get"),
  t.literal("put"),
  t.literal("append"),
  t.literal("cas"),
  t.literal("delete"),
  t.literal("incr"),
]);
const Missing = t.union([t.null, t.undefined]);
const Scalar = t.union([t.string, t.number, t.boolean, Missing]);
const Line = t.type({
  client: t.number,
  op: Name,
  key: t.string,
  value: Scalar,
  expect: t.union([t.string, Missing]),
  call: t.number,
  return: t.union([t.number, Missing]),
  ok: t.union([t.boolean, Missing]),
  output: Scalar,
});

function decodeLine(line: string): Either<string, Operation> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return E.left("Cannot read an operation: this is not JSON.");
  }
  const decoded = Line.decode(json);
  if (E.isLeft(decoded)) return E.left(`Cannot read an operation: ${PathReporter.report(decoded)[0]}`);
  const { client, op, key, value, expect, call, return: returned, ok, output } = decoded.right;
  const end = returned ?? null;
  if (end !== null && end < call) return E.left("Cannot read an operation: it returns before it is called.");
  if (end === null && typeof ok === "boolean") {
    return E.left("Cannot read an operation: the outcome is known, but not when it was.");
  }
  if (value == null && (op === "put" || op === "append" || op === "cas")) {
    return E.left(`Cannot read an operation: ${op} needs a value.`);
  }
  if (op === "incr" && [value, output].some((text) => !isWhole(text))) {
    return E.left("Cannot read an operation: incr has a value or an output that is no whole number.");
  }
  return E.right({
    client,
    op,
    key,
    value: toText(value),
    expect: expect ?? null,
    call,
    return: ok == null ? null : end,
    ok: ok ?? null,
    output: toText(output),
  });
}

function isWhole(scalar: t.TypeOf<typeof Scalar>): boolean {
  return scalar == null || /^-?\d+$/.test(String(scalar));
}

function toText(scalar: t.TypeOf<typeof Scalar>): string | null {
  if (scalar === null || scalar === undefined) return null;
  return typeof scalar === "boolean" ? (scalar ? "1" : "0") : String(scalar);
}
