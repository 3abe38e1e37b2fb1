/**
 * What holds of voters and candidates besides safety: without these rules a cluster is safe, and is disturbed.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { isVoter } from "../../core/configuration.ts";
import type { RequestVote } from "../../core/message.ts";
import type { Effect, Outbox } from "../../core/outbox.ts";
import { type Check, violated } from "./check.ts";

/** Whoever gives its vote away waits for a whole election timeout again: the candidate needs the time (§5.2). */
export function votersWait(): Check {
  const name = "A vote restarts the election timer";
  return {
    name,
    stepped({ host, message, after, outbox }) {
      if (message.type !== "RequestVote" || after.electionElapsed === 0 || !grants(message, outbox)) return;
      violated(name, `${host.id} votes for ${message.from} and has waited for ${after.electionElapsed} ticks already`);
    },
  };
}

/** Whoever knows the leader of its term gives nobody else a first vote in it (thesis §4.2.3). */
export function votersAreLoyal(): Check {
  const name = "A known leader has no rivals";
  return {
    name,
    stepped({ host, before, message, outbox }) {
      if (message.type !== "RequestVote" || message.term !== before.term) return;
      if (O.isNone(before.lead) || O.isSome(before.vote) || !grants(message, outbox)) return;
      violated(name, `${host.id} follows ${before.lead.value} in term ${before.term} and votes for ${message.from}`);
    },
  };
}

/** Who has no vote begins no campaign (§6; thesis §4.2.1 for learners). */
export function onlyVotersCampaign(): Check {
  const name = "Only voters campaign";
  return {
    name,
    stepped({ host, before, after }) {
      if (before.role === after.role || before.role !== "follower" || after.role === "follower") return;
      if (isVoter(after.configuration, host.id)) return;
      violated(name, `${host.id} campaigns in term ${after.term} and is no voter`);
    },
  };
}

/** Whether the outbox gives the vote away that was asked for. */
function grants(request: RequestVote, outbox: Outbox): boolean {
  return outbox.some((effect) => grantsIn(request, effect));
}

function grantsIn({ from }: RequestVote, effect: Effect): boolean {
  const said = effect.type === "Persist" ? effect.then : effect.type === "Send" ? [effect.message] : [];
  return said.some((message) => message.type === "RequestVoteResponse" && message.granted && message.to === from);
}
