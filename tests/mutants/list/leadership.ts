/**
 * Faults of what only leaders do: reads, transfers, changes of the configuration (§6, §8, thesis §3.10, §6.4).
 *
 * @module
 */
import type { Mutant } from "../mutant.ts";
import {
  A_READ,
  ELECTIONS_AND_READS,
  MEMBERS,
  MEMBERS_ON_A_BAD_NETWORK,
  MEMBERS_WHILE_LEADERS_CHANGE,
  NETWORK,
  NETWORK_OF_THREE,
  TWO_LEAVE,
  TWO_LEAVE_TOGETHER,
  TWO_READS,
} from "../detectors.ts";

/** Faults of leaders. */
export const LEADERSHIP: readonly Mutant[] = [
  {
    name: "two-changes-at-a-time",
    area: "protocol",
    file: "core/propose.ts",
    find: `  if (pendingConfIndex > leader.applied) return "ConfChangePending";\n`,
    replace: "  void pendingConfIndex;\n",
    story:
      "A change of the configuration is proposed while another one is under way. The tests of TinyKV's reducer do not " +
      "look for it.",
    detector: TWO_LEAVE,
    expected: ["Leader completeness", "One leader", "Election safety", "What is committed"],
  },
  {
    name: "joint-majority-counted-as-one",
    area: "protocol",
    file: "core/quorum.ts",
    find: `  return configuration.outgoing.length === 0
    ? incoming
    : Math.min(incoming, majorityMatch(configuration.outgoing, reached));`,
    replace: "  return incoming;",
    story: "In a joint configuration only the new majority is asked: the old one may elect another leader (§6).",
    detector: TWO_LEAVE_TOGETHER,
    expected: ["What is committed is durable"],
  },
  {
    name: "never-leaves-the-joint-configuration",
    area: "protocol",
    file: "core/propose.ts",
    find: "  if (!configuration.autoLeave || applied < own.pendingConfIndex) return silently(leader);",
    replace: "  if (applied >= 0 || configuration.autoLeave || own.pendingConfIndex < 0) return silently(leader);",
    story: "Nobody proposes to leave a joint configuration: no further change is possible.",
    detector: MEMBERS,
    expected: ["The cluster recovers"],
  },
  {
    name: "transfer-never-ends",
    area: "protocol",
    file: "core/leader.ts",
    find: "    own.transfer = O.none;\n",
    replace: "",
    story: "A transfer to a node that is gone is never given up, and until then nothing is accepted (thesis §3.10). " +
      "From the list of faults that the tests of the TinyKV course do not find.",
    detector: NETWORK,
    expected: ["Recovery", "The cluster recovers"],
  },
  {
    name: "reads-before-the-first-own-commit",
    area: "protocol",
    file: "core/read_index.ts",
    find: "  if (!hasCommittedInTerm(leader)) {",
    replace: "  if (leader.term < 0) {",
    story: "A new leader answers a read before it knows what is committed (§8): the read misses acknowledged writes. " +
      "etcd had it.",
    detector: A_READ,
    expected: ["A read sees"],
  },
  {
    name: "reads-without-a-quorum",
    area: "protocol",
    file: "core/read_index.ts",
    find: '    case "safe": {',
    replace: '    case "leaseBased": {',
    also: [{
      file: "core/read_index.ts",
      find: '    case "leaseBased": // thesis',
      replace: '    case "safe": // thesis',
    }],
    story:
      "A leader answers reads without asking whether it still leads: one that was cut off answers from the past. " +
      "etcd and Consul did so by default for years, and Jepsen found it.",
    detector: A_READ,
    expected: ["A read sees"],
  },
  {
    name: "any-answer-confirms-a-read",
    area: "protocol",
    file: "core/heartbeat.ts",
    find: "!confirmReads(after, from, read.value, replication)",
    replace: "!confirmReads(after, from, leader.own.reads.confirmed + leader.own.reads.pending.length, replication)",
    story: "The answer to an earlier heartbeat confirms a read that was asked after it.",
    detector: TWO_READS,
    expected: ["A read sees"],
  },
  {
    name: "reads-what-the-leader-has-applied",
    area: "protocol",
    file: "core/read_index.ts",
    find: "        pending: [...pending, { index: leader.commit, request }],",
    replace: "        pending: [...pending, { index: leader.applied, request }],",
    story: "A read is answered as of what the leader has applied, where it should be as of what it has committed.",
    detector: NETWORK_OF_THREE,
    expected: ["Reads are linearizable"],
  },
  {
    name: "read-context-reused",
    area: "protocol",
    file: "core/step.ts",
    find: "  if (message.term < node.term) return answerStale(node, message);",
    replace: `  if (message.term < node.term) {
    return message.type === "HeartbeatResponse" && node.role === "leader" ? stepRole(node, message) : answerStale(node, message);
  }`,
    story:
      "A leader that was started anew and elected again counts its reads from 1 again, and takes the answers to those " +
      "of its earlier life for confirmations. In etcd it was a read that was tried again under the same name (issue 20418).",
    detector: ELECTIONS_AND_READS,
    expected: ["Nobody objects", "Reads are linearizable"],
  },

  {
    name: "change-before-the-first-own-commit",
    area: "protocol",
    file: "core/roles.ts",
    find: "    pendingConfIndex: lastIndex,",
    replace: "    pendingConfIndex: 0,",
    story:
      "A new leader changes the configuration before it has committed anything, while a change of its predecessor may " +
      "be on the way: two majorities that do not overlap. Found in Raft's changes of one server in 2015.",
    detector: MEMBERS_WHILE_LEADERS_CHANGE,
    expected: ["One configuration change at a time"],
  },

  {
    name: "joint-election-counted-as-one",
    area: "protocol",
    file: "core/quorum.ts",
    find: "  const outgoing = majorityVote(configuration.outgoing, votes);",
    replace: "  const outgoing = incoming;",
    story: "A candidate in a joint configuration is elected by the new majority alone (§6).",
    detector: MEMBERS_ON_A_BAD_NETWORK,
    expected: ["An election has a majority"],
  },
];
