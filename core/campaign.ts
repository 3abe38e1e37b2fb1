/**
 * Campaigns (§5.2): how a node tries to become leader.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { isVoter } from "./configuration.ts";
import { isConfChange } from "./entry.ts";
import { type Handled, persisting, silently } from "./handled.ts";
import type { Candidate, Follower, Node, PreCandidate } from "./node.ts";
import type { Effect, Persist } from "./outbox.ts";
import { becomeCandidate, becomePreCandidate } from "./roles.ts";
import { send } from "./send.ts";

/** What a campaign begins with. */
export type CampaignKind = "preVote" | "election" | "transfer";

/** Why a node does not campaign. */
export type WhyNot =
  | { readonly type: "AlreadyLeader" }
  | { readonly type: "NotAVoter" }
  | { readonly type: "SnapshotPending"; readonly index: number }
  | { readonly type: "UnappliedConfChange"; readonly index: number };

/** Campaigns if it may: for an election timeout, a request of the host, or a leader that hands over. */
export function stepCampaign(node: Node, kind: CampaignKind): Handled {
  const campaigning = campaign(node, kind);
  return E.isLeft(campaigning) ? silently(node) : requestVotes(campaigning.right, kind);
}

/** How a campaign begins that nobody else has asked for. */
export function ownCampaign(node: Node): CampaignKind {
  return node.options.preVote ? "preVote" : "election";
}

/** Makes a (pre-)candidate of `node`, or says why not. */
export function campaign(node: Node, kind: CampaignKind): Either<WhyNot, PreCandidate | Candidate> {
  if (node.role === "leader") return E.left({ type: "AlreadyLeader" });
  const obstacle = notPromotable(node);
  if (O.isSome(obstacle)) return E.left(obstacle.value);
  const change = unappliedConfChange(node);
  if (change !== 0) return E.left({ type: "UnappliedConfChange", index: change });
  return E.right(kind === "preVote" ? becomePreCandidate(node) : becomeCandidate(node));
}

/** Whether `node` could become leader. */
export function isPromotable(node: Node): boolean {
  return O.isNone(node.pendingSnapshot) && isVoter(node.configuration, node.id);
}

/**
 * A campaign begins: every voter is asked, in the order of the ids. The own vote counts once it is durable, and nobody is
 * asked for one before: a vote is for a term and a log, and if a crash takes those away after the question was sent, the
 * answer may elect a log that it was not given to (thesis §3.8). A pre-vote binds nobody, so that it may be asked at once.
 */
export function requestVotes(node: PreCandidate | Candidate, kind: CampaignKind): Handled {
  const { id: from, configuration, log: { last } } = node;
  const { members } = configuration;
  const transfer = kind === "transfer";
  const votes = isVoter(configuration, from);
  if (node.role === "preCandidate") {
    const term = node.term + 1;
    const asked: Effect[] = [];
    if (votes) asked.push(persisting(node, { type: "RequestPreVoteResponse", from, to: from, term, granted: true }));
    for (const to of members) {
      if (to === from || !isVoter(configuration, to)) continue;
      asked.push(send(node, { type: "RequestPreVote", from, to, term, last, transfer }));
    }
    return [node, asked];
  }
  const { term } = node;
  const waiting: Persist["then"][number][] = [];
  if (votes) waiting.push({ type: "RequestVoteResponse", from, to: from, term, granted: true });
  for (const to of members) {
    if (to === from || !isVoter(configuration, to)) continue;
    waiting.push({ type: "RequestVote", from, to, term, last, transfer });
  }
  const persist = persisting(node, null);
  persist.then = [...waiting, ...persist.then]; // the node's own report stays the last
  return [node, [persist]];
}

function notPromotable(node: Follower | PreCandidate | Candidate): O.Option<WhyNot> {
  if (!isVoter(node.configuration, node.id)) return O.some({ type: "NotAVoter" });
  return O.isSome(node.pendingSnapshot)
    ? O.some({ type: "SnapshotPending", index: node.pendingSnapshot.value.index })
    : O.none;
}

// A committed change that is not applied yet may have made another majority than the one this node knows of (§6).
function unappliedConfChange(node: Node): number {
  for (let index = node.applied + 1; index <= node.commit; index++) {
    if (isConfChange(node.log.at(index))) return index;
  }
  return 0;
}
