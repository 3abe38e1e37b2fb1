/**
 * A progress bar for work that takes a while.
 *
 * @module
 */
import { type Bar, type BarValues, type Drawing, onTerminal } from "./drawing.ts";
import type { Output } from "./output.ts";

const PATIENCE = 2_000; // nobody needs a bar for less, in milliseconds

/** How far some work is: a bar on a terminal, and nothing at all anywhere else or if the work is done at once. */
export class Progress {
  readonly #drawing: Drawing;
  readonly #started: number;
  readonly #watched: boolean;
  readonly #total: number;
  #loading: Promise<() => Bar> | undefined;
  #make: (() => Bar) | undefined;
  #bar: Bar | undefined;
  #over = false;

  /** `total` is the amount of work, in any unit. */
  constructor({ drawing = onTerminal, terminal }: Output, total: number) {
    this.#drawing = drawing;
    this.#started = drawing.clock.now();
    this.#watched = terminal;
    this.#total = total;
  }

  /** So much work is done; `steps` says how much was achieved by it. */
  async update(done: number, steps: number): Promise<void> {
    if (!this.#isDue) return;
    await this.ready();
    this.show(done, steps);
  }

  /** Work that never waits comes next: {@linkcode Progress.show} can draw from here on. */
  async ready(): Promise<void> {
    if (!this.#watched || this.#make !== undefined) return;
    this.#make = await (this.#loading ??= this.#drawing.load()); // whoever asks meanwhile gets the same bar
  }

  /** As {@linkcode Progress.update}, from within work that never waits; before that, be {@linkcode Progress.ready}. */
  show(done: number, steps: number): void {
    if (this.#over || this.#make === undefined || !this.#isDue) return;
    const values = this.#values(done, steps);
    if (this.#bar !== undefined) return this.#bar.update(done, values);
    this.#bar = this.#make();
    this.#bar.start(this.#total, done, values);
  }

  /** Makes room for a line of output; the bar comes again with the next update. */
  makeRoom(): void {
    if (this.#bar !== undefined) this.#drawing.clear();
  }

  /** The work is over, one way or another. */
  stop(): void {
    this.#over = true;
    this.#bar?.stop();
  }

  get #elapsed(): number {
    return this.#drawing.clock.now() - this.#started;
  }

  get #isDue(): boolean {
    return this.#watched && this.#elapsed >= PATIENCE;
  }

  #values(done: number, steps: number): BarValues {
    const elapsed = this.#elapsed;
    const left = Math.max(0, elapsed * (this.#total - done) / done);
    return {
      rate: Math.round(steps * 1000 / elapsed).toLocaleString("en"),
      left: done === 0 ? "?" : `${Math.ceil(left / 1000)} s`,
    };
  }
}
