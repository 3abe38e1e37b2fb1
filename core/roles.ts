/**
 * The arrows of Figure 4: how a node changes its role. An arrow that the figure lacks does not compile.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Draft, draftAs } from "./draft.ts";
import type { NodeId } from "./entry.ts";
import type { Candidate, Follower, Leader, Node, PreCandidate, Reads, Votes } from "./node.ts";
import { ownProgress, type Progress, unknownProgress } from "./progress.ts";

/** No reads. */
export const NO_READS: Reads = { confirmed: 0, pending: [], acks: [] };

/** Follows `lead` in `term`, with a new election timer. The vote of another term is void (§5.1). */
export function becomeFollower(node: Node, term: number, lead: Option<NodeId>): Follower {
  const follower = draftAs("follower", node, null);
  if (term !== node.term) follower.vote = O.none;
  follower.term = term;
  follower.lead = lead;
  follower.electionElapsed = 0;
  follower.timeout = O.none;
  return follower;
}

/** Asks who would vote: neither term nor vote nor timer change (thesis §9.6). */
export function becomePreCandidate(node: Follower | PreCandidate | Candidate): PreCandidate {
  const candidate = draftAs("preCandidate", node, NO_VOTES);
  candidate.lead = O.none;
  return candidate;
}

/** Begins an election: a new term, the own vote, a new election timer (§5.2). */
export function becomeCandidate(node: Follower | PreCandidate | Candidate): Candidate {
  const candidate = draftAs("candidate", node, NO_VOTES);
  candidate.term = node.term + 1;
  candidate.vote = O.some(node.id);
  candidate.lead = O.none;
  candidate.electionElapsed = 0;
  candidate.timeout = O.none;
  return candidate;
}

/** Leads the term: nothing is known of the peers yet, and no configuration change may be under way (§5.3, §6). */
export function becomeLeader(node: Candidate): Draft<Leader> {
  const lastIndex = node.log.lastIndex;
  const leader = draftAs("leader", node, {
    heartbeatElapsed: 0,
    transfer: O.none,
    // There may be an unapplied change somewhere in the log; waiting for all of it is cheaper than looking for one.
    pendingConfIndex: lastIndex,
    uncommittedSize: 0,
    reads: NO_READS,
    progress: node.configuration.members.map((id): Progress =>
      id === node.id ? ownProgress(lastIndex) : unknownProgress(lastIndex + 1)
    ),
  });
  leader.lead = O.some(node.id);
  leader.electionElapsed = 0;
  leader.timeout = O.none;
  return leader;
}

const NO_VOTES: Votes = [];
