/**
 * A cluster in memory: the smallest host that obeys the contract of the reducer, without clock, disk or network.
 *
 * Messages are delivered first in, first out, round by round. A node's memory is its disk, so a `Persist` is durable as
 * soon as it is performed and what it holds back for peers leaves at once; what it holds back for the node itself is
 * delivered at the end of the round, of several `Persisted` only the last (a group commit). `Applied` is said every 64 entries.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  type Fault,
  Log,
  type Message,
  NO_BYTES,
  NO_MEMBERS,
  type Node,
  type NodeId,
  type Options,
  options,
  type PeerMessage,
  type Persist,
  type Persisted,
  type Refused,
  start,
  step,
} from "../../core/mod.ts";
import { RollingHash } from "./state_machine.ts";

const APPLIED_EVERY = 64;
const COMPACT_EVERY = 10_000;
const COMPACT_KEEP = 1_000;

/** Which nodes there are. */
export interface ClusterSettings {
  /** They vote from the start; their ids count from 1. */
  readonly voters: number;
  /** The only node that exists, or 0 for all. */
  readonly only: NodeId;
  /** Whether nodes compact their logs. */
  readonly compacts: boolean;
  /** Whether nodes tick, so that there are heartbeats to count. */
  readonly ticks: boolean;
}

/** The nodes, and the messages on their way between them. */
export class Cluster {
  /** Inputs handed to nodes, without the reports of their own disk and state machine. */
  steps = 0;
  /** Heartbeat responses delivered, or sent to a node that does not exist. */
  heartbeatResponses = 0;
  /** The nodes that exist. */
  readonly members: readonly Member[];
  readonly #byId: readonly (Member | undefined)[];
  // The round that is delivered and the one that comes of it take turns.
  readonly #mail = new Mail();
  readonly #ticks: boolean;

  /** Starts the nodes with empty logs. */
  constructor({ voters, only, compacts, ticks }: ClusterSettings) {
    this.#ticks = ticks;
    const ids = Array.from({ length: voters }, (_, i) => i + 1);
    const checked = options({ maxSizePerMsg: 1 << 20, maxInflightMsgs: 256 });
    if (E.isLeft(checked)) throw new Error(checked.left.message);
    this.members = ids.filter((id) => only === 0 || only === id).map((id) =>
      new Member(startNode(id, ids, checked.right), compacts, this.#mail)
    );
    this.#byId = Array.from({ length: voters + 1 }, (_, id) => this.members.find((member) => member.id === id));
  }

  /** The member with `id`. */
  member(id: NodeId): Member {
    const member = this.#byId[id];
    if (member === undefined) throw new Error(`Cannot use node ${id}: it does not exist.`);
    return member;
  }

  /** Hands `message` to node `id`. */
  hand(id: NodeId, message: Message): void {
    this.steps++;
    this.member(id).step(message);
  }

  /** Delivers messages until there are none. */
  drain(): void {
    this.#report();
    while (this.#mail.count > 0) {
      const count = this.#mail.count;
      const round = this.#mail.take();
      for (let i = 0; i < count; i++) {
        const message = round[i];
        if (this.#ticks && message.type === "HeartbeatResponse") this.heartbeatResponses++;
        const member = this.#byId[message.to];
        if (member === undefined) continue;
        this.steps++;
        member.step(message);
      }
      this.#report();
    }
  }

  // The end of a round: what the disk and the state machine of each node have done.
  #report(): void {
    for (let i = 0; i < this.members.length; i++) this.members[i].report();
  }
}

/** The messages on their way: those of the next round. */
class Mail {
  /** How many there are. */
  count = 0;
  #next: PeerMessage[] = [];
  #round: PeerMessage[] = [];

  /** Adds a message. */
  put(message: PeerMessage): void {
    this.#next[this.count++] = message;
  }

  /** The first `count` messages of the answer are to be delivered now. The arrays take turns and keep their room. */
  take(): readonly PeerMessage[] {
    const round = this.#next;
    this.#next = this.#round;
    this.#round = round;
    this.count = 0;
    return round;
  }
}

/** One node with its disk and its state machine. */
export class Member {
  /** The node. */
  node: Node;
  /** What it has applied. */
  readonly machine = new RollingHash();
  readonly #compacts: boolean;
  readonly #mail: Mail;
  readonly #acknowledgements: PeerMessage[] = [];
  #count = 0;
  #persisted: Persisted | null = null;

  /** A member that is at `node` and puts what it wants sent into `mail`. */
  constructor(node: Node, compacts: boolean, mail: Mail) {
    this.node = node;
    this.#compacts = compacts;
    this.#mail = mail;
  }

  /** The node's id. */
  get id(): NodeId {
    return this.node.id;
  }

  /** Takes one step of the reducer and does what it wants done. */
  step(message: Message): void {
    const next = step(this.node, message);
    this.node = next[0];
    const outbox = next[1];
    for (let i = 0; i < outbox.length; i++) {
      const effect = outbox[i];
      if (effect.type === "Send") this.#mail.put(effect.message);
      else if (effect.type === "Persist") this.#write(effect.then);
      else if (effect.type === "Apply") this.machine.apply(effect.entries);
      else if (effect.type === "Refused" || effect.type === "Fault") throw objection(this.id, effect);
    }
  }

  /** Tells the node what its disk and its state machine have done since. */
  report(): void {
    while (this.#persisted !== null || this.#count > 0) {
      const count = this.#count;
      const persisted = this.#persisted;
      this.#count = 0;
      this.#persisted = null;
      for (let i = 0; i < count; i++) this.step(this.#acknowledgements[i]);
      if (persisted !== null) this.step(persisted);
    }
    const { applied } = this.node;
    const { index } = this.machine;
    if (index - applied < APPLIED_EVERY) return;
    this.step({ type: "Applied", index });
    const mark = index - (index % COMPACT_EVERY);
    if (this.#compacts && applied < mark) this.#compact(mark - COMPACT_KEEP);
  }

  // Memory is durable at once.
  #write(then: Persist["then"]): void {
    for (let i = 0; i < then.length; i++) {
      const message = then[i];
      if (message.type === "Persisted") this.#persisted = message;
      else if (message.to === this.node.id) this.#acknowledgements[this.#count++] = message;
      else this.#mail.put(message);
    }
  }

  #compact(index: number): void {
    const { log, configuration } = this.node;
    const term = log.termAt(index);
    this.step({ type: "SnapshotAvailable", index, term, configuration, data: NO_BYTES });
    this.step({ type: "Compact", index });
  }
}

function objection(id: NodeId, { type, reason }: Refused | Fault): Error {
  return new Error(`Node ${id} answers with ${type}: ${JSON.stringify(reason)}.`);
}

function startNode(id: NodeId, voters: readonly NodeId[], options: Options): Node {
  const started = start({ id, options }, {
    hardState: O.none,
    log: Log.after(),
    snapshot: O.none,
    applied: 0,
    configuration: { ...NO_MEMBERS, voters },
  });
  if (E.isLeft(started)) throw new Error(`Cannot start node ${id}: ${started.left.type}.`);
  return started.right[0];
}
