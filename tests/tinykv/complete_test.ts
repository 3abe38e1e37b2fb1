/**
 * The tests of this folder are complete: every test of TinyKV's raft suite by its name, and every detector.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

/** The 24 names of part 2AA today. */
const ELECTION_2AA = [
  "TestCampaignWhileLeader2AA",
  "TestCandidateElectionTimeoutRandomized2AA",
  "TestCandidateFallback2AA",
  "TestCandidateResetTermMessageType_MsgAppend2AA",
  "TestCandidateResetTermMessageType_MsgHeartbeat2AA",
  "TestCandidateStartNewElection2AA",
  "TestCandidateUpdateTermFromMessage2AA",
  "TestCandidatesElectionTimeoutNonconflict2AA",
  "TestDisruptiveFollower2AA",
  "TestFollowerElectionTimeoutRandomized2AA",
  "TestFollowerStartElection2AA",
  "TestFollowerUpdateTermFromMessage2AA",
  "TestFollowerVote2AA",
  "TestFollowersElectionTimeoutNonconflict2AA",
  "TestLeaderBcastBeat2AA",
  "TestLeaderCycle2AA",
  "TestLeaderElection2AA",
  "TestLeaderElectionInOneRoundRPC2AA",
  "TestLeaderUpdateTermFromMessage2AA",
  "TestRecvMessageType_MsgBeat2AA",
  "TestSingleNodeCandidate2AA",
  "TestSplitVote2AA",
  "TestStartAsFollower2AA",
  "TestVoteFromAnyState2AA",
];

/** Two of part 2AB that belonged to part 2AA when the seed was written: both parts run them. */
const RENAMED_2AB = [
  "TestRecvMessageType_MsgRequestVote2AB (2AA in the seed)",
  "TestVoter2AB (2AA in the seed)",
];

/** The other 24 of part 2AB. */
const REPLICATION_2AB = [
  "TestAllServerStepdown2AB",
  "TestCandidateConcede2AB",
  "TestCommitWithHeartbeat2AB",
  "TestCommitWithoutNewTermEntry2AB",
  "TestDuelingCandidates2AB",
  "TestFollowerAppendEntries2AB",
  "TestFollowerCheckMessageType_MsgAppend2AB",
  "TestFollowerCommitEntry2AB",
  "TestHandleMessageType_MsgAppend2AB",
  "TestHeartbeatUpdateCommit2AB",
  "TestLeaderAcknowledgeCommit2AB",
  "TestLeaderCommitEntry2AB",
  "TestLeaderCommitPrecedingEntries2AB",
  "TestLeaderElectionOverwriteNewerLogs2AB",
  "TestLeaderIncreaseNext2AB",
  "TestLeaderOnlyCommitsLogFromCurrentTerm2AB",
  "TestLeaderStartReplication2AB",
  "TestLeaderSyncFollowerLog2AB",
  "TestLogReplication2AB",
  "TestOldMessages2AB",
  "TestProgressLeader2AB",
  "TestProposal2AB",
  "TestSingleNodeCommit2AB",
  "TestVoteRequest2AB",
];

const RAW_NODE_2AC = ["TestRawNodeRestart2AC", "TestRawNodeStart2AC"];

const SNAPSHOT_2C = [
  "TestProvideSnap2C",
  "TestRawNodeRestartFromSnapshot2C",
  "TestRestoreFromSnapMsg2C",
  "TestRestoreFromSnapWithOverlapingPeersMsg2C",
  "TestRestoreIgnoreSnapshot2C",
  "TestRestoreSnapshot2C",
  "TestSlowNodeRestore2C",
];

const MEMBERSHIP_3A = [
  "TestAddNode3A",
  "TestCommitAfterRemoveNode3A",
  "TestLeaderTransferAfterSnapshot3A",
  "TestLeaderTransferBack3A",
  "TestLeaderTransferReceiveHigherTermVote3A",
  "TestLeaderTransferRemoveNode3A",
  "TestLeaderTransferSecondTransferToAnotherNode3A",
  "TestLeaderTransferToNonExistingNode3A",
  "TestLeaderTransferToSelf3A",
  "TestLeaderTransferToSlowFollower3A",
  "TestLeaderTransferToUpToDateNode3A",
  "TestLeaderTransferToUpToDateNodeFromFollower3A",
  "TestRawNodeProposeAddDuplicateNode3A",
  "TestRawNodeProposeAndConfChange3A",
  "TestRemoveNode3A",
  "TestTransferNonMember3A",
];

/** The detectors by their numbers; what they detect is in their names. */
const DETECTORS = Array.from({ length: 20 }, (_, i) => `D${i + 1}`);

Deno.test("all 75 raft tests of TinyKV and all 20 detectors are registered", async () => {
  const names = await registered();
  const tinyKv = [
    ...ELECTION_2AA,
    ...RENAMED_2AB,
    ...REPLICATION_2AB,
    ...RAW_NODE_2AC,
    ...SNAPSHOT_2C,
    ...MEMBERSHIP_3A,
  ];
  assertEquals(tinyKv.length, 75);
  assertEquals(names.filter((name) => name.startsWith("Test")).sort(), tinyKv.sort());
  const detectors = names.filter((name) => !name.startsWith("Test")).map((name) => name.split(" ")[0]);
  assertEquals(detectors.sort(), DETECTORS.toSorted());
  assertEquals(names.length, 95);
});

Deno.test("the part of elections runs the seed's 26 names and nothing else", async () => {
  const seed = [...ELECTION_2AA, ...RENAMED_2AB];
  assertEquals(seed.length, 26);
  // The filter of `deno test --filter` finds a test by a part of its name.
  assertEquals((await registered()).filter((name) => name.includes("2AA")).sort(), seed.sort());
});

const NAMES: string[] = [];

/** The names under which the test files register their tests. They are loaded once, and nothing of them is run here. */
async function registered(): Promise<readonly string[]> {
  const descriptor = Object.getOwnPropertyDescriptor(Deno, "test");
  if (descriptor === undefined) throw new Error("Cannot look at Deno.test: it is not a property of Deno itself.");
  const value = (name: string) => {
    NAMES.push(name);
  };
  Object.defineProperty(Deno, "test", { ...descriptor, value });
  try {
    await import("./paper_2aa_test.ts");
    await import("./raft_2aa_test.ts");
    await import("./paper_2ab_test.ts");
    await import("./raft_2ab_test.ts");
    await import("./rawnode_2ac_test.ts");
    await import("./snapshot_2c_test.ts");
    await import("./membership_3a_test.ts");
    await import("./transfer_3a_test.ts");
    await import("./detectors_election_test.ts");
    await import("./detectors_replication_test.ts");
  } finally {
    Object.defineProperty(Deno, "test", descriptor);
  }
  return NAMES;
}
