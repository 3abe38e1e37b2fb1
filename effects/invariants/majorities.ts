/**
 * What a leader believes of its peers, held against what they have told it: an election or a commit that only seems to have
 * a majority need not do harm in every run, but it is wrong in every run.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { positionOf } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { AppendResponse, RequestVoteResponse } from "../../core/message.ts";
import type { Leader } from "../../core/node.ts";
import { type Check, type Stepped, violated } from "./check.ts";

/** Whoever is elected was given the votes of a majority (§5.2), of both majorities of a joint configuration (§6). */
export function electionsHaveMajorities(): Check {
  const name = "An election has a majority of votes";
  const votes = new Map<number, Map<NodeId, NodeId>>();
  return {
    name,
    released(message) {
      if (message.type === "RequestVoteResponse") hear(message);
    },
    stepped(step) {
      const { before, after } = step;
      if (isOwn(step) && step.message.type === "RequestVoteResponse") hear(step.message);
      if (after.role !== "leader" || before.role === "leader") return;
      const given = votes.get(after.term);
      const missing = withoutMajority(after, (id) => given?.get(id) === after.id);
      if (missing !== null) violated(name, `${after.id} leads term ${after.term} without the votes of ${missing}`);
    },
  };

  function hear({ from, to, term, granted }: RequestVoteResponse): void {
    if (!granted) return;
    const given = votes.get(term) ?? new Map<NodeId, NodeId>();
    votes.set(term, given.set(from, to));
  }
}

/**
 * Only a leader finds out that something is committed: it was acknowledged in the leader's term by a majority (§5.3), by
 * both majorities of a joint configuration (§6). What a leader counts as acknowledged was acknowledged to it, in its term.
 */
export function commitsHaveMajorities(): Check {
  const name = "A commit has a majority of acknowledgements";
  const acknowledged = new Map<number, Map<NodeId, number>>();
  let highest = 0;
  return {
    name,
    started(_host, { commit }) {
      highest = Math.max(highest, commit);
    },
    released(message) {
      if (message.type === "AppendResponse") hear(message);
    },
    stepped(step) {
      const { before, after, message } = step;
      if (message.type === "AppendResponse") {
        if (isOwn(step)) hear(message);
        judgeMatch(step, message.from);
      }
      if (after.commit === before.commit) return;
      if (after.role === "leader") judge(after);
      else if (after.commit > highest) {
        violated(name, `${after.id} takes ${after.commit} to be committed and is no leader, and no leader has said so`);
      }
      highest = Math.max(highest, after.commit);
    },
  };

  function hear({ from, term, index, hint }: AppendResponse): void {
    if (O.isSome(hint)) return;
    let indexes = acknowledged.get(term);
    if (indexes === undefined) acknowledged.set(term, indexes = new Map());
    if (index > (indexes.get(from) ?? 0)) indexes.set(from, index);
  }

  function judgeMatch({ before, after }: Stepped, peer: NodeId): void {
    if (before.role !== "leader" || after.role !== "leader") return;
    const position = positionOf(after.configuration, peer);
    if (position < 0 || before.own.progress.length <= position) return;
    const { match } = after.own.progress[position];
    const told = acknowledged.get(after.term)?.get(peer) ?? 0;
    if (match <= before.own.progress[position].match || match <= told) return;
    violated(
      name,
      `${after.id} leads term ${after.term} and counts ${match} for ${peer}, which has acknowledged ${told}`,
    );
  }

  function judge(leader: Leader): void {
    const { id, term, commit } = leader;
    const indexes = acknowledged.get(term);
    const missing = withoutMajority(leader, (peer) => (indexes?.get(peer) ?? 0) >= commit);
    if (missing !== null) violated(name, `${id} leads term ${term} and commits ${commit} without ${missing}`);
  }
}

// What a node tells itself does not pass the network: it is heard when it arrives.
function isOwn({ host, message }: Stepped): boolean {
  return "from" in message && message.from === host.id;
}

/** A part of the leader's configuration of which no majority is as wanted, or null. */
function withoutMajority({ configuration }: Leader, isWanted: (id: NodeId) => boolean): string | null {
  const { voters, votersOutgoing } = configuration;
  for (const part of [voters, votersOutgoing]) {
    let count = 0;
    for (let i = 0; i < part.length; i++) if (isWanted(part[i])) count++;
    if (part.length > 0 && count * 2 <= part.length) {
      return `a majority of ${part.join(", ")}; it has that of [${part.filter(isWanted)}]`;
    }
  }
  return null;
}
