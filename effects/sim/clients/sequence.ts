/**
 * The one sequence of commands that all state machines of a cluster apply, as far as it is known from what they do.
 *
 * @module
 */
import type { Bytes, NodeId } from "../../../core/entry.ts";
import type { Objection } from "./judgement.ts";
import { show } from "./same.ts";
import { equalBytes } from "../../kv/bytes.ts";

/** A command that was applied. */
export interface Applied<Command> {
  /** The number of the clients' operation that it belongs to; 0 if it is nobody's. */
  readonly operation: number;
  /** The command. */
  readonly command: Command;
  /** The reply, as bytes. */
  readonly reply: Bytes;
  /** Who has applied it first. */
  readonly by: NodeId;
}

/** The sequence, which grows when one of the replicas is the first to apply a command. */
export class Sequence<Command> {
  readonly #object: Objection;
  readonly #applied: Applied<Command>[] = [];
  readonly #positions = new Map<number, number>();
  /** How many commands there are up to an index, for some indexes, in order. */
  readonly #indexes: number[] = [0];
  readonly #counts: number[] = [0];

  /** An empty sequence; what does not fit is told to `object`. */
  constructor(object: Objection) {
    this.#object = object;
  }

  /** The commands, in order. */
  get commands(): readonly Applied<Command>[] {
    return this.#applied;
  }

  /** Which command, counted from 1, belongs to an operation; 0 if none does. */
  positionOf(operation: number): number {
    return this.#positions.get(operation) ?? 0;
  }

  /** A replica applies a command behind `count` others. */
  apply(count: number, applied: Applied<Command>): void {
    if (count < this.#applied.length) return this.#compare(count, applied);
    if (count > this.#applied.length) {
      const sentence = `node ${applied.by} applies command ${count + 1}, and no node has applied the one before it`;
      return this.#object("Equal Replicas", sentence);
    }
    this.#applied.push(applied);
    const { operation } = applied;
    if (operation === 0) return;
    const before = this.#positions.get(operation);
    if (before === undefined) this.#positions.set(operation, count + 1);
    else this.#twice(applied, before, count);
  }

  /** A replica has applied `count` commands and stands at `index`. */
  reached(by: NodeId, index: number, count: number): void {
    const at = this.#search(index);
    const known = this.#counts[at];
    if (this.#indexes[at] !== index) {
      this.#indexes.splice(at + 1, 0, index);
      this.#counts.splice(at + 1, 0, count);
    }
    const next = this.#counts[at + 2] ?? count;
    if (this.#indexes[at] === index ? known === count : known <= count && count <= next) return;
    this.#object(
      "Equal Replicas",
      `node ${by} has applied ${count} commands up to index ${index}, others ${known} up to ${this.#indexes[at]}`,
    );
  }

  /** How many commands there are up to `index`, where somebody has made a snapshot or was restored. */
  countAt(index: number): number {
    return this.#counts[this.#search(index)];
  }

  #compare(count: number, applied: Applied<Command>): void {
    const { operation, reply, by } = applied;
    const first = this.#applied[count];
    const which = `command ${count + 1}`;
    if (first.operation !== operation || (operation === 0 && show(first.command) !== show(applied.command))) {
      const before = this.positionOf(operation);
      if (before > 0 && before <= count) return this.#twice(applied, before, count);
      const sentence = `${which} is ${nameOf(applied)} on node ${by}, and was ${nameOf(first)} on node ${first.by}`;
      this.#object("Equal Replicas", sentence);
    } else if (!equalBytes(first.reply, reply)) {
      const [ours, theirs] = [reply, first.reply].map((bytes) => show(bytes));
      this.#object(
        "Equal Replicas",
        `node ${by} replies ${ours} to ${which}, ${nameOf(applied)}, and node ${first.by} has replied ${theirs}`,
      );
    }
  }

  #twice(applied: Applied<Command>, before: number, count: number): void {
    const sentence = `node ${applied.by} applies ${nameOf(applied)} twice, as commands ${before} and ${count + 1}`;
    this.#object("Exactly Once", sentence);
  }

  /** Where the greatest index is that is not above `index`. */
  #search(index: number): number {
    let [low, high] = [0, this.#indexes.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#indexes[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function nameOf<Command>({ command, operation }: Applied<Command>): string {
  return operation === 0 ? show(command) : `${show(command)} (operation ${operation})`;
}
