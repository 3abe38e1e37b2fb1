/**
 * The words of a command: `tick 1 random=0.5 times=10` has the name `tick`, the word `1` and two settings.
 *
 * @module
 */
import type { NodeId } from "../../../core/mod.ts";

/** A command line. Whatever nobody asks for is a mistake, which {@linkcode Arguments.finish} reports. */
export class Arguments {
  readonly #words: readonly string[];
  readonly #settings: ReadonlyMap<string, string>;
  readonly #used = new Set<string>();
  #next = 0;

  /** Takes a command line apart. */
  constructor(readonly line: string) {
    const words = line.split(/\s+/).filter((word) => word !== "");
    this.#words = words.filter((word) => !word.includes("="));
    this.#settings = new Map(
      words.filter((word) => word.includes("=")).map((word) => {
        const at = word.indexOf("=");
        return [word.slice(0, at), word.slice(at + 1)];
      }),
    );
  }

  /** Whether a word is left. */
  get hasMore(): boolean {
    return this.#next < this.#words.length;
  }

  /** The next word. */
  word(): string {
    if (!this.hasMore) throw new Error("Cannot run the command: a word is missing.");
    return this.#words[this.#next++];
  }

  /** The next word, a number. */
  number(): number {
    return toNumber(this.word());
  }

  /** The id of a node, or of all `others` if no word is left. */
  nodes(others: readonly NodeId[]): readonly NodeId[] {
    if (!this.hasMore) return others;
    const ids: NodeId[] = [];
    while (this.hasMore) ids.push(this.number());
    return ids;
  }

  /** The words that are left. */
  rest(): readonly string[] {
    const rest = this.#words.slice(this.#next);
    this.#next = this.#words.length;
    return rest;
  }

  /** A setting as it stands; undefined if it is not there. */
  setting(name: string): string | undefined {
    this.#used.add(name);
    return this.#settings.get(name);
  }

  /** A setting that is a number. */
  numberSetting<Default extends number | undefined>(name: string, otherwise: Default): number | Default {
    const text = this.setting(name);
    return text === undefined ? otherwise : toNumber(text);
  }

  /** A setting that is a list of ids. */
  idsSetting(name: string): readonly NodeId[] {
    const text = this.setting(name);
    return text === undefined ? [] : text.split(",").map(toNumber);
  }

  /** The names of the settings that nobody has asked for yet. */
  unused(): readonly string[] {
    return [...this.#settings.keys()].filter((name) => !this.#used.has(name));
  }

  /** Every word and every setting must have had a meaning. */
  finish(): void {
    const [unused] = [...this.unused(), ...this.rest()];
    if (unused !== undefined) throw new Error(`Cannot run the command: "${unused}" means nothing to it.`);
  }
}

function toNumber(text: string): number {
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) throw new Error(`Cannot run the command: "${text}" is not a number.`);
  return number;
}
