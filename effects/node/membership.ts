/**
 * Changes the membership step by step (§6, thesis §4.2.1): new voters come in as learners, are promoted when they have
 * caught up, and more than one change at a time goes through a joint configuration.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Change, changeConfiguration } from "../../core/conf_change.ts";
import { proposeConfChange } from "../../core/conf_change_bytes.ts";
import { type ConfigurationIds, isJoint, isVoter, positionOf } from "../../core/configuration.ts";
import type { NodeId, Proposal } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import { wait } from "../clock/wait.ts";
import type { Fold } from "./fold.ts";
import { memberChange } from "./members.ts";
import type { Outcome } from "./outcome.ts";
import type { MemberChanges, ProposalRejected, ProposeError, RequestOptions, WhyRejected } from "./raft_node.ts";

/** What it is made of. */
export interface MembershipParts<Reply> {
  /** The node. */
  readonly fold: Fold;
  /** Time. */
  readonly clock: Clock;
  /** Proposes an entry. */
  readonly propose: (entry: Proposal, options: RequestOptions) => Promise<Either<ProposeError, Outcome<Reply>>>;
  /** A rejection, with the leader as far as it is known. */
  readonly rejected: (reason: WhyRejected) => ProposalRejected;
  /** Aborts when the node stops: nobody waits any more. */
  readonly stopping: AbortSignal;
  /** Milliseconds of a tick: how often it is looked whether a learner has caught up. */
  readonly tickMs: number;
  /** Milliseconds until a request is answered at the latest. */
  readonly timeoutMs: number;
}

/** How far a learner may be behind when it is promoted, in entries. */
const CAUGHT_UP = 64;

/** The changes that this leader carries out. */
export class Membership<Reply> {
  readonly #parts: MembershipParts<Reply>;

  /** Nothing is under way. */
  constructor(parts: MembershipParts<Reply>) {
    this.#parts = parts;
  }

  /** Carries out `changes`; resolves with the configuration when all of it is done. */
  async change(changes: MemberChanges, options: RequestOptions): Promise<Either<ProposeError, ConfigurationIds>> {
    const { clock, timeoutMs } = this.#parts;
    const deadline = clock.now() + (options.timeoutMs ?? timeoutMs);
    const left = (): RequestOptions => ({ ...options, timeoutMs: Math.max(0, deadline - clock.now()) });
    const add = changes.add ?? new Map<NodeId, Address>();
    const { configuration } = this.#parts.fold.node;
    for (const [id, address] of add) {
      if (isVoter(configuration, id) || configuration.learners.includes(id)) continue;
      const added = await this.#carryOut([{ type: "addLearnerNode", id }], new Map([[id, address]]), left);
      if (E.isLeft(added)) return added;
    }
    const caughtUp = await this.#caughtUp([...add.keys(), ...changes.promote ?? []], deadline, options.signal);
    if (E.isLeft(caughtUp)) return caughtUp;
    return await this.#carryOut(this.#final(changes), new Map([...add, ...changes.learners ?? []]), left);
  }

  /** What is left to do when all new members are learners that have caught up. */
  #final({ add = new Map(), learners = new Map(), promote = [], remove = [] }: MemberChanges): readonly Change[] {
    const { configuration } = this.#parts.fold.node;
    const changes: Change[] = [];
    for (const id of [...add.keys(), ...promote]) {
      changes.push({ type: isVoter(configuration, id) ? "updateNode" : "addNode", id });
    }
    for (const id of learners.keys()) {
      changes.push({ type: configuration.learners.includes(id) ? "updateNode" : "addLearnerNode", id });
    }
    for (const id of remove) if (positionOf(configuration, id) >= 0) changes.push({ type: "removeNode", id });
    return changes;
  }

  /** Proposes one change and waits until it is applied, and a joint configuration left. */
  async #carryOut(
    changes: readonly Change[],
    addresses: ReadonlyMap<NodeId, Address>,
    left: () => RequestOptions,
  ): Promise<Either<ProposeError, ConfigurationIds>> {
    const { fold, propose, rejected } = this.#parts;
    if (changes.length === 0) return E.right(fold.node.configuration);
    const change = memberChange(changes, addresses);
    for (;;) {
      if (!await this.#settled(left)) return E.left({ type: "Timeout" });
      if (fold.node.role !== "leader") return E.left(rejected("SteppedDown"));
      if (E.isLeft(changeConfiguration(fold.node.configuration, change))) return E.left(rejected("InvalidChange"));
      const outcome = await propose(proposeConfChange(change), left());
      if (E.isLeft(outcome)) return outcome;
      if (outcome.right.type === "Reconfigured") {
        if (!outcome.right.changed) return E.left(rejected("InvalidChange"));
        if (!await this.#settled(left)) return E.left({ type: "Timeout" });
        return E.right(fold.node.configuration);
      }
      // Another change was under way, and an empty entry took the place of this one.
    }
  }

  /** Whether no change is under way, before the deadline. */
  async #settled(left: () => RequestOptions): Promise<boolean> {
    const { clock, fold, stopping, tickMs } = this.#parts;
    for (;;) {
      const { node } = fold;
      const pending = node.role === "leader" && node.own.pendingConfIndex > node.applied;
      if (!pending && !isJoint(node.configuration)) return true;
      const { timeoutMs = 0, signal } = left();
      if (timeoutMs <= 0 || signal?.aborted || stopping.aborted) return false;
      await wait(tickMs, clock, stopping);
    }
  }

  async #caughtUp(
    ids: readonly NodeId[],
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<Either<ProposeError, void>> {
    const { clock, fold, rejected, stopping, tickMs } = this.#parts;
    for (const id of ids) {
      for (;;) {
        const { node } = fold;
        if (node.role !== "leader") return E.left(rejected("SteppedDown"));
        const position = positionOf(node.configuration, id);
        if (position < 0) return E.left(rejected("InvalidChange"));
        if (isVoter(node.configuration, id)) break;
        const { match } = node.own.progress[position];
        if (match > 0 && match + CAUGHT_UP >= node.commit) break; // one that has never answered may not be there at all
        if (clock.now() >= deadline || signal?.aborted || stopping.aborted) return E.left({ type: "Timeout" });
        await wait(tickMs, clock, stopping);
      }
    }
    return E.right(undefined);
  }
}
