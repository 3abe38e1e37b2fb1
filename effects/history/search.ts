/**
 * Looks for an order in which the operations on one key make sense: a depth-first search (Wing and Gong) that remembers
 * which operations were ordered with which value at the end (Lowe), so that no such combination is looked at twice.
 *
 * Three things keep it short. A read that is right now may always come next: it changes nothing, so nothing is lost by
 * not waiting with it. A value that somebody will have read, and that nothing can write again, is not left before. And an
 * operation whose outcome is unknown is used only where one that was answered needs it: a combination that has used
 * fewer of them stands for every one that has used more.
 *
 * @module
 */
import { after, byteLength, demanded, isBlind, isReadOnly, type Value } from "./model.ts";
import { Needs } from "./needs.ts";
import { type Goals, OpenOperations } from "./open_operations.ts";
import { isDone, isOpen, type Operation } from "./operation.ts";
import { Visited } from "./visited.ts";

/** What a search has come to. */
export type SearchResult =
  | { readonly type: "Ordered"; readonly steps: number }
  | { readonly type: "GaveUp"; readonly steps: number }
  | {
    readonly type: "Stuck";
    readonly steps: number;
    /** Among those that cannot be ordered, the one that returned first, as far as any order has come. */
    readonly operation: Operation;
    /** The values that the key can have had while it went on. */
    readonly values: readonly Value[];
  };

/** How to search. */
export interface SearchOptions {
  /** How many combinations to look at, at most. */
  readonly limit: number;
  /** Whether to turn back as soon as a later answer cannot be right any more; true if it is not given. */
  readonly lookAhead?: boolean;
}

/** Searches for an order of `operations`, all of one key that does not exist at first. */
export function search(operations: readonly Operation[], options: SearchOptions): SearchResult {
  return new Search(operations, options).run();
}

/** A way to go on: with an operation that was answered, by its number, or with the next open one of a class. */
interface Move {
  readonly known: boolean;
  readonly which: number;
  readonly value: Value;
}

/** A combination on the way, with what was ordered to get here from the one before. */
interface Frame {
  readonly value: Value;
  readonly ordered: number[];
  /** The class of the open operation that was used; −1 if none was. */
  readonly usedOpen: number;
  readonly furthestBefore: number;
  moves: readonly Move[];
  next: number;
}

class Search {
  readonly #known: readonly Operation[];
  readonly #open: OpenOperations;
  readonly #limit: number;
  readonly #lookAhead: boolean;
  readonly #onlyGrows: boolean;
  readonly #visited = new Visited();
  readonly #needs: Needs;
  readonly #needOf: readonly number[];
  readonly #sourceOf: readonly (readonly number[])[];
  readonly #openSourceOf: readonly (readonly number[])[];
  readonly #numbers = new Map<Value, number>();
  // The operations that are not ordered yet, linked in the order of their calls, behind a head with the last number.
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #head: number;
  #furthest = -1;
  #steps = 0;
  #stuckAt = -1;
  #stuckValues = new Set<Value>();

  constructor(operations: readonly Operation[], { limit, lookAhead = true }: SearchOptions) {
    this.#known = operations.filter(isDone).sort((a, b) => a.call - b.call);
    this.#open = new OpenOperations(operations.filter(isOpen));
    this.#limit = limit;
    this.#lookAhead = lookAhead;
    this.#onlyGrows = operations.every((operation) => operation.op === "append" || isReadOnly(operation));
    this.#needs = new Needs(this.#known);
    this.#needOf = this.#known.map((operation) => this.#needs.needOf(operation));
    this.#sourceOf = this.#known.map((operation) => this.#needs.sourceOf(operation));
    this.#openSourceOf = this.#open.classes().map(({ operation }) => this.#needs.sourceOf(operation));
    for (const sources of this.#sourceOf) this.#needs.source(sources, 1);
    for (const [which, { count }] of this.#open.classes().entries()) {
      for (let i = 0; i < count; i++) this.#needs.source(this.#openSourceOf[which], 1);
    }
    this.#head = this.#known.length;
    const size = this.#head + 1;
    this.#next = Int32Array.from({ length: size }, (_, i) => (i + 1) % size);
    this.#previous = Int32Array.from({ length: size }, (_, i) => (i + size - 1) % size);
  }

  run(): SearchResult {
    const stack: Frame[] = [];
    let entered = this.#enter(null);
    while (!this.#isEmpty()) {
      if (entered !== undefined) stack.push(entered);
      const frame = stack.at(-1);
      if (frame === undefined) return this.#stuck();
      if (this.#steps >= this.#limit) return { type: "GaveUp", steps: this.#steps };
      if (frame.next < frame.moves.length) {
        const move = frame.moves[frame.next++];
        entered = this.#enter(move.value, { move, from: frame.value });
      } else {
        stack.pop();
        this.#leave(frame);
        entered = undefined;
      }
    }
    return { type: "Ordered", steps: this.#steps };
  }

  #stuck(): SearchResult {
    const operation = this.#known[this.#stuckAt];
    return { type: "Stuck", steps: this.#steps, operation, values: [...this.#stuckValues] };
  }

  /** Makes a move and every read that fits then; undefined, and all taken back, if nothing new can come of it. */
  #enter(value: Value, step?: { readonly move: Move; readonly from: Value }): Frame | undefined {
    this.#steps++;
    const usedOpen = step === undefined || step.move.known ? -1 : step.move.which;
    const frame: Frame = { value, ordered: [], usedOpen, furthestBefore: this.#furthest, moves: [], next: 0 };
    if (usedOpen >= 0) {
      this.#open.use(usedOpen);
      this.#needs.source(this.#openSourceOf[usedOpen], -1);
    } else if (step !== undefined) this.#order(step.move.which, frame);
    this.#orderReads(frame);
    if (this.#isEmpty()) return frame;
    const isHopeless = step !== undefined && this.#isLost(step.move, step.from, value);
    if (isHopeless || !this.#visited.add(this.#combination(value), this.#open.used())) {
      this.#leave(frame);
      return undefined;
    }
    frame.moves = this.#moves(frame);
    return frame;
  }

  #leave({ ordered, usedOpen, furthestBefore }: Frame): void {
    for (let i = ordered.length - 1; i >= 0; i--) {
      const which = ordered[i];
      this.#next[this.#previous[which]] = which;
      this.#previous[this.#next[which]] = which;
      this.#needs.need(this.#needOf[which], 1);
      this.#needs.source(this.#sourceOf[which], 1);
    }
    if (usedOpen >= 0) {
      this.#open.release();
      this.#needs.source(this.#openSourceOf[usedOpen], 1);
    }
    this.#furthest = furthestBefore;
  }

  #order(which: number, { ordered }: Frame): void {
    this.#next[this.#previous[which]] = this.#next[which];
    this.#previous[this.#next[which]] = this.#previous[which];
    this.#needs.need(this.#needOf[which], -1);
    this.#needs.source(this.#sourceOf[which], -1);
    this.#furthest = Math.max(this.#furthest, which);
    ordered.push(which);
  }

  /** Whether a value is lost by the move: the one before, or another one that the move could have led to. */
  #isLost({ known, which }: Move, from: Value, to: Value): boolean {
    if (!this.#lookAhead) return false;
    if (this.#onlyGrows && this.#needs.isAstray(to)) return true;
    const here = this.#needs.numberOf(to);
    const before = this.#needs.numberOf(from);
    if (before !== here && this.#needs.isLost(before)) return true;
    const sources = known ? this.#sourceOf[which] : this.#openSourceOf[which];
    return sources.some((number) => number !== here && this.#needs.isLost(number));
  }

  #orderReads(frame: Frame): void {
    for (let found = true; found;) {
      found = false;
      for (const which of this.#candidates()) {
        const operation = this.#known[which];
        if (!isReadOnly(operation) || after(operation, frame.value) === undefined) continue;
        this.#order(which, frame);
        found = true;
      }
    }
  }

  #isEmpty(): boolean {
    return this.#next[this.#head] === this.#head;
  }

  /** The operations that can come next: those that were called before any that is not ordered had returned. */
  #candidates(): readonly number[] {
    const candidates: number[] = [];
    let deadline = Infinity;
    for (let which = this.#next[this.#head]; which !== this.#head; which = this.#next[which]) {
      const { call } = this.#known[which];
      if (call > deadline) break;
      deadline = Math.min(deadline, this.#returnOf(which));
      candidates.push(which);
    }
    return candidates;
  }

  /** What is ordered, and the value: everything up to the furthest but for the gaps, which are few. */
  #combination(value: Value): string {
    let number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, number = this.#numbers.size);
    let key = `${number} ${this.#furthest}`;
    for (let which = this.#next[this.#head]; which < this.#furthest; which = this.#next[which]) key += ` ${which}`;
    return key;
  }

  #moves({ value, usedOpen, ordered }: Frame): readonly Move[] {
    const candidates = this.#candidates().toSorted((a, b) => this.#returnOf(a) - this.#returnOf(b));
    this.#noteStuck(candidates[0], value);
    const moves: Move[] = [];
    for (const which of candidates) {
      const changed = isReadOnly(this.#known[which]) ? undefined : after(this.#known[which], value);
      if (changed !== undefined) moves.push({ known: true, which, value: changed });
    }
    const goals = this.#goals(candidates, value);
    const open = this.#open.moves(value, this.#returnOf(candidates[0]), goals, usedOpen >= 0 && ordered.length === 0);
    for (const move of open) moves.push({ known: false, ...move });
    return moves;
  }

  /** The furthest that any order has come to, in case that none is found. */
  #noteStuck(first: number, value: Value): void {
    if (first !== this.#stuckAt) {
      if (this.#stuckAt >= 0 && this.#returnOf(first) <= this.#returnOf(this.#stuckAt)) return;
      this.#stuckAt = first;
      this.#stuckValues = new Set();
    }
    this.#stuckValues.add(value);
  }

  #goals(candidates: readonly number[], value: Value): Goals {
    const goals: Goals = { any: false, values: new Set(), lengths: new Set() };
    for (const which of candidates) addGoal(goals, this.#known[which], value);
    return goals;
  }

  #returnOf(which: number): number {
    return this.#known[which].return ?? Infinity;
  }
}

function addGoal(goals: Goals, operation: Operation, value: Value): void {
  if (isBlind(operation)) return; // nothing has to come before it
  const before = demanded(operation);
  if (before !== undefined) {
    if (before !== value) goals.values.add(before);
  } else if (operation.op === "append" && operation.output !== null) {
    goals.lengths.add(Number(operation.output) - byteLength(operation.value ?? ""));
  } else if (operation.op === "append" || operation.op === "incr" || after(operation, value) === undefined) {
    goals.any = true;
  }
}
