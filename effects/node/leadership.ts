/**
 * Work that only a leader may do (`whileLeader`), and handing the leadership over (thesis §3.10).
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { isVoter } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Ticket } from "../../core/message.ts";
import type { Leader } from "../../core/node.ts";
import type { Rejected } from "../../core/outbox.ts";
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Fold } from "./fold.ts";
import type { Lease } from "./lease.ts";
import type { ProposalRejected, ProposeError, RequestOptions, WhyRejected } from "./raft_node.ts";
import { deadlineOf, Waiter } from "./waiter.ts";

/** What leadership is made of. */
export interface LeadershipParts {
  /** The node. */
  readonly fold: Fold;
  /** Time. */
  readonly clock: Clock;
  /** How long nobody else can lead. */
  readonly lease: Lease;
  /** Has the lease renewed. */
  readonly renewLease: () => void;
  /** A number that no other request of this node has. */
  readonly ticket: () => Ticket;
  /** A rejection, with the leader as far as it is known. */
  readonly rejected: (reason: WhyRejected) => ProposalRejected;
  /** Milliseconds until a request is answered at the latest. */
  readonly timeoutMs: number;
}

interface Transfer {
  readonly to: NodeId;
  readonly waiter: Waiter<NodeId>;
}

interface Work {
  readonly term: number;
  readonly controller: AbortController;
  /** Calls off the next look at the lease. */
  look: Cancel;
}

/** The leadership of this node, while it has it. */
export class Leaderships {
  readonly #parts: LeadershipParts;
  readonly #transfers = new Map<Ticket, Transfer>();
  readonly #works = new Set<Work>();
  readonly #candidates = new Set<(term: number | null) => void>();
  #closed = false;

  /** Nothing is under way. */
  constructor(parts: LeadershipParts) {
    this.#parts = parts;
  }

  /** Runs `work` while this node leads; see `RaftNode.whileLeader`. */
  async whileLeader<A>(
    work: (signal: AbortSignal, fence: number) => Promise<A>,
    signal?: AbortSignal,
  ): Promise<Either<ProposalRejected, A>> {
    const term = await this.#leads(signal);
    if (term === null) return E.left(this.#parts.rejected("Aborted"));
    const mine: Work = { term, controller: new AbortController(), look: () => {} };
    const abort = (): void => mine.controller.abort();
    signal?.addEventListener("abort", abort, { once: true });
    this.#works.add(mine);
    this.#watch(mine);
    try {
      return E.right(await work(mine.controller.signal, term));
    } finally {
      this.#works.delete(mine);
      mine.look();
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Hands over to `to`, or to the voter that is furthest. */
  transfer(to: Option<NodeId>, options: RequestOptions): Promise<Either<ProposeError, NodeId>> {
    const { clock, fold, rejected, ticket: next, timeoutMs } = this.#parts;
    const { node } = fold;
    const target = O.isSome(to) ? to : node.role === "leader" ? furthest(node) : O.none;
    if (O.isNone(target)) return Promise.resolve(E.left(rejected("TransfereeUnknown")));
    const waiter = new Waiter<NodeId>(deadlineOf(clock, options, timeoutMs), E.right).abortWith(
      options,
      () => ({ type: "Timeout" }),
    );
    const ticket = next();
    this.#transfers.set(ticket, { to: target.value, waiter });
    fold.deliver({ type: "TransferLeader", ticket, transferee: target.value });
    return waiter.answered;
  }

  /** The outbox says that a request was rejected; whether it was a transfer. */
  turnedDown({ ticket, reason }: Rejected): boolean {
    if (O.isNone(ticket)) return false;
    const transfer = this.#transfers.get(ticket.value);
    if (transfer === undefined) return false;
    this.#transfers.delete(ticket.value);
    if (reason === "AlreadyLeader") transfer.waiter.resolve(transfer.to);
    else transfer.waiter.reject(this.#parts.rejected(reason));
    return true;
  }

  /** After a message: a transfer ends every lease, a new leader ends transfers. */
  observe(): void {
    const { node } = this.#parts.fold;
    if (node.role === "leader") {
      if (O.isSome(node.own.transfer)) this.#giveAway(node.term);
      return;
    }
    if (this.#transfers.size === 0 || O.isNone(node.lead) || node.lead.value === node.id) return;
    for (const [ticket, { to, waiter }] of this.#transfers) {
      this.#transfers.delete(ticket);
      if (node.lead.value === to) waiter.resolve(to);
      else waiter.reject(this.#parts.rejected("TransferReplaced"));
    }
  }

  /** Keeps the lease as long as somebody needs it, and answers what is late. */
  tick(now: number): void {
    for (const [ticket, { waiter }] of this.#transfers) {
      if (waiter.deadline <= now) waiter.reject({ type: "Timeout" });
      if (!waiter.waits) this.#transfers.delete(ticket);
    }
    const { fold, lease } = this.#parts;
    if (this.#works.size === 0 && this.#candidates.size === 0) return;
    if (fold.node.role !== "leader") return;
    this.#parts.renewLease();
    if (!lease.holds(fold.node.term)) return;
    const waiting = [...this.#candidates];
    this.#candidates.clear();
    for (const begin of waiting) begin(fold.node.term);
  }

  /** The node stops. */
  close(message: string): void {
    this.#closed = true;
    for (const { waiter } of this.#transfers.values()) waiter.reject({ type: "Unknown", message });
    for (const { controller } of this.#works) controller.abort();
    for (const begin of this.#candidates) begin(null);
    this.#candidates.clear();
  }

  #leads(signal?: AbortSignal): Promise<number | null> {
    if (this.#closed || signal?.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const begin = (term: number | null): void => {
        signal?.removeEventListener("abort", giveUp);
        resolve(term);
      };
      const giveUp = (): void => {
        this.#candidates.delete(begin);
        begin(null);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#candidates.add(begin);
    });
  }

  /** Aborts the work before the lease ends: what it has begun must have time to stop, and timers come late. */
  #watch(work: Work): void {
    const { clock, fold, lease } = this.#parts;
    if (work.controller.signal.aborted || !this.#works.has(work)) return;
    const left = fold.node.role === "leader" ? lease.remaining(work.term) - MARGIN * lease.lengthMs : 0;
    if (left <= 0) work.controller.abort();
    else work.look = clock.after(Math.min(left, lease.tickMs), () => this.#watch(work));
  }

  #giveAway(term: number): void {
    this.#parts.lease.giveAway(term);
    for (const work of this.#works) if (work.term === term) work.controller.abort();
  }
}

/** The part of a lease that is left to work that has been told to stop. */
const MARGIN = 0.25;

/** The voter, other than the leader, that holds the most of its log. */
function furthest({ configuration, id, own }: Leader): Option<NodeId> {
  let [best, match] = [0, -1];
  configuration.members.forEach((member, position) => {
    if (member === id || !isVoter(configuration, member)) return;
    if (own.progress[position].match > match) [best, match] = [member, own.progress[position].match];
  });
  return best === 0 ? O.none : O.some(best);
}
