/**
 * Takes what other nodes send: who may connect, which messages reach the reducer, and which requests are carried out.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, NodeId, Proposal } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage } from "../../core/message.ts";
import { decodeEnvelope } from "../session/envelope.ts";
import type { Address, Incarnation, OpenStorage, SnapshotReceiver } from "../storage/storage.ts";
import type { PeerIdentity, TransportHandler } from "../transport/transport.ts";
import type { Clock } from "../clock/clock.ts";
import type { Engine, Violation } from "./engine.ts";
import type { NodeEvent, WhyRejected } from "./raft_node.ts";
import { stopReason } from "./stop_reason.ts";
import { type Answer, decodeRequest, encodeAnswer, type Request, SeenRequests } from "./requests.ts";

/** What a handler is made of. */
export interface PeerHandlerParts {
  /** The node. */
  readonly engine: Engine;
  /** Where the peers' incarnations and received snapshots are kept. */
  readonly storage: OpenStorage;
  /** What was written to the storage has to become durable; tells when it is. */
  readonly wantSync: (durable: () => void) => void;
  /** Carries out a request of a peer. */
  readonly serve: (request: Request) => Promise<Either<WhyRejected, Answer>>;
  /** Time. */
  readonly clock: Clock;
  /** Until then no vote is given, except one that the leader has asked for. */
  readonly silentUntil: number;
  /** Who listens. */
  readonly emit: (event: NodeEvent) => void;
}

/** The handler of a running node. */
export class PeerHandler implements TransportHandler {
  readonly #parts: PeerHandlerParts;
  readonly #incarnations: Map<NodeId, Incarnation>;
  /** The members in the applied configuration. */
  #members: readonly NodeId[];
  /** Who is connected without being a member. */
  readonly #strangers = new Map<NodeId, Incarnation>();
  readonly #unheard = new Set<NodeId>();
  readonly #seen = new SeenRequests();
  /** Where nodes say that they are. */
  readonly announced: Map<NodeId, Address> = new Map();
  /** Counted since the start. */
  readonly counters = { peersRefused: 0, violations: 0 };

  /** Knows the incarnations that the storage has found. */
  constructor(parts: PeerHandlerParts) {
    this.#parts = parts;
    this.#incarnations = new Map(parts.storage.found.peers);
    this.#members = parts.engine.node.configuration.members;
  }

  /** A member's data folder is known from its first connection on; with another one it has lost its memory (§5.2: its vote). */
  admit({ address, id, incarnation }: PeerIdentity): Either<string, void> {
    const admitted = this.#admit(id, incarnation);
    if (E.isRight(admitted) && O.isSome(address)) this.announced.set(id, address.value);
    return admitted;
  }

  #admit(id: NodeId, incarnation: Incarnation): Either<string, void> {
    const known = this.#incarnations.get(id);
    if (known === incarnation) return E.right(undefined);
    if (known !== undefined) {
      const message = `Node ${id} has lost its data: remove it from the cluster and add it again.`;
      this.counters.peersRefused++;
      this.#parts.emit({ type: "PeerRefused", peer: id, message });
      return E.left(message);
    }
    if (this.#parts.engine.node.configuration.members.includes(id)) this.#remember(id, incarnation);
    else this.#strangers.set(id, incarnation);
    return E.right(undefined);
  }

  /** Until it is durable that a peer has this folder, nothing that it says counts: a vote must not be forgotten. */
  #remember(id: NodeId, incarnation: Incarnation): void {
    this.#incarnations.set(id, incarnation);
    this.#unheard.add(id);
    this.#failingStops(() => this.#parts.storage.rememberPeer(id, O.some(incarnation)));
    this.#parts.wantSync(() => this.#unheard.delete(id));
  }

  /**
   * Members that left are forgotten, so that they can come back with another data folder; new ones are remembered. Who is no
   * member yet has not left: a node that has started again passes through the configurations of the past.
   */
  membersChanged(members: readonly NodeId[]): void {
    for (const [id, incarnation] of this.#strangers) {
      if (!members.includes(id)) continue;
      this.#strangers.delete(id);
      this.#remember(id, incarnation);
    }
    for (const id of this.#members) {
      if (members.includes(id) || !this.#incarnations.delete(id)) continue;
      this.announced.delete(id);
      this.#parts.storage.rememberPeer(id, O.none);
    }
    this.#members = members;
  }

  /** Hands messages to the reducer, but for those that nobody of this version sends. */
  receive(from: NodeId, messages: readonly PeerMessage[], violation: Violation): void {
    if (this.#unheard.has(from)) return;
    const { engine } = this.#parts;
    const wrong = messages.find(neverSent);
    if (wrong !== undefined) {
      this.counters.violations++;
      return violation(`A ${wrong.type} of term ${wrong.term}: no node of this kind sends it.`);
    }
    const silent = this.#parts.clock.now() < this.#parts.silentUntil;
    engine.receive(silent ? messages.filter((message) => !asksForVote(message)) : messages, violation);
  }

  /** Answers a request, but a second copy of it never. */
  async request(from: NodeId, payload: Bytes): Promise<Bytes> {
    const decoded = decodeRequest(payload);
    if (E.isLeft(decoded)) throw new Error(decoded.left);
    const [id, request] = decoded.right;
    if (!this.#seen.isFirst(from, id)) return await new Promise(() => {});
    if (request.type === "Propose" && !request.proposals.every(isReadable)) {
      throw new Error("An entry is not readable.");
    }
    return encodeAnswer(await this.#parts.serve(request));
  }

  /** A snapshot is worth receiving if it is news, and of a leader that is not deposed. */
  offerSnapshot(from: NodeId, message: InstallSnapshot, size: number): Either<string, SnapshotReceiver> {
    const { node } = this.#parts.engine;
    const { index, term } = message.snapshot;
    if (message.term < node.term) return E.left(`The term is ${node.term} by now.`);
    if (index <= node.commit) {
      // The leader does not know, and would send it for ever: the reducer tells it without looking at the data.
      this.snapshotReceived(from, message);
      return E.left(`Everything up to ${node.commit} is here.`);
    }
    return E.right(
      this.#failingStops(() => this.#guarded(this.#parts.storage.receiveSnapshot(from, { index, term }, size))),
    );
  }

  /** Whoever feeds the receiver cannot know that a failure of its disk is the end of the node. */
  #guarded(receiver: SnapshotReceiver): SnapshotReceiver {
    return {
      offset: receiver.offset,
      write: (bytes) => this.#failingStops(() => receiver.write(bytes)),
      finish: async () => {
        try {
          return await receiver.finish();
        } catch (error) {
          this.#parts.engine.stop(stopReason(error, "Failed"));
          throw error;
        }
      },
      pause: () => receiver.pause(),
    };
  }

  #failingStops<A>(work: () => A): A {
    try {
      return work();
    } catch (error) {
      this.#parts.engine.stop(stopReason(error, "Failed"));
      throw error;
    }
  }

  /** The message comes after the data that it speaks of. */
  snapshotReceived(_from: NodeId, message: InstallSnapshot): void {
    this.#parts.engine.receive([message], () => {});
  }

  /** Whatever was sent ahead may be lost. */
  unreachable(peer: NodeId): void {
    this.#parts.engine.deliver({ type: "Unreachable", peer });
  }
}

/** These hosts forward nothing by way of the reducer, and terms begin with 1. */
function neverSent(message: PeerMessage): boolean {
  switch (message.type) {
    case "ForwardedPropose":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
    case "ForwardedTransferLeader":
    case "InstallSnapshot": // it comes by way of its own stream
      return true;
    case "Append":
    case "AppendResponse":
    case "Heartbeat":
    case "HeartbeatResponse":
    case "RequestVote":
    case "RequestVoteResponse":
    case "RequestPreVote":
    case "RequestPreVoteResponse":
    case "TimeoutNow":
      return message.term === 0;
  }
}

function asksForVote(message: PeerMessage): boolean {
  return (message.type === "RequestVote" || message.type === "RequestPreVote") && !message.transfer;
}

function isReadable({ type, data }: Proposal): boolean {
  return type === "normal" && E.isRight(decodeEnvelope(data));
}
