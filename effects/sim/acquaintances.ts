/**
 * Which data folders a node has to know again: otherwise a member could come back without its memory, and vote again.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";

/** How far a node has come. */
export interface Life {
  /** The last entry that was applied. */
  readonly applied: number;
  /** The configuration as of then. */
  readonly configuration: { readonly members: readonly NodeId[] };
}

/** What a node knew, from one of its lives to the next. */
export class Acquaintances {
  #known: readonly NodeId[] = [];
  #applied = -1;
  #members: readonly NodeId[] = [];

  /** A life of the node is over. When it starts again, it passes through earlier configurations: the furthest one counts. */
  lived({ applied, configuration: { members } }: Life): void {
    if (applied < this.#applied) return;
    const before = this.#members;
    this.#members = applied === this.#applied ? members.filter((id) => before.includes(id)) : members;
    this.#applied = applied;
  }

  /** Its disk knows `found`: the members that it knew before, and does not know any more. */
  forgotten(found: Iterable<NodeId>): readonly NodeId[] {
    const known = [...found];
    const before = this.#known;
    this.#known = known;
    return before.filter((id) => this.#members.includes(id) && !known.includes(id));
  }
}
