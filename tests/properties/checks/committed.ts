/**
 * What the whole cluster has ever committed, as an observer who sees every node knows it.
 *
 * @module
 */
import type { Entry, Node } from "../../../core/mod.ts";
import type { Stepped } from "../check.ts";

/** A committed entry, and the term of the leader that was the first to know. */
export interface Committed {
  readonly entry: Entry;
  readonly term: number;
}

/** The committed entries, by index. */
export class CommittedEntries {
  readonly #byIndex = new Map<number, Committed>();
  /** The highest commit index that any node has ever had. */
  highest = 0;

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
    for (let index = after + 1; index <= commit; index++) {
      if (!this.#byIndex.has(index)) this.#byIndex.set(index, { entry: log.at(index), term });
    }
    this.highest = Math.max(this.highest, commit);
  }
}
