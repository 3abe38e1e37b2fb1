/**
 * A progress bar for work that takes a while.
 *
 * @module
 */
import type { SingleBar } from "cli-progress";
import type { Output } from "./output.ts";

const PATIENCE = 2_000; // nobody needs a bar for less, in milliseconds

/** How far some work is: a bar on a terminal, and nothing at all anywhere else or if the work is done at once. */
export class Progress {
  readonly #started = performance.now();
  readonly #watched: boolean;
  readonly #total: number;
  #bar: SingleBar | undefined;

  /** `total` is the amount of work, in any unit. */
  constructor(output: Output, total: number) {
    this.#watched = output.terminal;
    this.#total = total;
  }

  /** So much work is done; `steps` says how much was achieved by it. */
  async update(done: number, steps: number): Promise<void> {
    if (!this.#watched) return;
    const elapsed = performance.now() - this.#started;
    if (elapsed < PATIENCE) return;
    this.#bar ??= await this.#draw();
    const left = done === 0 ? 0 : elapsed * (this.#total - done) / done;
    this.#bar.update(done, {
      rate: Math.round(steps * 1000 / elapsed).toLocaleString("en"),
      left: `${Math.ceil(left / 1000)} s`,
    });
  }

  /** Makes room for a line of output; the bar comes again with the next update. */
  makeRoom(): void {
    if (this.#bar !== undefined) Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
  }

  /** The work is over, one way or another. */
  stop(): void {
    this.#bar?.stop();
  }

  async #draw(): Promise<SingleBar> {
    const { default: cliProgress } = await import("cli-progress"); // most commands never need it
    const format = "{bar} {percentage} % · {rate} a second · {left} left";
    const plain = Deno.noColor;
    const bar = new cliProgress.SingleBar({
      format: plain ? format : format.replace("{bar}", "\x1b[36m{bar}\x1b[0m"),
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
      clearOnComplete: true,
    });
    bar.start(this.#total, 0, { rate: "0", left: "?" });
    return bar;
  }
}
