/**
 * Work of which one piece at a time is done for each peer.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";

/** Queues of work, one for each peer. */
export class InOrder {
  private readonly last = new Map<NodeId, Promise<unknown>>();

  /** Does `work` when everything that was given before for the same peer is done. */
  async run<A>(peer: NodeId, work: () => Promise<A>): Promise<A> {
    const before = this.last.get(peer) ?? Promise.resolve();
    const result = before.then(work, work);
    this.last.set(peer, result);
    try {
      return await result;
    } finally {
      if (this.last.get(peer) === result) this.last.delete(peer);
    }
  }

  /** Resolves when everything that was given so far is done. */
  async done(): Promise<void> {
    await Promise.allSettled(this.last.values());
  }
}
