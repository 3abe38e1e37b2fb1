/**
 * A request that waits for its answer. Whatever happens, it is answered once: by its outcome, by its deadline, by its
 * caller's signal, or when the node stops.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import type { Clock } from "../clock/clock.ts";
import type { ProposeError, RequestOptions } from "./raft_node.ts";

/** Somebody who waits for an `A`. */
export interface Waiting<A> {
  /** When it has to be answered, by the clock. */
  readonly deadline: number;
  /** Whether there is no answer yet. */
  readonly waits: boolean;
  /** Answers. */
  resolve(answer: A): void;
  /** Answers that there is none. */
  reject(error: ProposeError): void;
}

/** A promise of a `B`, which is what `view` makes of an `A`. */
export class Waiter<A, B = A> implements Waiting<A> {
  readonly deadline: number;
  /** The answer. */
  readonly answered: Promise<Either<ProposeError, B>>;
  readonly #view: (answer: A) => Either<ProposeError, B>;
  #resolve: ((answer: Either<ProposeError, B>) => void) | null = null;
  #whenSettled: ((answer: Either<ProposeError, B>) => void) | null = null;
  #forget: (() => void) | null = null;

  /** Begins to wait, until `deadline` at the latest. */
  constructor(deadline: number, view: (answer: A) => Either<ProposeError, B>) {
    this.deadline = deadline;
    this.#view = view;
    this.answered = new Promise((resolve) => this.#resolve = resolve);
  }

  /** The caller can give up; then `late` is the answer. */
  abortWith({ signal }: RequestOptions, late: () => ProposeError): this {
    if (signal === undefined) return this;
    const abort = (): void => this.reject(late());
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    this.#forget = () => signal.removeEventListener("abort", abort);
    return this;
  }

  /** Calls back as soon as there is an answer, before whoever waits for it goes on. */
  whenSettled(settled: (answer: Either<ProposeError, B>) => void): void {
    this.#whenSettled = settled;
  }

  get waits(): boolean {
    return this.#resolve !== null;
  }

  resolve(answer: A): void {
    if (this.#resolve !== null) this.#settle(this.#view(answer));
  }

  reject(error: ProposeError): void {
    if (this.#resolve !== null) this.#settle(E.left(error));
  }

  #settle(answer: Either<ProposeError, B>): void {
    const resolve = this.#resolve;
    this.#resolve = null;
    this.#forget?.();
    this.#forget = null;
    this.#whenSettled?.(answer);
    resolve?.(answer);
  }
}

/** When a request that begins now has to be answered. */
export function deadlineOf(clock: Clock, options: RequestOptions, usualMs: number): number {
  return clock.now() + (options.timeoutMs ?? usualMs);
}
