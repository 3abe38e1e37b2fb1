/**
 * How nodes reach each other: messages that may be lost, requests that are answered at most once, and snapshots on
 * streams of their own.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage } from "../../core/message.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Random } from "../random/random.ts";
import type { Address, Incarnation, SnapshotFile, SnapshotReceiver } from "../storage/storage.ts";

/** Who this node is, and what a transport may use. */
export interface LocalNode {
  /** The cluster: 16 hexadecimal digits. */
  readonly cluster: string;
  /** The node. */
  readonly id: NodeId;
  /** Its data folder. */
  readonly incarnation: Incarnation;
  /** Where its peers reach it, if that is known. */
  readonly address: Option<Address>;
  /** Time. */
  readonly clock: Clock;
  /** Randomness, for backoff. */
  readonly random: Random;
  /** Where events go. */
  readonly logger: Logger;
}

/** Who is at the other end, as it has said itself in its handshake (and its certificate has confirmed). */
export interface PeerIdentity {
  /** The node. */
  readonly id: NodeId;
  /** Its data folder. */
  readonly incarnation: Incarnation;
  /** Where it can be reached, if it says so. */
  readonly address: Option<Address>;
}

/** Takes what arrives. Every method is called with peers that were admitted only. */
export interface TransportHandler {
  /**
   * Whether the peer may connect, or be connected with: asked on both sides, for each connection. On the left is the reason
   * why not, which the peer is told.
   */
  admit(peer: PeerIdentity): Either<string, void>;
  /** Messages that arrived together. `violation` closes the connection that they came on, and counts. */
  receive(from: NodeId, messages: readonly PeerMessage[], violation: (reason: string) => void): void;
  /** Answers a request, once. What it rejects with is not told to the peer. */
  request(from: NodeId, payload: Bytes): Promise<Bytes>;
  /** Begins to receive a snapshot, or says on the left why not. */
  offerSnapshot(from: NodeId, message: InstallSnapshot, size: number): Either<string, SnapshotReceiver>;
  /** The snapshot that was offered has arrived, and is complete and durable. */
  snapshotReceived(from: NodeId, message: InstallSnapshot): void;
  /**
   * Messages to the peer were dropped, or its connection broke. Never called from within `send`; called when that begins,
   * and again once in a while for as long as it lasts, not for each message.
   */
  unreachable(peer: NodeId): void;
}

/** Why a transport cannot be opened. */
export interface TransportError {
  /** The name of the error. */
  readonly type: "TransportError";
  /** Why, in a sentence that says what to do. */
  readonly message: string;
}

/** A way to other nodes. */
export interface Transport {
  /** Begins to listen. */
  open(local: LocalNode, handler: TransportHandler): Promise<Either<TransportError, OpenTransport>>;
}

/** A transport that is open. */
export interface OpenTransport {
  /** Where it listens; the port is the real one where 0 was asked for. */
  readonly address: Address;
  /**
   * Who the peers are and where they listen: connections are made, kept, and ended accordingly. A peer that is in no list,
   * but admitted, is answered where it says that it listens.
   */
  setPeers(addresses: ReadonlyMap<NodeId, Address>): void;
  /**
   * Queues a message to `message.to`. It is dropped where the queue is full, there is no connection, or nobody is known by
   * that number; and always if it is a snapshot, which has {@linkcode sendSnapshot}.
   */
  send(message: PeerMessage): void;
  /** What was queued leaves, in one write for each peer. */
  flush(): void;
  /** Asks `to`, at most once; none if there was no answer, or none any more, or `signal` aborted. */
  request(to: NodeId, payload: Bytes, signal: AbortSignal): Promise<Option<Bytes>>;
  /** Sends the file of a snapshot, and resolves with whether all of it arrived; resumes after a broken connection. */
  sendSnapshot(message: InstallSnapshot, file: SnapshotFile, signal: AbortSignal): Promise<boolean>;
  /** What was counted since the start, by peer. */
  counters(): ReadonlyMap<NodeId, PeerCounters>;
  /** Connections that were refused or closed because of what came on them. */
  violations(): number;
  /** Closes every connection and stops listening. */
  close(): Promise<void>;
}

/** What a transport counts for each peer. */
export interface PeerCounters {
  /** Whether messages to the peer have a connection now. */
  readonly connected: boolean;
  /** Messages that were written. */
  readonly sent: number;
  /** Messages that were dropped because the queue was full or there was no connection. */
  readonly dropped: number;
  /** Messages that arrived. */
  readonly received: number;
  /** Bytes that wait to be written. */
  readonly queuedBytes: number;
}
