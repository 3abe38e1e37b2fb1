/**
 * What a command prints.
 *
 * @module
 */

/** A line below the input of a step; `essential` ones are shown by a command that is to be quiet, too. */
export interface Line {
  /** Without indentation. */
  readonly text: string;
  /** A changed role, a refusal or a fault. */
  readonly essential: boolean;
}

/** How much of what happens is shown. */
export type Level = "all" | "essential" | "silent";

/** Collects the lines of a command. */
export class Trace {
  /** How much is shown from now on. */
  level: Level = "all";
  #lines: string[] = [];

  /** A line that stands for itself. */
  say(text: string): void {
    if (this.level === "all") this.#lines.push(text);
  }

  /** A line that somebody has asked for. */
  answer(text: string): void {
    this.#lines.push(text);
  }

  /** The step of node `id`: its input and what came of it. */
  step(id: number, input: string, lines: readonly Line[]): void {
    if (this.level === "all") this.#lines.push(`${id} ← ${input}`, ...lines.map(({ text }) => `  ${text}`));
    if (this.level !== "essential") return;
    for (const { text, essential } of lines) if (essential) this.#lines.push(`${id} ${text}`);
  }

  /** The lines so far; the next command begins with none. */
  take(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
