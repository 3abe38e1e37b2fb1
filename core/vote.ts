/**
 * Voting (§5.2, §5.4.1): alike in every role, because a higher term has made a follower of everybody before.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Configuration, positionOf } from "./configuration.ts";
import { draft } from "./draft.ts";
import { idOrNone, type NodeId, sameId } from "./entry.ts";
import { acknowledging, type Handled, refuse } from "./handled.ts";
import type { RequestPreVote, RequestVote } from "./message.ts";
import type { Node, Votes } from "./node.ts";
import { voteResult } from "./quorum.ts";

/** Why a vote is refused. */
export type WhyRefused =
  | { readonly type: "VotedForAnother"; readonly vote: NodeId }
  | { readonly type: "LeaderKnown"; readonly lead: NodeId }
  | { readonly type: "LogBehind" };

/** Answers a request for a vote. */
export function stepRequestVote(node: Node, message: RequestVote): Handled {
  const vote = grantVote(node, message);
  const granted = E.isRight(vote);
  const term = granted ? message.term : node.term;
  if (term === 0) return refuse(node, { type: "TermMissing" });
  const after = granted ? vote.right : node;
  return acknowledging(after, { type: "RequestVoteResponse", from: node.id, to: message.from, term, granted });
}

/** Answers a question for a vote: it changes nothing (thesis §9.6). */
export function stepRequestPreVote(node: Node, message: RequestPreVote): Handled {
  const granted = E.isRight(checkVote(node, message));
  // The term that was asked for, since an answer from an earlier term would be ignored.
  const term = granted ? message.term : node.term;
  if (term === 0) return refuse(node, { type: "TermMissing" });
  return acknowledging(node, { type: "RequestPreVoteResponse", from: node.id, to: message.from, term, granted });
}

/** Records the vote for the sender of `request` and restarts the election timer, or says why not. */
export function grantVote(node: Node, request: RequestVote): Either<WhyRefused, Node> {
  return E.map((): Node => {
    const voter = draft(node);
    voter.electionElapsed = 0;
    voter.vote = idOrNone(request.from);
    return voter;
  })(checkVote(node, request));
}

/** "If votedFor is null or candidateId, and candidate's log is at least as up-to-date as receiver's log" (Figure 2). */
export function checkVote(node: Node, request: RequestVote | RequestPreVote): Either<WhyRefused, null> {
  const future = request.type === "RequestPreVote" && request.term > node.term;
  const repeated = sameId(node.vote, idOrNone(request.from));
  if (!future && !repeated) {
    if (O.isSome(node.vote)) return E.left({ type: "VotedForAnother", vote: node.vote.value });
    if (O.isSome(node.lead)) return E.left({ type: "LeaderKnown", lead: node.lead.value });
  }
  return node.log.isUpToDate(request.last) ? E.right(null) : E.left({ type: "LogBehind" });
}

/** Adds an answer to `votes`. Only the first one of each voter counts. */
export function recordVote(votes: Votes, from: NodeId, granted: boolean): Votes {
  for (let i = 0; i < votes.length; i++) if (votes[i].from === from) return votes;
  return [...votes, { from, granted }];
}

/** Whether the votes decide the election: a majority, or one that can no longer be reached (§5.2, §6). */
export function tally(votes: Votes, configuration: Configuration): Option<"won" | "lost"> {
  const byPosition = new Array<boolean | undefined>(configuration.members.length);
  for (let i = 0; i < votes.length; i++) {
    const position = positionOf(configuration, votes[i].from); // strangers have none
    if (position >= 0) byPosition[position] = votes[i].granted;
  }
  const result = voteResult(configuration, byPosition);
  return result === "pending" ? O.none : O.some(result);
}
