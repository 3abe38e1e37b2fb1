/**
 * Histories that were never run: what checks are shown, made by hand.
 *
 * @module
 */
import { assertEquals, AssertionError } from "@std/assert";
import * as O from "fp-ts/Option";
import {
  DEFAULT_OPTIONS,
  type Entry,
  entryAt,
  type EntryId,
  type Follower,
  type Leader,
  type Leadership,
  Log,
  type Message,
  NO_EFFECTS,
  type Node,
  ofVoters,
  ORIGIN,
  type Outbox,
  ownProgress,
  type PeerMessage,
  proposal,
  unknownProgress,
} from "../../core/mod.ts";
import { type Check, type HostView, Violation } from "../../effects/invariants/mod.ts";

/** What a node is besides a new one. */
export type NodeParts = Partial<Omit<Follower, "role" | "own">>;

/** A machine whose node a test puts in. */
class TestHost implements HostView {
  incarnation = 0;
  node: Node | null = null;

  constructor(readonly id: number) {}

  log(): Log {
    return this.node === null ? Log.after() : this.node.log;
  }
}

/** A history of nodes 1 to 5, told to one check. */
export class History {
  readonly hosts: readonly TestHost[] = [1, 2, 3, 4, 5].map((id) => new TestHost(id));

  constructor(readonly check: Check) {}

  /** `node` starts. */
  start(node: Node, outbox: Outbox = NO_EFFECTS): this {
    const host = this.#host(node.id);
    host.incarnation++;
    host.node = node;
    this.check.started?.(host, node, outbox, this);
    return this;
  }

  /** The node becomes `after`; one that was never started starts first. */
  step(after: Node, message: Message = { type: "Beat" }, outbox: Outbox = NO_EFFECTS): this {
    const host = this.#host(after.id);
    const before = this.#before(host);
    host.node = after;
    this.check.stepped?.({ host, before, message, after, outbox }, this);
    return this;
  }

  /** `message` leaves its node. */
  release(...messages: readonly PeerMessage[]): this {
    for (const message of messages) this.check.released?.(message, this.#host(message.from), this);
    return this;
  }

  /** The machine of node `id` loses its power; or its disk. */
  lose(id: number, what: "power" | "disk"): this {
    const host = this.#host(id);
    host.node = null;
    this.check.crashed?.(host, this);
    if (what === "disk") this.check.wiped?.(host, this);
    return this;
  }

  /** A crash of its machine would leave `node` behind. */
  audit({ id, term, vote, commit, log }: Node): this {
    this.check.audited?.({ hardState: O.some({ term, vote, commit }), log }, this.#host(id), this);
    return this;
  }

  #before(host: TestHost): Node {
    if (host.node !== null) return host.node;
    const node = follower(host.id);
    this.start(node);
    return node;
  }

  #host(id: number): TestHost {
    return this.hosts[id - 1];
  }
}

/** A follower in a cluster of nodes 1 to 3. */
export function follower(id: number, parts: NodeParts = {}): Follower {
  return {
    role: "follower",
    id,
    options: DEFAULT_OPTIONS,
    configuration: ofVoters(1, 2, 3),
    snapshot: O.none,
    term: 0,
    vote: O.none,
    lead: O.none,
    log: Log.after(),
    stable: 0,
    pendingSnapshot: O.none,
    commit: 0,
    applied: 0,
    electionElapsed: 0,
    timeout: O.none,
    heldReads: [],
    own: null,
    ...parts,
  };
}

/** A leader in a cluster of nodes 1 to 3. */
export function leader(id: number, parts: NodeParts = {}, own: Partial<Leadership> = {}): Leader {
  const common = follower(id, parts);
  const progress = common.configuration.members.map((member) => member === id ? ownProgress(0) : unknownProgress(1));
  return {
    ...common,
    role: "leader",
    vote: O.some(id),
    lead: O.some(id),
    own: {
      heartbeatElapsed: 0,
      transfer: O.none,
      pendingConfIndex: 0,
      uncommittedSize: 0,
      reads: { confirmed: 0, pending: [], acks: [] },
      progress,
      ...own,
    },
  };
}

/** The entry of `term` at `index`; its command is `command`, or follows from where it is. */
export function entry(index: number, term: number, command: number = 16 * index + term): Entry {
  return entryAt(proposal(Uint8Array.of(command)), index, term);
}

/** A configuration change of `term` at `index`. */
export function change(index: number, term: number): Entry {
  return entryAt(proposal(Uint8Array.of(index), "confChangeV2"), index, term);
}

/** A log of entries with these terms, from index 1 on or behind `snapshot`. */
export function logOf(terms: readonly number[], snapshot: EntryId = ORIGIN): Log {
  return Log.of(snapshot, terms.map((term, i) => entry(snapshot.index + i + 1, term)));
}

/** A vote of `from` in `term`. */
export function vote(from: number, to: number, term: number, granted = true): PeerMessage {
  return { type: "RequestVoteResponse", from, to, term, granted };
}

/** An acknowledgement by `from` to the leader `to` of `term`. */
export function ack(from: number, to: number, term: number, index: number): PeerMessage {
  return { type: "AppendResponse", from, to, term, index, hint: O.none };
}

/** The check objects to the history that `tell` goes on with, and not before; what it says is returned. */
export function objection(tell: () => unknown): string {
  try {
    tell();
  } catch (error) {
    if (error instanceof Violation) return error.sentence;
    throw error;
  }
  throw new AssertionError("Nobody has objected.");
}

/** The check objects with `sentence`. */
export function assertObjects(tell: () => unknown, sentence: string): void {
  assertEquals(objection(tell), sentence);
}
