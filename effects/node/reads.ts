/**
 * Linearizable reads (thesis §6.4): many share one quorum round. Reads that come while a round is under way wait for the
 * next one, since that round only vouches for what was committed when it began.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { isSingleton, isVoter } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Ticket } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { ReadReady, Rejected } from "../../core/outbox.ts";
import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";
import type { Fold } from "./fold.ts";
import type { Lease } from "./lease.ts";
import type { ProposalRejected, ReadError, RequestOptions, WhyRejected } from "./raft_node.ts";
import { deadlineOf, Waiter } from "./waiter.ts";

/** Asks the leader, which is another node, from which index on a read may be served; none if there was no answer. */
export type AskReadIndex = (leader: NodeId) => Promise<Option<E.Either<WhyRejected, number>>>;

/** What reads are made of. */
export interface ReadParts {
  /** The node. */
  readonly fold: Fold;
  /** Time, for deadlines and the lease. */
  readonly clock: Clock;
  /** Randomness, for the contexts of reads. */
  readonly random: Random;
  /** The way to a leader that is another node. */
  readonly ask: AskReadIndex;
  /** A number that no other request of this node has. */
  readonly ticket: () => Ticket;
  /** A rejection, with the leader as far as it is known. */
  readonly rejected: (reason: WhyRejected) => ProposalRejected;
  /** Up to where the state machine has applied the log. */
  readonly applied: () => number;
  /** The lease that every round renews. */
  readonly lease: Lease;
  /** Whether a valid lease answers a read without a round. */
  readonly leaseReads: boolean;
  /** The most reads that may wait. */
  readonly mostWaiting: number;
  /** Milliseconds until a read is answered at the latest. */
  readonly timeoutMs: number;
}

interface Round {
  readonly ticket: Ticket;
  readonly began: number;
  readonly term: number;
  readonly ready: (index: number) => void;
  readonly rejected: (reason: WhyRejected) => void;
}

/** The reads of this node's clients, and those that other nodes ask this leader for. */
export class Reads {
  readonly #parts: ReadParts;
  #gathered: Waiter<void>[] = [];
  #askedByPeers: ((index: E.Either<WhyRejected, number>) => void)[] = [];
  #round: Round | null = null;
  #asking = false;
  /** The leader did not answer: whoever leads is asked again with the next tick. */
  #pausing = false;
  #closed = false;
  #renewal = false;
  /** Those that a round or another node has been asked for. */
  readonly #asked = new Set<readonly Waiter<void>[]>();
  readonly #applying: { readonly index: number; readonly waiters: readonly Waiter<void>[] }[] = [];
  /** Counted since the start. */
  readonly counters = { readRounds: 0, leaseReads: 0 };

  /** Nobody reads yet. */
  constructor(parts: ReadParts) {
    this.#parts = parts;
  }

  /** How many wait. */
  get size(): number {
    let size = this.#gathered.length;
    for (const waiters of this.#asked) size += waiters.length;
    for (const { waiters } of this.#applying) size += waiters.length;
    return size;
  }

  /** Resolves when the state machine of this node is as new as a read that begins now demands. */
  ready(options: RequestOptions): Promise<E.Either<ReadError, void>> {
    const { clock, fold, mostWaiting, rejected, timeoutMs } = this.#parts;
    if (this.#closed) return Promise.resolve(E.left(rejected("Aborted")));
    if (this.size >= mostWaiting) return Promise.resolve(E.left(rejected("Overloaded")));
    const waiter = new Waiter<void>(deadlineOf(clock, options, timeoutMs), E.right).abortWith(
      options,
      () => ({ type: "Timeout" }),
    );
    if (waiter.waits) this.#gathered.push(waiter);
    fold.wake();
    return waiter.answered;
  }

  /** For a peer: from which index on may a read be served that it was asked for before this call? */
  indexForPeer(): Promise<E.Either<WhyRejected, number>> {
    return new Promise((resolve) => {
      this.#askedByPeers.push(resolve);
      this.#parts.fold.wake();
    });
  }

  /** Has the lease renewed although nobody reads. */
  renewLease(): void {
    this.#renewal = true;
    this.flush();
  }

  /** Begins a round for everything that has gathered, unless one is under way. */
  flush(): void {
    const { node } = this.#parts.fold;
    if (node.role === "leader") return this.#flushLeader(node);
    const peers = this.#askedByPeers;
    this.#askedByPeers = [];
    this.#renewal = false;
    for (const answer of peers) answer(E.left("NoLeader"));
    if (this.#gathered.length === 0 || this.#asking || this.#pausing) return;
    if (O.isSome(node.lead) && node.lead.value !== node.id) void this.#ask(node.lead.value);
  }

  /** The outbox says from which index on the reads of a round may be served. */
  confirmed({ ticket, index }: ReadReady): void {
    const round = this.#round;
    if (round === null || round.ticket !== ticket) return;
    this.#round = null;
    const { node } = this.#parts.fold;
    if (node.role === "leader" && node.term === round.term) this.#parts.lease.renew(round.began, round.term);
    round.ready(index);
    this.#parts.fold.wake();
  }

  /** The outbox says that a request was rejected; whether it was a read's. */
  turnedDown({ ticket, reason }: Rejected): boolean {
    const round = this.#round;
    if (round === null || O.isNone(ticket) || ticket.value !== round.ticket) return false;
    this.#round = null;
    round.rejected(reason);
    this.#parts.fold.wake();
    return true;
  }

  /** The state machine has applied the log up to `index`. */
  applied(index: number): void {
    for (let i = 0; i < this.#applying.length;) {
      if (this.#applying[i].index > index) i++;
      else for (const waiter of this.#applying.splice(i, 1)[0].waiters) waiter.resolve();
    }
  }

  /** Answers those whose deadline has passed. */
  expire(now: number): void {
    const late: (waiter: Waiter<void>) => void = (waiter) => {
      if (waiter.deadline <= now) waiter.reject({ type: "Timeout" });
    };
    this.#pausing = false;
    this.#gathered.forEach(late);
    this.#gathered = this.#gathered.filter(({ waits }) => waits);
    for (const waiters of this.#asked) waiters.forEach(late);
    for (const { waiters } of this.#applying) waiters.forEach(late);
    // A round that was lost with its leadership is not answered by the reducer if the reads were held.
    const { node } = this.#parts.fold;
    if (this.#round !== null && (node.role !== "leader" || node.term !== this.#round.term)) {
      const round = this.#round;
      this.#round = null;
      round.rejected("SteppedDown");
    }
  }

  /** The node stops. */
  close(message: string): void {
    this.#closed = true;
    const waiters = [this.#gathered, ...this.#asked, ...this.#applying.map(({ waiters }) => waiters)].flat();
    for (const waiter of waiters) waiter.reject({ type: "Unknown", message });
    const peers = this.#askedByPeers;
    this.#askedByPeers = [];
    for (const answer of peers) answer(E.left("Aborted"));
    this.#round?.rejected("Aborted");
    this.#round = null;
    this.#gathered = [];
    this.#applying.length = 0;
  }

  #flushLeader(node: Node): void {
    if (this.#round !== null) return;
    if (this.#gathered.length === 0 && this.#askedByPeers.length === 0 && !this.#renewal) return;
    const { clock, fold, lease, leaseReads, random, ticket: next } = this.#parts;
    if (!mayAnswer(node)) return;
    const waiters = this.#take();
    const peers = this.#askedByPeers;
    this.#askedByPeers = [];
    if (leaseReads && !this.#renewal && lease.holds(node.term)) {
      this.counters.leaseReads += waiters.length + peers.length;
      this.#serve(node.commit, waiters, peers);
      return;
    }
    this.#renewal = false;
    this.counters.readRounds++;
    const ticket = next();
    this.#round = {
      ticket,
      term: node.term,
      began: clock.now(),
      ready: (index) => this.#serve(index, waiters, peers),
      rejected: (reason) => {
        this.#putBack(waiters); // a new leader will answer them
        for (const answer of peers) answer(E.left(reason));
      },
    };
    fold.deliver({ type: "ReadIndex", ticket, context: random.bytes(16) });
  }

  async #ask(leader: NodeId): Promise<void> {
    this.#asking = true;
    const waiters = this.#take();
    const index = await this.#parts.ask(leader);
    this.#asking = false;
    if (O.isSome(index) && E.isRight(index.value)) this.#serve(index.value.right, waiters, []);
    else {
      this.#putBack(waiters); // a read can be asked again
      this.#pausing = true;
    }
    this.#parts.fold.wake();
  }

  #take(): readonly Waiter<void>[] {
    const waiters = this.#gathered.filter(({ waits }) => waits);
    this.#gathered = [];
    if (waiters.length > 0) this.#asked.add(waiters);
    return waiters;
  }

  #putBack(waiters: readonly Waiter<void>[]): void {
    this.#asked.delete(waiters);
    this.#gathered = [...waiters.filter(({ waits }) => waits), ...this.#gathered];
  }

  #serve(
    index: number,
    waiters: readonly Waiter<void>[],
    peers: readonly ((index: E.Either<WhyRejected, number>) => void)[],
  ): void {
    this.#asked.delete(waiters);
    for (const answer of peers) answer(E.right(index));
    if (waiters.length === 0) return;
    if (this.#parts.applied() < index) this.#applying.push({ index, waiters });
    else for (const waiter of waiters) waiter.resolve();
  }
}

/**
 * A leader knows what is committed when it has committed an entry of its own term. The reducer holds reads until then, but
 * not where a single node votes: there it answers at once, which only that node itself may rely on.
 */
function mayAnswer(node: Node): boolean {
  if (node.log.termAt(node.commit) !== node.term) return false;
  return !isSingleton(node.configuration) || isVoter(node.configuration, node.id);
}
