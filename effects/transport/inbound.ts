/**
 * The connections that were accepted: how many there may be, and which of two stays.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Cancel } from "../clock/clock.ts";
import { Accepted } from "./accepted.ts";
import type { Context } from "./context.ts";
import type { Introduction } from "./introduction.ts";
import { MessageService } from "./message_service.ts";
import { pump } from "./pump.ts";
import type { Service } from "./service.ts";
import { SnapshotService } from "./snapshot_service.ts";
import type { Socket } from "./socket.ts";

interface Peer {
  readonly messages: Accepted | null;
  readonly snapshot: Accepted | null;
}

const NOTHING: Peer = { messages: null, snapshot: null };

/** The accepted connections. */
export class Inbound {
  // Those that have not introduced themselves yet, the oldest first, with what calls their time limit off.
  private readonly strangers = new Map<Accepted, Cancel>();
  private readonly peers = new Map<NodeId, Peer>();
  private readonly pumps = new Set<Promise<void>>();
  private isClosed = false;

  /** Tells `called` who has called. */
  constructor(private readonly context: Context, private readonly called: (peer: Introduction) => void) {}

  /** Takes a connection. */
  accept(socket: Socket): void {
    const { limits, local: { clock }, log } = this.context;
    if (this.isClosed || this.pumps.size >= limits.connections) {
      if (!this.isClosed) log.log("warn", "A connection was closed because there are too many.");
      return socket.close();
    }
    if (this.strangers.size >= limits.handshakes) this.dropOldestStranger();
    const accepted = new Accepted(this.context, socket, {
      admitted: (accepted, peer) => this.admitted(accepted, peer),
      ended: (accepted) => this.ended(accepted),
    });
    const { connection } = accepted;
    this.strangers.set(
      accepted,
      clock.after(limits.handshakeMs, () => connection.close("it did not introduce itself")),
    );
    const pumping = pump(socket, connection, log).then(() => void this.pumps.delete(pumping));
    this.pumps.add(pumping);
  }

  /** Ends the connections of a peer. */
  end(peer: NodeId): void {
    const { messages, snapshot } = this.peers.get(peer) ?? NOTHING;
    messages?.connection.close("the peer is none any more");
    snapshot?.connection.close("the peer is none any more");
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const { connection } of [...this.strangers.keys()]) connection.close("this node closes");
    for (const peer of [...this.peers.keys()]) this.end(peer);
    await Promise.all(this.pumps);
  }

  // A peer has one connection of each kind: one that it does not know of any more would otherwise stay for ever.
  private admitted(accepted: Accepted, peer: Introduction): Service {
    const { context } = this;
    this.forgetStranger(accepted);
    const older = this.peers.get(peer.from) ?? NOTHING;
    this.peers.set(peer.from, { ...older, [peer.kind]: accepted });
    older[peer.kind]?.connection.close("the peer has made another connection");
    this.called(peer);
    return peer.kind === "messages"
      ? new MessageService(context, peer.from, accepted.connection)
      : new SnapshotService(context, peer.from, accepted.connection);
  }

  private ended(accepted: Accepted): void {
    this.forgetStranger(accepted);
    for (const [id, { messages, snapshot }] of this.peers) {
      if (messages !== accepted && snapshot !== accepted) continue;
      const rest: Peer = {
        messages: messages === accepted ? null : messages,
        snapshot: snapshot === accepted ? null : snapshot,
      };
      if (rest.messages === null && rest.snapshot === null) this.peers.delete(id);
      else this.peers.set(id, rest);
    }
  }

  // Those who mean well need a moment only.
  private dropOldestStranger(): void {
    for (const { connection } of this.strangers.keys()) return connection.close("there are too many connections");
  }

  private forgetStranger(accepted: Accepted): void {
    this.strangers.get(accepted)?.();
    this.strangers.delete(accepted);
  }
}
