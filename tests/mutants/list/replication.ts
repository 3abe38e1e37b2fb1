/**
 * Faults of replication: logs, acknowledgements, commits (§5.3, §5.4, §7).
 *
 * @module
 */
import type { Mutant } from "../mutant.ts";
import {
  A_READ,
  BUSY,
  DELAYED_WRITES,
  DISKS_BEHIND,
  MEMBERS,
  MUCH_TOO_LATE,
  NETWORK,
  NETWORK_OF_THREE,
  NOBODY_ASKS,
  SHORT_MESSAGES,
  SNAPSHOTS,
  THREE_TERMS,
} from "../detectors.ts";

/** Faults of replication. */
export const REPLICATION: readonly Mutant[] = [
  {
    name: "heartbeats-unanswered",
    area: "protocol",
    file: "core/heartbeat.ts",
    find:
      `  return saying(followed(follower, message), send(follower, { type: "HeartbeatResponse", from, to, term, read }));`,
    replace: "  void [from, to, term, read];\n  return [followed(follower, message), []];",
    story: "Followers do not answer heartbeats: leaders cannot confirm that they lead. " +
      "A much read solution of the TinyKV course does it.",
    detector: NETWORK_OF_THREE,
    expected: ["Recovery", "The cluster recovers"],
  },
  {
    name: "leads-without-an-entry-of-its-own",
    area: "protocol",
    file: "core/candidate.ts",
    find: "  return appendNoop(becomeLeader(candidate));",
    replace: "  return silently(becomeLeader(candidate));",
    story:
      "A new leader appends no empty entry: what its predecessors have left is never committed until a client writes " +
      "(§8). From the same solution of the TinyKV course.",
    detector: A_READ,
    expected: ["Goals are in reach"],
  },
  {
    name: "proposals-are-not-appended",
    area: "protocol",
    file: "core/propose.ts",
    find: `  const replication = appendProposals(after, entries, request.type === "Propose" ? 1 : 0);`,
    replace: `  const replication = appendProposals(after, entries.slice(1), request.type === "Propose" ? 1 : 0);`,
    story: "What is proposed is sent from the log, where it is not: the first of each batch is missing. " +
      "From the same solution of the TinyKV course.",
    detector: NETWORK_OF_THREE,
    expected: ["Recovery", "Right Replies", "Lasting Writes", "Timely Answers"],
  },
  {
    name: "proposals-vanish",
    area: "protocol",
    file: "core/propose.ts",
    find: `  return saying(node, rejection(request, "NoLeader"));`,
    replace: "  void request;\n  return silently(node);",
    story: "Where there is no leader a proposal disappears without a word, and its client waits for ever. " +
      "From the same solution of the TinyKV course.",
    detector: BUSY,
    expected: ["Timely Answers"],
  },
  {
    name: "does-not-compare-logs",
    area: "protocol",
    file: "core/append.ts",
    find: "  if (!log.matches(prev.index, prev.term)) return",
    replace: "  if (!log.knows(prev.index)) return",
    story:
      "Entries are appended wherever there is something before them, whatever it is: logs with the same last entry " +
      "that differ (§5.3).",
    detector: THREE_TERMS,
    expected: ["Log matching"],
  },
  {
    name: "commits-earlier-terms-by-counting",
    area: "protocol",
    file: "core/commit.ts",
    find: "index > commit && term !== 0 && log.matches(index, term) ?",
    replace: "index > commit && term !== 0 && log.matches(index, log.termAt(index)) ?",
    story:
      "An entry of an earlier term is committed as soon as a majority holds it, and may still be replaced: Figure 8 " +
      "of the paper.",
    detector: NETWORK_OF_THREE,
    expected: ["A commit has a majority", "A leader counts only"],
  },
  {
    name: "acknowledges-its-whole-log",
    area: "protocol",
    file: "core/append.ts",
    find: "  return acknowledging(after, accepted(follower, from, last));",
    replace: "  return acknowledging(after, accepted(follower, from, after.log.last.index));",
    story: "A follower acknowledges up to the end of its log, where it may hold what the leader never had. " +
      "No test of the TinyKV course notices.",
    detector: NETWORK_OF_THREE,
    expected: ["An acknowledgement covers"],
  },
  {
    name: "match-moves-back",
    area: "protocol",
    file: "core/progress.ts",
    find: `  return index > progress.match || (index === progress.match && progress.state === "probe");`,
    replace: "  void [progress, index];\n  return true;",
    story: "An acknowledgement that comes late takes back what the leader knows of a follower. " +
      "No test of the TinyKV course notices.",
    detector: NETWORK,
    expected: ["What a leader knows"],
  },
  {
    name: "a-late-append-cuts-the-log",
    area: "protocol",
    file: "core/append.ts",
    find: "  const held = log.agreement(entries);",
    replace: "  const held = 0;",
    story:
      "An append that comes late cuts off what a later one has brought and the follower has acknowledged: a frequent " +
      "mistake in implementations of Figure 2, which says to delete only what conflicts.",
    detector: NETWORK_OF_THREE,
    expected: ["Nobody objects", "Promises are kept", "A commit has a majority", "Leader Completeness"],
  },
  {
    name: "believes-every-commit-index",
    area: "protocol",
    file: "core/append.ts",
    find: "  after.commit = Math.max(commit, Math.min(message.commit, last));",
    replace: "  after.commit = Math.max(commit, message.commit);",
    story:
      "The commit index of a message is believed beyond the last entry that the message has brought and verified " +
      '(Figure 2: "min(leaderCommit, index of last new entry)").',
    detector: SHORT_MESSAGES,
    expected: ["No node refuses"],
  },
  {
    name: "heartbeats-tell-of-no-commit",
    area: "protocol",
    file: "core/replicate.ts",
    find: "      const commit = Math.min(progress.match, committed);",
    replace: "      const commit = Math.min(progress.match, committed, 0);",
    story:
      "Heartbeats carry no commit index: where the message that told of the last commit was lost, a follower never " +
      "hears of it until somebody writes. An implementation that passes all 75 tests of the TinyKV course can have it.",
    detector: NOBODY_ASKS,
    expected: ["The cluster recovers"],
  },
  {
    name: "heartbeats-tell-of-every-commit",
    area: "protocol",
    file: "core/replicate.ts",
    find: "      const commit = Math.min(progress.match, committed);",
    replace: "      const commit = committed;",
    story: "Heartbeats carry the leader's commit index to followers that hold other entries there.",
    detector: NETWORK_OF_THREE,
    expected: ["Nobody objects", "What is committed stays"],
  },
  {
    name: "paused-for-ever",
    area: "protocol",
    file: "core/progress.ts",
    find: `  return live.state !== "snapshot" && live.paused ? { ...live, paused: false } : live;`,
    replace: "  return live;",
    story:
      "A follower that is looked for where the logs agree is sent one message; when that is lost, nothing any more.",
    detector: NETWORK_OF_THREE,
    expected: ["Recovery", "The cluster recovers"],
  },
  {
    name: "commits-what-its-own-disk-lacks",
    area: "protocol",
    file: "core/commit.ts",
    find: "  const index = quorumMatch(configuration, progress);",
    replace: `  const own = configuration.members.indexOf(leader.id);
  const index = quorumMatch(configuration, progress.map((peer, i) => i === own ? { match: log.last.index } : peer));`,
    story:
      "A leader counts itself as soon as it has appended, although its disk is not done (thesis §10.2.1 says when it " +
      "may): after a crash a majority does not hold what is committed.",
    detector: NETWORK_OF_THREE,
    expected: ["A commit has a majority"],
  },
  {
    name: "acknowledgement-overtakes-the-disk",
    area: "protocol",
    file: "core/append.ts",
    find: "  return acknowledging(after, accepted(follower, from, last));",
    replace:
      `  if (held === entries.length) return [after, [{ type: "Send", message: accepted(follower, from, last) }]];
  return acknowledging(after, accepted(follower, from, last));`,
    story:
      "An append that brings nothing new is acknowledged at once, although what it repeats is still being written: " +
      "the acknowledgement overtakes the disk. Whoever writes in the background has to rule it out.",
    detector: DELAYED_WRITES,
    expected: ["What a node vouches for is durable"],
  },
  {
    name: "snapshot-leaves-the-configuration",
    area: "protocol",
    file: "core/install_snapshot.ts",
    find: "  after.configuration = restored.right;\n",
    replace: "",
    story: "A snapshot replaces the log but not the configuration: the node counts majorities that are no more.",
    detector: MEMBERS,
    expected: ["The cluster recovers", "An election has", "A commit has", "One configuration"],
  },
  {
    name: "a-late-write-is-acknowledged",
    area: "protocol",
    file: "core/durable.ts",
    find: "  const stored = term === node.term && last.index > node.stable && node.log.matches(last.index, last.term);",
    replace: "  const stored = last.index > node.stable && last.index <= node.log.last.index;",
    story:
      "That a write is durable is reported after its entries were replaced by others that are not written yet. Even ones " +
      "with the same index and term may have taken their place (ABA), which etcd had to rule out when it began to write in the background.",
    detector: DISKS_BEHIND,
    expected: ["What a node takes to be durable"],
  },

  {
    name: "replaced-entries-count-as-durable",
    area: "protocol",
    file: "core/append.ts",
    find: "      after.stable = Math.min(follower.stable, first - 1);",
    replace: "      after.stable = follower.stable;",
    story: "Entries that replace durable ones are taken to be durable before they are written.",
    detector: DISKS_BEHIND,
    expected: ["What a node takes to be durable"],
  },
  {
    name: "accepts-stale-acknowledgements",
    area: "protocol",
    file: "core/step.ts",
    find: "  if (message.term < node.term) return answerStale(node, message);",
    replace: `  if (message.term < node.term) {
    return message.type === "AppendResponse" && node.role === "leader" ? stepRole(node, message) : answerStale(node, message);
  }`,
    story:
      "What a follower acknowledged in an earlier term counts in this one, although it may have been replaced since: " +
      "commits without a majority. No test of the TinyKV course notices.",
    detector: MUCH_TOO_LATE,
    expected: ["A commit has", "Leader Completeness", "What is committed stays"],
  },
  {
    name: "never-compacts",
    area: "protocol",
    file: "core/install_snapshot.ts",
    find: "  after.log = node.log.compact(index);",
    replace: "  after.log = node.log;",
    story: "A compaction leaves the entries in memory: logs grow for ever. No test of the reducer of TinyKV notices.",
    detector: SNAPSHOTS,
    expected: ["Every queue has an end"],
  },
];
