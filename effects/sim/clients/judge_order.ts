/**
 * Real time and the order of commands: what was answered before something else was asked comes before it.
 *
 * @module
 */
import type { Objection } from "./judgement.ts";
import type { ClientOperation } from "./operation.ts";
import type { Sequence } from "./sequence.ts";
import { show } from "./same.ts";

/** What was known to be done, by whom. */
interface Floor {
  readonly count: number;
  readonly because: string;
}

/** Judges the order of operations while they are called and answered. */
export class Order<C, R, Q, A> {
  readonly #sequence: Sequence<C>;
  readonly #object: Objection;
  readonly #floors = new Map<number, Floor>();
  #floor: Floor = { count: 0, because: "" };

  /** Nothing was called yet. */
  constructor(sequence: Sequence<C>, object: Objection) {
    this.#sequence = sequence;
    this.#object = object;
  }

  /** An operation is called now: it comes behind everything that was answered. */
  called({ number }: ClientOperation<C, R, Q, A>): void {
    this.#floors.set(number, this.#floor);
  }

  /** An operation was answered now. */
  answered(operation: ClientOperation<C, R, Q, A>): void {
    this.#judge(operation);
    this.#floor = higher(this.#floor, operation, this.#sequence);
  }

  /** Nobody asks any more: also what has no answer is where it belongs, and so are the commands of each session. */
  end(operations: readonly ClientOperation<C, R, Q, A>[]): void {
    for (const operation of operations) if (operation.ok === null) this.#judge(operation);
    judgeSessions(operations, this.#sequence, this.#object);
  }

  #judge(operation: ClientOperation<C, R, Q, A>): void {
    const floor = this.#floors.get(operation.number);
    if (floor !== undefined) judge(operation, floor, this.#sequence, this.#object);
  }
}

function judge<C, R, Q, A>(
  operation: ClientOperation<C, R, Q, A>,
  { count, because }: Floor,
  sequence: Sequence<C>,
  object: Objection,
): void {
  const name = nameOf(operation);
  if (operation.type === "Read") {
    if (operation.seen === null || operation.seen.to >= count) return;
    const sentence =
      `${name} was answered behind ${operation.seen.to} commands, although ${because} before it was called`;
    return object("Real-Time Order", sentence);
  }
  const position = sequence.positionOf(operation.number);
  if (position === 0 || position > count) return;
  object("Real-Time Order", `${name} is command ${position}, although ${because} before it was called`);
}

function higher<C, R, Q, A>(floor: Floor, operation: ClientOperation<C, R, Q, A>, sequence: Sequence<C>): Floor {
  const name = nameOf(operation);
  if (operation.type === "Write") {
    const count = sequence.positionOf(operation.number);
    return count > floor.count ? { count, because: `${name} was answered as command ${count}` } : floor;
  }
  const count = operation.seen?.from ?? 0;
  return count > floor.count ? { count, because: `${name} was answered behind ${count} commands` } : floor;
}

function judgeSessions<C, R, Q, A>(
  operations: readonly ClientOperation<C, R, Q, A>[],
  sequence: Sequence<C>,
  object: Objection,
): void {
  const last = new Map<string, { readonly position: number; readonly name: string }>();
  for (const operation of operations) {
    if (operation.type === "Read" || operation.session === null) continue;
    const position = sequence.positionOf(operation.number);
    if (position === 0) continue;
    const [before, name] = [last.get(operation.session.name), nameOf(operation)];
    if (before !== undefined && before.position > position) {
      object(
        "Session Order",
        `${name} is command ${position}, ${before.name}, which it follows, is ${before.position}`,
      );
    }
    last.set(operation.session.name, { position, name });
  }
}

/** An operation in a sentence. */
export function nameOf<C, R, Q, A>(operation: ClientOperation<C, R, Q, A>): string {
  const { client, number } = operation;
  return operation.type === "Write"
    ? `operation ${number} (client ${client}: ${show(operation.command)})`
    : `operation ${number} (client ${client} reads ${show(operation.query)} on node ${operation.node})`;
}
