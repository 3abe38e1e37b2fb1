/**
 * Tells the handler that messages to a peer get lost: when it begins, and again once in a while for as long as it lasts.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";

/** Which peers are known to be out of reach. */
export class Reachability {
  private readonly toldAt = new Map<NodeId, number>();
  private isStopped = false;

  /** Tells `unreachable`, not from within the caller but soon after, and for the same peer not again for `everyMs`. */
  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly unreachable: (peer: NodeId) => void,
  ) {}

  /** A message to the peer was dropped, or its connection broke. */
  lost(peer: NodeId): void {
    const now = this.clock.now();
    const told = this.toldAt.get(peer);
    if (told !== undefined && now - told < this.everyMs) return;
    this.toldAt.set(peer, now);
    this.clock.soon(() => this.isStopped || this.unreachable(peer));
  }

  /** Messages to the peer get through again: what is lost from now on is told at once. */
  restored(peer: NodeId): void {
    this.toldAt.delete(peer);
  }

  /** Tells nothing more. */
  stop(): void {
    this.isStopped = true;
  }
}
