/**
 * Proposals from the client to the log: they gather, go to the leader together, and are known again by where they landed.
 *
 * A proposal is either not handed on yet (then it can still be rejected for certain), under way to the leader's log, or
 * bound to a position of the log. What is applied at that position decides: the same term, and it is this proposal;
 * another term, and it never will be applied.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Bytes, type Entry, type EntryId, type NodeId, type Proposal, proposal } from "../../core/entry.ts";
import type { Ticket } from "../../core/message.ts";
import type { Appended, Rejected } from "../../core/outbox.ts";
import type { Clock } from "../clock/clock.ts";
import type { NodeTracer, ProposalTrace } from "../telemetry/trace.ts";
import type { Fold } from "./fold.ts";
import type { Outcome } from "./outcome.ts";
import type { ProposalRejected, ProposeError, RequestOptions, WhyRejected } from "./raft_node.ts";
import { deadlineOf, Waiter, type Waiting } from "./waiter.ts";

/** How proposals reach a leader that is another node: where they landed, or why they did not; none if nobody knows. */
export type Carry = (leader: NodeId, proposals: readonly Proposal[]) => Promise<Option<E.Either<WhyRejected, EntryId>>>;

/** What a caller makes of an outcome. */
export type View<Reply, A> = (outcome: Outcome<Reply>) => E.Either<ProposeError, A>;

/** What proposals are made of. */
export interface ProposalParts {
  /** The node. */
  readonly fold: Fold;
  /** Time, for deadlines. */
  readonly clock: Clock;
  /** The way to a leader that is another node. */
  readonly carry: Carry;
  /** A number that no other request of this node has. */
  readonly ticket: () => Ticket;
  /** A rejection, with the leader as far as it is known. */
  readonly rejected: (reason: WhyRejected) => ProposalRejected;
  /** Whether what was proposed before has to be durable before more goes to the log. */
  readonly holdBack: () => boolean;
  /** What traces proposals, if anything does. */
  readonly tracer?: NodeTracer;
  /** The most proposals that may wait. */
  readonly mostWaiting: number;
  /** The most bytes that may wait to be handed on. */
  readonly mostBytes: number;
  /** Milliseconds until a request is answered at the latest. */
  readonly timeoutMs: number;
}

/** A proposal that waits. */
interface Pending<Reply> {
  readonly proposal: Proposal;
  readonly waiter: Waiting<Outcome<Reply>>;
  readonly trace: ProposalTrace | undefined;
  handedOn: boolean;
}

/** A proposal bound to its position. */
interface Bound<Reply> {
  readonly term: number;
  readonly waiting: Pending<Reply>;
  /** Another one that landed there in another term: only what is applied decides between them. */
  readonly other: Bound<Reply> | null;
}

/** The proposals of this node's clients. */
export class Proposals<Reply> {
  readonly #parts: ProposalParts;
  #gathered: Pending<Reply>[] = [];
  #gatheredBytes = 0;
  #resting: Pending<Reply>[] = [];
  readonly #tickets = new Map<Ticket, (outcome: E.Either<WhyRejected, EntryId>) => void>();
  readonly #bound = new Map<number, Bound<Reply>>();
  readonly #carried = new Map<readonly Pending<Reply>[], NodeId>();
  /** What was applied while proposals were under way to another node: the answer may come after the entry. */
  readonly #recent = new Map<number, { readonly term: number; readonly outcome: Outcome<Reply> }>();
  #waiting = 0;
  #closed = false;

  /** Nobody waits yet. */
  constructor(parts: ProposalParts) {
    this.#parts = parts;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting;
  }

  /** Proposes the data of one entry; `view` is what the caller wants to know of the outcome. */
  propose<A>(data: Bytes, options: RequestOptions, view: View<Reply, A>): Promise<E.Either<ProposeError, A>> {
    return this.enqueue(proposal(data), options, view);
  }

  /** Proposes one entry. */
  enqueue<A>(entry: Proposal, options: RequestOptions, view: View<Reply, A>): Promise<E.Either<ProposeError, A>> {
    const { clock, fold, mostWaiting, mostBytes, rejected, timeoutMs } = this.#parts;
    if (this.#closed) return Promise.resolve(E.left(rejected("Aborted")));
    if (this.#waiting >= mostWaiting || this.#gatheredBytes + entry.data.length > mostBytes) {
      return Promise.resolve(E.left(rejected("Overloaded")));
    }
    const waiter = new Waiter<Outcome<Reply>, A>(deadlineOf(clock, options, timeoutMs), view);
    const trace = this.#parts.tracer?.proposal();
    const pending: Pending<Reply> = { proposal: entry, waiter, trace, handedOn: false };
    this.#waiting++;
    waiter.whenSettled((answer) => {
      this.#waiting--;
      if (trace !== undefined) conclude(trace, answer);
    });
    waiter.abortWith(options, () => pending.handedOn ? { type: "Timeout" } : rejected("Aborted"));
    if (!waiter.waits) return waiter.answered;
    this.#gathered.push(pending);
    this.#gatheredBytes += entry.data.length;
    fold.wake();
    return waiter.answered;
  }

  /** Appends entries that another node has carried here; resolves with where they landed. */
  append(entries: readonly Proposal[]): Promise<E.Either<WhyRejected, EntryId>> {
    return new Promise((resolve) => this.#toOwnLog(entries, resolve));
  }

  /** Hands on what has gathered, if there is a leader to hand it to. */
  flush(): void {
    // What was turned down goes first when it is proposed again: one client's writes must not overtake each other.
    if (this.#gathered.length === 0 || this.#resting.length > 0) return;
    const { node } = this.#parts.fold;
    if (node.role === "leader") {
      if (this.#parts.holdBack()) return;
      const batch = this.#take();
      if (batch.length > 0) {
        this.#toOwnLog(batch.map((waiting) => waiting.proposal), (landed) => this.#landed(batch, O.some(landed)));
      }
    } else if (O.isSome(node.lead) && node.lead.value !== node.id && !this.#isAsked(node.lead.value)) {
      // One batch at a time: what comes meanwhile gathers, and cannot overtake it. What hangs at an earlier leader is no
      // reason to wait.
      void this.#carry(node.lead.value, this.#take());
    }
  }

  /** The outbox says where a batch landed. */
  appended({ ticket, first }: Appended): void {
    this.#settle(ticket, E.right({ index: first, term: this.#parts.fold.node.term }));
  }

  /** The outbox says that a request was rejected; whether it was one of these. */
  turnedDown({ ticket, reason }: Rejected): boolean {
    return O.isSome(ticket) && this.#settle(ticket.value, E.left(reason));
  }

  /** These entries are committed; only a tracer wants to know. */
  committed(entries: readonly Entry[]): void {
    for (const { index } of entries) {
      for (const { waiting } of this.#boundAt(index)) waiting.trace?.committed();
    }
  }

  /** The entry at `id` was applied, with this outcome. */
  applied(id: EntryId, outcome: Outcome<Reply>): void {
    if (this.#carried.size > 0) this.#recent.set(id.index, { term: id.term, outcome });
    if (this.#bound.size === 0) return;
    let bound = this.#bound.get(id.index) ?? null;
    if (bound === null) return;
    this.#bound.delete(id.index);
    for (; bound !== null; bound = bound.other) this.#answer(bound.waiting, bound.term, id.term, outcome);
  }

  /** A snapshot has taken the place of every entry up to `index`: what happened to proposals there is not known. */
  passedOver(index: number): void {
    const error: ProposeError = { type: "Unknown", message: "A snapshot took the place of the entry." };
    for (const at of this.#bound.keys()) {
      if (at > index) continue;
      for (const { waiting } of this.#boundAt(at)) waiting.waiter.reject(error);
      this.#bound.delete(at);
    }
  }

  /** Some time has passed, or the leader is another: what had to wait for that is proposed again. */
  tryAgain(): void {
    if (this.#resting.length === 0) return;
    this.#gathered = [...this.#resting, ...this.#gathered];
    this.#resting = [];
    this.#parts.fold.wake();
  }

  /** Answers those whose deadline has passed. */
  expire(now: number): void {
    this.tryAgain();
    const { rejected } = this.#parts;
    const late = ({ waiter }: Pending<Reply>): boolean => waiter.waits && waiter.deadline <= now;
    if (this.#gathered.some(late)) {
      const reason = O.isNone(this.#parts.fold.node.lead) ? "NoLeader" : "Aborted";
      for (const waiting of this.#gathered.filter(late)) waiting.waiter.reject(rejected(reason));
      this.#gathered = this.#gathered.filter(({ waiter }) => waiter.waits);
      this.#gatheredBytes = this.#gathered.reduce((sum, { proposal }) => sum + proposal.data.length, 0);
    }
    for (const [index, bound] of this.#bound) {
      let waits = false;
      for (let one: Bound<Reply> | null = bound; one !== null; one = one.other) {
        if (late(one.waiting)) one.waiting.waiter.reject({ type: "Timeout" });
        waits ||= one.waiting.waiter.waits;
      }
      if (!waits) this.#bound.delete(index);
    }
    for (const batch of this.#carried.keys()) {
      for (const waiting of batch) if (late(waiting)) waiting.waiter.reject({ type: "Timeout" });
    }
  }

  /** The node stops: whoever was not handed on is rejected, the others will never learn. */
  close(message: string): void {
    this.#closed = true;
    const gathered = [...this.#resting, ...this.#gathered];
    this.#gathered = [];
    this.#resting = [];
    for (const { waiter } of gathered) waiter.reject(this.#parts.rejected("Aborted"));
    const bound = [...this.#bound.keys()].flatMap((index) => this.#boundAt(index).map(({ waiting }) => waiting));
    for (const { waiter } of [...this.#carried.keys(), bound].flat()) waiter.reject({ type: "Unknown", message });
    this.#bound.clear();
    for (const settle of [...this.#tickets.values()]) settle(E.left("Aborted"));
  }

  #take(): readonly Pending<Reply>[] {
    const batch = this.#gathered.filter(({ waiter }) => waiter.waits);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    for (const waiting of batch) waiting.handedOn = true;
    return batch;
  }

  #toOwnLog(entries: readonly Proposal[], landed: (outcome: E.Either<WhyRejected, EntryId>) => void): void {
    const ticket = this.#parts.ticket();
    this.#tickets.set(ticket, landed);
    this.#parts.fold.deliver({ type: "Propose", ticket, entries });
  }

  #settle(ticket: Ticket, outcome: E.Either<WhyRejected, EntryId>): boolean {
    const settle = this.#tickets.get(ticket);
    if (settle === undefined) return false;
    this.#tickets.delete(ticket);
    settle(outcome);
    return true;
  }

  async #carry(leader: NodeId, batch: readonly Pending<Reply>[]): Promise<void> {
    if (batch.length === 0) return;
    this.#carried.set(batch, leader);
    if (this.#parts.tracer !== undefined) { for (const { trace } of batch) trace?.forwarded(leader); }
    const landed = await this.#parts.carry(leader, batch.map((waiting) => waiting.proposal));
    this.#carried.delete(batch);
    this.#landed(batch, landed);
    if (this.#carried.size === 0) this.#recent.clear();
    this.#parts.fold.wake();
  }

  /** Whether `leader` has a batch for which somebody still waits. */
  #isAsked(leader: NodeId): boolean {
    for (const [batch, to] of this.#carried) if (to === leader && batch.some(({ waiter }) => waiter.waits)) return true;
    return false;
  }

  #landed(batch: readonly Pending<Reply>[], landed: Option<E.Either<WhyRejected, EntryId>>): void {
    if (O.isNone(landed)) {
      const error: ProposeError = { type: "Unknown", message: "The connection to the leader broke." };
      for (const { waiter } of batch) waiter.reject(error);
    } else if (E.isLeft(landed.value)) {
      this.#turnedDown(batch, landed.value.left);
    } else {
      const { index, term } = landed.value.right;
      for (let i = 0; i < batch.length; i++) this.#bind(batch[i], index + i, term);
    }
  }

  /** What has no effect for certain can be proposed again, where that will help. */
  #turnedDown(batch: readonly Pending<Reply>[], reason: WhyRejected): void {
    const passes = PASSING.has(reason) && !this.#closed;
    for (const waiting of batch) {
      if (!passes) waiting.waiter.reject(this.#parts.rejected(reason));
      else if (waiting.waiter.waits) {
        waiting.handedOn = false;
        this.#resting.push(waiting);
      }
    }
  }

  #bind(waiting: Pending<Reply>, index: number, term: number): void {
    waiting.trace?.appended(index, term);
    const recent = this.#recent.get(index);
    if (recent !== undefined) return this.#answer(waiting, term, recent.term, recent.outcome);
    this.#bound.set(index, { term, waiting, other: this.#bound.get(index) ?? null });
  }

  #boundAt(index: number): readonly Bound<Reply>[] {
    const all: Bound<Reply>[] = [];
    for (let bound = this.#bound.get(index) ?? null; bound !== null; bound = bound.other) all.push(bound);
    return all;
  }

  #answer({ waiter }: Pending<Reply>, term: number, applied: number, outcome: Outcome<Reply>): void {
    if (term === applied) waiter.resolve(outcome);
    else waiter.reject(this.#parts.rejected("Replaced"));
  }
}

/** Reasons that pass: an election or a transfer will be over soon. */
const PASSING: ReadonlySet<WhyRejected> = new Set([
  "NoLeader",
  "ForwardingDisabled",
  "TransferInProgress",
  "SteppedDown",
  "NotAMember",
]);

function conclude(trace: ProposalTrace, answer: E.Either<ProposeError, unknown>): void {
  if (E.isRight(answer)) trace.applied();
  else trace.failed(answer.left.type === "Rejected" ? answer.left.reason : answer.left.type);
}
