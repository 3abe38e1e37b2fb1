/**
 * One state for all states that differ only in the numbers of the nodes.
 *
 * @module
 */
import type { ConfChange } from "../../core/conf_change.ts";
import { canonical } from "./canonical.ts";
import type { Ghost } from "./ghost.ts";
import { type Host, hostText } from "./host.ts";
import type { Interner } from "./interner.ts";
import { renamedChange, renamedGhost, renamedHost, renamedMessage, type Renaming } from "./permute.ts";
import type { Transitions } from "./transitions.ts";

const UNKNOWN = -1;

/** Numbers of renamed values: for each number, the number of what it becomes under each renaming. */
class Images {
  #images = new Int32Array(1024).fill(UNKNOWN);

  constructor(private readonly count: number, private readonly rename: (renaming: number, number: number) => number) {}

  of(renaming: number, number: number): number {
    const at = number * this.count + renaming;
    if (at >= this.#images.length) this.#grow(at);
    const known = this.#images[at];
    if (known !== UNKNOWN) return known;
    const image = this.rename(renaming, number);
    this.#images[at] = image;
    return image;
  }

  #grow(at: number): void {
    const images = new Int32Array(2 * at).fill(UNKNOWN);
    images.set(this.#images);
    this.#images = images;
  }
}

/** Chooses one state among all that are the same under other names. */
export class Symmetry {
  /** The renamings under which the beginning is the same; the first one changes nothing. */
  readonly renamings: readonly Renaming[];
  readonly #hosts: Images;
  readonly #messages: Images;
  readonly #ghosts: Images;
  readonly #best = new Int32Array(4096);
  readonly #other = new Int32Array(4096);

  constructor(
    first: readonly Host[],
    alphabet: readonly ConfChange[],
    readonly transitions: Transitions,
    readonly ghosts: Interner<Ghost>,
    wanted: boolean,
  ) {
    this.renamings = wanted ? symmetriesOf(first, alphabet) : [first.map(({ id }) => id)];
    const { length } = this.renamings;
    this.#hosts = new Images(
      length,
      (renaming, host) => transitions.hostNumber(renamedHost(this.renamings[renaming], transitions.hosts.at(host))),
    );
    this.#messages = new Images(length, (renaming, number) => {
      const input = transitions.inputs.at(number);
      if (input.type !== "deliver") return number;
      return transitions.inputNumber({
        type: "deliver",
        message: renamedMessage(this.renamings[renaming], input.message),
      });
    });
    this.#ghosts = new Images(
      length,
      (renaming, ghost) => ghosts.numberOf(renamedGhost(this.renamings[renaming], ghosts.at(ghost))),
    );
  }

  /** Puts the chosen state in the place of the one in the first `length` of `words`; returns the number of the renaming. */
  choose(words: Int32Array, length: number): number {
    const { renamings } = this;
    const nodes = renamings[0].length;
    let chosen = 0;
    let whole = false; // whether `#best` holds more than the hosts
    const best = this.#best;
    for (let i = 0; i < nodes; i++) best[i] = words[i];
    for (let renaming = 1; renaming < renamings.length; renaming++) {
      const names = renamings[renaming];
      const other = this.#other;
      for (let i = 0; i < nodes; i++) other[names[i] - 1] = this.#hosts.of(renaming, words[i]);
      let order = compared(other, best, 0, nodes);
      if (order > 0) continue;
      if (order === 0) { // the hosts are the same: the rest decides
        if (!whole) this.#rest(chosen, words, length, best);
        whole = true;
        this.#rest(renaming, words, length, other);
        order = compared(other, best, nodes, length);
        if (order >= 0) continue;
        for (let i = nodes; i < length; i++) best[i] = other[i];
      } else {
        for (let i = 0; i < nodes; i++) best[i] = other[i];
        whole = false;
      }
      chosen = renaming;
    }
    if (chosen === 0) return 0;
    if (!whole) this.#rest(chosen, words, length, best);
    for (let i = 0; i < length; i++) words[i] = best[i];
    return chosen;
  }

  // The past, what is left and the messages under a renaming.
  #rest(renaming: number, words: Int32Array, length: number, into: Int32Array): void {
    const nodes = this.renamings[0].length;
    into[nodes] = this.#ghosts.of(renaming, words[nodes]);
    into[nodes + 1] = words[nodes + 1];
    for (let at = nodes + 2; at < length; at++) {
      const message = this.#messages.of(renaming, words[at]);
      let i = at;
      while (i > nodes + 2 && this.transitions.isBehind(into[i - 1], message)) {
        into[i] = into[i - 1];
        i--;
      }
      into[i] = message;
    }
  }
}

function compared(a: Int32Array, b: Int32Array, from: number, to: number): number {
  for (let i = from; i < to; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

function symmetriesOf(first: readonly Host[], alphabet: readonly ConfChange[]): readonly Renaming[] {
  const changes = new Set(alphabet.map(canonical));
  const ids = first.map(({ id }) => id);
  const texts = first.map((host) => settingsOf(host) + hostText(host));
  return permutations(ids).filter((names) =>
    alphabet.every((change) => changes.has(canonical(renamedChange(names, change)))) &&
    first.every((host, i) => settingsOf(host) + hostText(renamedHost(names, host)) === texts[names[i] - 1])
  );
}

// `hostText` leaves out what a node never changes.
function settingsOf({ node: { options } }: Host): string {
  return JSON.stringify(options);
}

function permutations(ids: readonly number[]): readonly (readonly number[])[] {
  if (ids.length === 0) return [[]];
  return ids.flatMap((id, i) => permutations([...ids.slice(0, i), ...ids.slice(i + 1)]).map((rest) => [id, ...rest]));
}
