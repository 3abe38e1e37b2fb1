/**
 * What the whole cluster has ever committed, as an observer who sees every node knows it.
 *
 * @module
 */
import type { Entry } from "../../core/entry.ts";
import type { Node } from "../../core/node.ts";
import type { Stepped } from "./check.ts";

/** A committed entry. */
export interface Committed {
  /** The entry. */
  readonly entry: Entry;
  /** The term of the first node that knew; of the leader that has counted it, unless the node has just started. */
  readonly term: number;
}

/** The committed entries, by index. Several checks may learn the same things together. */
export class CommittedEntries {
  readonly #byIndex = new Map<number, Committed>();
  #highest = 0;

  /** The highest commit index that any node has ever had. */
  get highest(): number {
    return this.#highest;
  }

  /** Learns from a node that starts: what it knows was committed at some time before. */
  learnStart(node: Node): void {
    this.#add(node, node.log.snapshot.index);
  }

  /** Learns from a step. The first node that knows of a commit is the leader that has counted it. */
  learn({ before, after }: Stepped): void {
    if (after.commit !== before.commit) this.#add(after, Math.max(before.commit, after.log.snapshot.index));
  }

  /** What is committed at `index`, if anybody knows. */
  at(index: number): Committed | undefined {
    return this.#byIndex.get(index);
  }

  #add({ log, term, commit }: Node, after: number): void {
    const to = Math.min(commit, log.last.index);
    for (let index = after + 1; index <= to; index++) {
      if (!this.#byIndex.has(index)) this.#byIndex.set(index, { entry: log.at(index), term });
    }
    this.#highest = Math.max(this.#highest, commit);
  }
}
