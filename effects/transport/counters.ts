/**
 * What a transport counts.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { PeerCounters } from "./transport.ts";

/** What is counted for one peer. */
export interface Count {
  /** Messages that were written. */
  sent: number;
  /** Messages that were dropped. */
  dropped: number;
  /** Messages that arrived. */
  received: number;
}

/** The state of the connection for messages to a peer. */
export interface LinkState {
  /** Whether there is one. */
  readonly connected: boolean;
  /** Bytes that wait to be written on it. */
  readonly queuedBytes: number;
}

const NO_LINK: LinkState = { connected: false, queuedBytes: 0 };

/** Counts by peer, and violations of all of them. */
export class Counters {
  /** Connections that were refused or closed because of what came on them. */
  violations = 0;
  private readonly counts = new Map<NodeId, Count>();

  /** The counts of a peer, which are made where there are none. */
  of(peer: NodeId): Count {
    let count = this.counts.get(peer);
    if (count === undefined) {
      count = { sent: 0, dropped: 0, received: 0 };
      this.counts.set(peer, count);
    }
    return count;
  }

  /** What was counted so far, with the state of each link. */
  report(links: ReadonlyMap<NodeId, LinkState>): ReadonlyMap<NodeId, PeerCounters> {
    return new Map([...this.counts].map(([peer, count]) => {
      const { connected, queuedBytes } = links.get(peer) ?? NO_LINK;
      return [peer, { ...count, connected, queuedBytes }];
    }));
  }
}
