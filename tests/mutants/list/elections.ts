/**
 * Faults of elections: terms, votes, campaigns (§5.1, §5.2, §5.4.1, thesis §9.6).
 *
 * @module
 */
import type { Mutant } from "../mutant.ts";
import {
  EACH_RUN_TWICE,
  ELECTIONS_ALL_THE_TIME,
  MEMBERS,
  NETWORK,
  NETWORK_OF_THREE,
  SLOWER_DISKS,
  THREE_TERMS,
  TWO_NODES,
  TWO_TERMS,
} from "../detectors.ts";

/** Faults of elections. */
export const ELECTIONS: readonly Mutant[] = [
  {
    name: "obeys-stale-leaders",
    area: "protocol",
    file: "core/step.ts",
    find: "  if (message.term < node.term) return answerStale(node, message);",
    replace: `  const obeyed = message.type === "Append" || message.type === "Heartbeat";
  if (message.term < node.term && !obeyed) return answerStale(node, message);`,
    story: "A leader of an earlier term is obeyed, and its term is taken over: two votes in one term. " +
      "A much read solution of the TinyKV course does it, and passes all 75 of its tests.",
    detector: TWO_TERMS,
    expected: ["Terms and commit indexes never go back"],
  },
  {
    name: "counts-stale-votes",
    area: "protocol",
    file: "core/step.ts",
    find: "  if (message.term < node.term) return answerStale(node, message);",
    replace: `  if (message.term < node.term) {
    return message.type === "RequestVoteResponse" ? stepRole(node, message) : answerStale(node, message);
  }`,
    story: "A vote that was given in an earlier term counts in this one: a leader without a majority. " +
      "The same solution of the TinyKV course does it; no test of the course notices.",
    detector: TWO_TERMS,
    expected: ["Election safety"],
  },
  {
    name: "learners-elect",
    area: "protocol",
    file: "core/vote.ts",
    find: "  const result = voteResult(configuration, byPosition);",
    replace: `  const everybody = configuration.members.map((_, position) => position);
  const result = voteResult({ ...configuration, incoming: everybody }, byPosition);`,
    also: [{
      file: "core/campaign.ts",
      find: `      if (to === from || !isVoter(configuration, to)) continue;
      asked.push`,
      replace: `      if (to === from) continue;
      asked.push`,
    }, {
      file: "core/campaign.ts",
      find: `    if (to === from || !isVoter(configuration, to)) continue;
    waiting.push`,
      replace: `    if (to === from) continue;
    waiting.push`,
    }],
    story:
      "Answers of nodes count that have no vote. The much read solution of the TinyKV course counts even those of " +
      "strangers; no test of the course notices.",
    detector: MEMBERS,
    expected: ["An election has a majority of votes"],
  },
  {
    name: "votes-in-the-past",
    area: "protocol",
    file: "core/step.ts",
    find: `      if (message.term !== node.term && message.term !== 0) return stepOtherTerm(node, message);
      return stepRequestVote(node, message);`,
    replace: `      if (message.term > node.term) return stepOtherTerm(node, message);
      return stepRequestVote(node, message);`,
    story: "A candidate of an earlier term gets a vote, which is noted for the present one: two leaders in one term. " +
      "From the same solution of the TinyKV course.",
    detector: ELECTIONS_ALL_THE_TIME,
    expected: ["A node votes once in a term"],
  },
  {
    name: "forgets-its-leader",
    area: "protocol",
    file: "core/append.ts",
    find: "if (O.isNone(follower.lead) || follower.lead.value !== leader) after.lead = idOrNone(leader);",
    replace: "after.lead = O.none; void leader;",
    story:
      "A follower that hears from its leader does not remember who it is: nothing can be handed on to the leader. " +
      "From the same solution of the TinyKV course.",
    detector: NETWORK_OF_THREE,
    expected: ["Recovery"],
  },
  {
    name: "takes-candidates-for-leaders",
    area: "protocol",
    file: "core/term.ts",
    find: "const lead = isFromLeader(message) ? idOrNone(message.from) : O.none;",
    replace: "const lead = idOrNone(message.from);",
    story:
      "Whoever brings a new term is taken for its leader, so that no candidate gets a vote: nobody is ever elected. " +
      "From the same solution of the TinyKV course, where another fault hides it.",
    detector: NETWORK_OF_THREE,
    expected: ["The cluster recovers"],
  },
  {
    name: "counts-votes-twice",
    area: "protocol",
    file: "core/vote.ts",
    find: "  for (let i = 0; i < votes.length; i++) if (votes[i].from === from) return votes;\n",
    replace: "",
    also: [{
      file: "core/vote.ts",
      find: "const position = positionOf(configuration, votes[i].from); // strangers have none",
      replace: "const position = positionOf(configuration, votes[i].from) < 0 ? -1 : i;",
    }],
    story: "Answers are counted instead of voters: a vote that the network doubles elects.",
    detector: NETWORK,
    expected: ["An election has a majority of votes", "Election Safety"],
  },
  {
    name: "campaigns-without-being-a-voter",
    area: "protocol",
    file: "core/campaign.ts",
    find: '  if (!isVoter(node.configuration, node.id)) return O.some({ type: "NotAVoter" });\n',
    replace: "",
    also: [{
      file: "core/campaign.ts",
      find: "  return O.isNone(node.pendingSnapshot) && isVoter(node.configuration, node.id);",
      replace: "  return O.isNone(node.pendingSnapshot);",
    }],
    story: "A node that is no voter campaigns: learners and removed nodes disturb, and learners lead. " +
      "From the same solution of the TinyKV course, where a node that knows of no members elects itself.",
    detector: MEMBERS,
    expected: ["Only voters campaign"],
  },
  {
    name: "voters-do-not-wait",
    area: "protocol",
    file: "core/vote.ts",
    find: "    voter.electionElapsed = 0;\n",
    replace: "",
    story: "Granting a vote does not restart the election timer (Figure 2: Rules for Followers): needless elections. " +
      "From the same solution of the TinyKV course.",
    detector: NETWORK,
    expected: ["A vote restarts the election timer"],
  },
  {
    name: "votes-against-a-known-leader",
    area: "protocol",
    file: "core/vote.ts",
    find: `    if (O.isSome(node.lead)) return E.left({ type: "LeaderKnown", lead: node.lead.value });\n`,
    replace: "",
    story:
      "A follower that has not voted votes although its term has a leader. Not unsafe by itself, since the leader has " +
      "a majority already; it disturbs. From the same solution of the TinyKV course, where leaders are forgotten.",
    detector: ELECTIONS_ALL_THE_TIME,
    expected: ["A known leader has no rivals"],
  },
  {
    name: "vote-erased-on-step-down",
    area: "protocol",
    file: "core/roles.ts",
    find: "  if (term !== node.term) follower.vote = O.none;",
    replace: "  follower.vote = O.none;",
    story: "A candidate that steps down within its term forgets its vote and votes once more: two leaders in one term.",
    detector: NETWORK_OF_THREE,
    expected: ["A node votes once in a term", "Promises are kept"],
  },
  {
    name: "term-and-vote-apart",
    area: "protocol",
    file: "core/changes.ts",
    find: "  if (moved) persist.hardState = hardState(after);",
    replace:
      "  if (moved) persist.hardState = hardState(after.term === before.term ? after : { ...after, vote: O.none });",
    story:
      "A new term is written without the vote that was given with it, which comes with the next write: a crash in " +
      "between, and the node votes twice.",
    detector: NETWORK_OF_THREE,
    expected: ["Promises are kept"],
  },
  {
    name: "asks-before-its-own-vote-is-durable",
    area: "protocol",
    file: "core/campaign.ts",
    find: `    waiting.push({ type: "RequestVote", from, to, term, last, transfer });
  }
  const persist = persisting(node, null);
  persist.then = [...waiting, ...persist.then]; // the node's own report stays the last
  return [node, [persist]];`,
    replace: `    early.push(send(node, { type: "RequestVote", from, to, term, last, transfer }));
  }
  const persist = persisting(node, null);
  persist.then = [...waiting, ...persist.then];
  return [node, [persist, ...early]];`,
    also: [{
      file: "core/campaign.ts",
      find: '  const waiting: Persist["then"][number][] = [];',
      replace: '  const waiting: Persist["then"][number][] = [];\n  const early: Effect[] = [];',
    }],
    story:
      "A candidate asks for votes while its own vote is still being written: after a crash it may vote for another, " +
      "and then be elected by the answers to a question that it has forgotten (thesis §3.8).",
    detector: SLOWER_DISKS,
    expected: ["Promises are kept"],
  },
  {
    name: "elects-the-log-behind",
    area: "protocol",
    file: "core/vote.ts",
    find: `  return node.log.isUpToDate(request.last) ? E.right(null) : E.left({ type: "LogBehind" });`,
    replace: "  return E.right(null);",
    story: "Votes are given whatever the candidate's log holds: leaders that lack what is committed (§5.4.1).",
    detector: NETWORK_OF_THREE,
    expected: ["Leader Completeness", "What is committed stays"],
  },
  {
    name: "compares-logs-by-length",
    area: "protocol",
    file: "core/log.ts",
    find:
      "    return theirs.term > this.last.term || (theirs.term === this.last.term && theirs.index >= this.last.index);",
    replace: "    return theirs.index >= this.last.index;",
    story: "The longer log wins, whatever its last term: a log full of entries that never were committed (§5.4.1).",
    detector: THREE_TERMS,
    expected: ["Leader completeness"],
  },
  {
    name: "pre-vote-deadlock",
    area: "protocol",
    file: "core/term.ts",
    find:
      `    case "RequestPreVote": // a candidate of the time before pre-vote was switched on must learn that its term is old
      return acknowledging(node, {
        type: "RequestPreVoteResponse",
        from: node.id,
        to: message.from,
        term: node.term,
        granted: false,
      });
`,
    replace: `    case "RequestPreVote":
`,
    circumstances: [{
      file: "effects/node/start_node.ts",
      find: "  const checked = nodeOptions(complete);",
      replace: "",
    }, {
      file: "effects/node/start_node.ts",
      find: "    return await startOn(storage, complete, checked);",
      replace: `    const startedBefore = O.isSome(storage.found.hardState);
    return await startOn(storage, complete, { ...nodeOptions(complete), preVote: startedBefore });`,
    }],
    story:
      "A pre-candidate of an earlier term gets no answer and never learns that its term is old, while its better log " +
      "keeps the others from being elected: where pre-vote is switched on node by node, nobody leads any more. " +
      "etcd had it.",
    detector: TWO_NODES,
    expected: ["The cluster recovers"],
  },
  {
    name: "global-randomness",
    area: "protocol",
    file: "core/timeout.ts",
    find: "  return electionTick + Math.floor(random * electionTick);",
    replace: "  return electionTick + Math.floor(Math.random() * electionTick) + 0 * random;",
    story: "Election timeouts come from a global source of randomness: a run cannot be repeated. " +
      "From the same solution of the TinyKV course.",
    detector: EACH_RUN_TWICE,
    expected: ["One seed is one run"],
  },
  {
    name: "heartbeats-reset-everything",
    area: "protocol",
    file: "core/heartbeat.ts",
    find: `  const after = heard(follower, from);
  after.commit`,
    replace: `  const after = heard(follower, from);
  after.lead = O.none;
  after.vote = O.none;
  after.commit`,
    story:
      "One routine resets whatever can be reset: with each heartbeat a follower forgets its leader and its vote. " +
      "The same solution of the TinyKV course has such a routine.",
    detector: NETWORK,
    expected: ["A node votes once in a term"],
  },
];
