/**
 * Election timeouts (§5.2): randomized, so that split votes are rare and quickly over.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { isPromotable, ownCampaign, stepCampaign } from "./campaign.ts";
import { draft } from "./draft.ts";
import { type Handled, refuse, silently } from "./handled.ts";
import type { Tick } from "./message.ts";
import type { Candidate, Follower, PreCandidate } from "./node.ts";

/** One tick without a leader's word: when the timeout has passed, the node campaigns. */
export function tickElection(node: Follower | PreCandidate | Candidate, { random }: Tick): Handled {
  if (!(random >= 0 && random < 1)) return refuse(node, { type: "RandomOutOfRange" });
  const after = draft(node);
  if (O.isNone(node.timeout)) after.timeout = O.some(drawTimeout(node.options.electionTick, random));
  after.electionElapsed++;
  const timeout = O.isSome(after.timeout) ? after.timeout.value : Infinity;
  if (after.electionElapsed < timeout || !isPromotable(after)) return silently(after);
  after.electionElapsed = 0;
  return stepCampaign(after, ownCampaign(after));
}

/** A timeout in ticks, from `electionTick` to twice that, exclusive; `random` is in [0, 1). */
export function drawTimeout(electionTick: number, random: number): number {
  return electionTick + Math.floor(random * electionTick);
}
