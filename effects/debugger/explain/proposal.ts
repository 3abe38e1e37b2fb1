/**
 * What became of a proposal: which step was asked for it, who passed it on, and where in the log it is, or why it is not
 * there.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId, Proposal } from "../../../core/entry.ts";
import type { ForwardedPropose, Message, Propose, Ticket } from "../../../core/message.ts";
import type { RefusedReason, RejectReason } from "../../../core/outbox.ts";
import type { Timeline } from "../timeline.ts";
import { arrivalsOf, askerOf, firstStepOf, type Hop } from "./way.ts";

/** A proposal, from the step in which a host asked for it. */
export interface ProposalHistory {
  /** The node whose host has asked. */
  readonly node: NodeId;
  /** The step in which it was asked; null if it is not in the recordings. */
  readonly asked: number | null;
  /** By what that host knows it again; null if the step is not in the recordings. */
  readonly ticket: Ticket | null;
  /** The first step that knew of it: the one in which it was asked, if that is in the recordings. */
  readonly first: number;
  /** What was proposed. */
  readonly entries: readonly Proposal[];
  /** What became of it: once, unless a message that passed it on was there twice. */
  readonly ends: readonly ProposalEnd[];
}

/** How a proposal ended, and the way to there. */
export interface ProposalEnd {
  /** The nodes that passed it on, in order. */
  readonly hops: readonly Hop[];
  /** Whether the message that passed it on was there before. */
  readonly again: boolean;
  /** The last step in which a node was told of it. */
  readonly step: number;
  /** The node of that step. */
  readonly node: NodeId;
  /** Where it is in the log; null if it is not there. */
  readonly appended: { readonly first: number; readonly term: number } | null;
  /** Why it, or a change of the configuration in it, was turned down. */
  readonly rejected: RejectReason | null;
  /** Why it was refused. */
  readonly refused: RefusedReason | null;
  /** The message that got nowhere, as far as it is known. */
  readonly lost: Hop | null;
}

/** Whether a message is a proposal. */
export function isProposal(message: Message): message is Propose | ForwardedPropose {
  return message.type === "Propose" || message.type === "ForwardedPropose";
}

/** The history of the proposal that a node was told of in step `number`; null if that step is about something else. */
export function proposalAt(timeline: Timeline, number: number): ProposalHistory | null {
  const first = timeline.step(firstStepOf(timeline, number, "ForwardedPropose"));
  const { message } = first;
  if (!isProposal(message)) return null;
  const own = message.type === "Propose";
  return {
    node: askerOf(first),
    asked: own ? first.number : null,
    ticket: own ? message.ticket : null,
    first: first.number,
    entries: message.entries,
    ends: endsOf(timeline, first.number),
  };
}

function endsOf(timeline: Timeline, first: number): readonly ProposalEnd[] {
  return arrivalsOf(timeline, first, "ForwardedPropose").map(({ again, hops, step }) => {
    const { node, outbox } = timeline.step(step);
    const last = hops[hops.length - 1];
    const rejected = outbox.find((effect) => effect.type === "Rejected" && isOf(timeline, step, effect.ticket));
    const refused = outbox.find((effect) => effect.type === "Refused");
    return {
      hops,
      again,
      step,
      node,
      appended: appendedIn(timeline, step),
      rejected: rejected?.type === "Rejected" ? rejected.reason : null,
      refused: refused?.type === "Refused" ? refused.reason : null,
      lost: last !== undefined && last.received === null ? last : null,
    };
  });
}

function isOf(timeline: Timeline, step: number, ticket: O.Option<Ticket>): boolean {
  const { message } = timeline.step(step);
  return message.type === "Propose" ? O.isSome(ticket) && ticket.value === message.ticket : O.isNone(ticket);
}

/** Where a leader has appended what it was told of in `step`; null if it has not. */
function appendedIn(timeline: Timeline, step: number): ProposalEnd["appended"] {
  const [before, after] = [timeline.before(step), timeline.after(step)];
  const first = before.log.last.index + 1;
  return after.log.last.index >= first ? { first, term: after.term } : null;
}
