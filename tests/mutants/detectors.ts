/**
 * The detectors: as few as possible, each as small as it may be for what it has to find.
 *
 * @module
 */
import type { ConfChange } from "../../core/conf_change.ts";
import type { PlannedEvent } from "../../effects/sim/plan.ts";
import type { Exploration, Simulation } from "./detector.ts";

/** Some messages are seconds late, and leaders change meanwhile, so that answers to the last one but one arrive. */
export const MUCH_TOO_LATE: Simulation = {
  by: "simulator",
  profile: "network",
  faults: { reordering: 0.3, delayMs: [1, 200], partitions: 40, transfers: 40 },
  plan: { seconds: 20, clients: 12, nodes: 5, electionMs: 500 },
  most: 40,
};

/** Messages that come twice, late and in another order, partitions, crashes, transfers. */
export const NETWORK: Simulation = {
  by: "simulator",
  profile: "network",
  faults: {
    loss: 0.05,
    duplication: 0.2,
    reordering: 0.1,
    partitions: 15,
    freezes: 6,
    crashes: 20,
    transfers: 20,
    syncMs: [20, 100],
  },
  plan: { seconds: 10, clients: 10, nodes: 5, electionMs: 500 },
  most: 40,
};

/** The same, each run twice. */
export const EACH_RUN_TWICE: Simulation = { ...NETWORK, twice: true };

/** The same with three nodes, so that two are a majority. */
export const NETWORK_OF_THREE: Simulation = {
  by: "simulator",
  profile: "network",
  faults: {
    loss: 0.05,
    duplication: 0.1,
    reordering: 0.1,
    partitions: 10,
    freezes: 6,
    crashes: 12,
    transfers: 6,
    syncMs: [5, 60],
  },
  plan: { seconds: 10, clients: 10, nodes: 3, electionMs: 500 },
  most: 40,
};

/** Elections all the time: messages take as long as an election timeout. */
export const ELECTIONS_ALL_THE_TIME: Simulation = {
  by: "simulator",
  profile: "network",
  faults: { loss: 0.1, duplication: 0.3, reordering: 0.3, delayMs: [1, 400], crashes: 20, syncMs: [20, 200] },
  plan: { seconds: 20, clients: 3, nodes: 3, electionMs: 500 },
  most: 40,
};

/** Two nodes that lose each other and their power. */
export const TWO_NODES: Simulation = {
  by: "simulator",
  profile: "network",
  faults: { partitions: 20, blackouts: 10, crashes: 10 },
  plan: { seconds: 20, clients: 5, nodes: 2, electionMs: 500 },
  most: 40,
};

/** Many requests when leaders lose the others. */
export const BUSY: Simulation = {
  by: "simulator",
  profile: "calm",
  faults: { partitions: 30, freezes: 10, transfers: 10, crashes: 10, delayMs: [1, 20] },
  plan: { seconds: 15, clients: 30, leaseReads: true, nodes: 3, electionMs: 1_000 },
  most: 40,
};

/** Nobody asks for anything, so that nothing hides what was lost. */
export const NOBODY_ASKS: Simulation = {
  by: "simulator",
  profile: "calm",
  faults: { loss: 0.3, partitions: 10 },
  plan: { seconds: 10, nodes: 3, electionMs: 500 },
  idle: true,
  most: 40,
};

/** The membership changes all the time. */
export const MEMBERS: Simulation = {
  by: "simulator",
  profile: "members",
  faults: { memberChanges: 60, crashes: 15, partitions: 10, transfers: 20, loss: 0.02 },
  plan: { seconds: 15, clients: 10 },
  compaction: { entries: 20, keep: 5 },
  most: 40,
};

/** The same with a state machine that has a disk of its own. */
export const DURABLE_MEMBERS: Simulation = { ...MEMBERS, faults: { ...MEMBERS.faults, crashes: 30 }, durable: true };

/** Machines go down while their slow disks write. */
export const SLOW_DISKS: Simulation = {
  by: "simulator",
  profile: "crash",
  faults: { crashes: 30, syncMs: [20, 100] },
  plan: { seconds: 10, clients: 20 },
  most: 40,
};

/** The same, on disks that take up to an election timeout. */
export const SLOWER_DISKS: Simulation = { ...SLOW_DISKS, faults: { crashes: 40, syncMs: [50, 400] } };

/** Everything goes wrong. */
export const CHAOS: Simulation = { by: "simulator", profile: "chaos", plan: { seconds: 20 }, most: 40 };

/** Snapshots all the time, on nodes that go down, fall behind and are cut off. */
export const SNAPSHOTS: Simulation = {
  by: "simulator",
  profile: "calm",
  faults: { partitions: 20, crashes: 20, slowNodes: 20, syncMs: [5, 80] },
  plan: { seconds: 15, clients: 40, nodes: 3, electionMs: 500 },
  compaction: { entries: 5, keep: 1 },
  most: 40,
};

/** Snapshots for nodes that fall behind, on machines that go down. */
export const SNAPSHOTS_FOR_OTHERS: Simulation = {
  by: "simulator",
  profile: "calm",
  faults: { partitions: 20, crashes: 80, syncMs: [20, 150] },
  plan: { seconds: 20, clients: 40, nodes: 5, electionMs: 500 },
  compaction: { entries: 60, keep: 0 },
  most: 40,
};

/** State machines with disks of their own, while all machines go down again and again. */
export const DURABLE_MACHINES: Simulation = {
  by: "simulator",
  profile: "calm",
  faults: { crashes: 60, blackouts: 20, slowNodes: 20, syncMs: [20, 300] },
  plan: { seconds: 15, clients: 40, nodes: 3, electionMs: 500 },
  compaction: { entries: 5, keep: 0 },
  durable: true,
  most: 40,
};

/** One of three nodes after the other is cut off, for about three election timeouts each. */
const CUTS: readonly PlannedEvent[] = [1, 2, 4, 2, 1, 4, 4, 1, 2, 1, 4, 2, 1, 2].map((mask, i) => {
  return { type: "partitions", at: 1_500 + 2_000 * i, mask, forMs: 1_400 };
});

/** Leaders that are cut off, with and without those who still ask them. */
export const CUT_OFF: Simulation = {
  by: "simulator",
  profile: "calm",
  plan: { seconds: 30, clients: 30, nodes: 3, electionMs: 500 },
  events: CUTS,
  most: 40,
};

/** The same with leaders who trust their leases. */
export const CUT_OFF_LEASES: Simulation = { ...CUT_OFF, plan: { ...CUT_OFF.plan, clients: 60, leaseReads: true } };

/** One of three nodes after the other is cut off, shortly after everything has become slow on the leader. */
export const SLOW_LEADERS: Simulation = {
  ...CUT_OFF,
  plan: { ...CUT_OFF.plan, clients: 40, leaseReads: true },
  events: CUTS.flatMap((cut): readonly PlannedEvent[] => [
    { type: "slowNodes", at: cut.at - 300, node: "leader", delayMs: 450, forMs: 1_500 },
    { ...cut, at: cut.at + 100 },
  ]),
};

/** Reads while leaders change all the time. */
export const ELECTIONS_AND_READS: Simulation = {
  ...ELECTIONS_ALL_THE_TIME,
  faults: { ...ELECTIONS_ALL_THE_TIME.faults, partitions: 10, crashes: 10, syncMs: [5, 50] },
  plan: { seconds: 20, clients: 10, nodes: 3, electionMs: 500 },
};

/** Machines go down while they write. */
export const TORN_WRITES: Simulation = {
  by: "simulator",
  profile: "calm",
  faults: { crashes: 90, syncMs: [50, 200] },
  plan: { seconds: 20, clients: 20, nodes: 5 },
  most: 40,
};

/** The membership and the leaders change all the time, on slow disks. */
export const MEMBERS_WHILE_LEADERS_CHANGE: Simulation = {
  by: "simulator",
  profile: "members",
  faults: { memberChanges: 120, crashes: 40, transfers: 120, syncMs: [100, 500] },
  plan: { seconds: 20, clients: 5, electionMs: 1_000 },
  most: 40,
};

/** The membership changes all the time, and messages are lost. */
export const MEMBERS_ON_A_BAD_NETWORK: Simulation = {
  by: "simulator",
  profile: "members",
  faults: { memberChanges: 120, crashes: 60, transfers: 100, syncMs: [50, 300], loss: 0.1, partitions: 20 },
  plan: { seconds: 20, clients: 5, electionMs: 500 },
  most: 40,
};

/** Two elections. */
export const TWO_TERMS: Exploration = {
  by: "model checker",
  bounds: { terms: 2, proposals: 0 },
  keepUseless: true,
  most: 1_000_000,
};

/** Three elections. */
export const THREE_TERMS: Exploration = { by: "model checker", bounds: { terms: 3, proposals: 0 }, most: 1_000_000 };

/** A read, and two elections. */
export const A_READ: Exploration = {
  by: "model checker",
  bounds: { terms: 2, proposals: 0, reads: 1 },
  most: 1_000_000,
};

/** Two reads, and two elections. */
export const TWO_READS: Exploration = { ...A_READ, bounds: { ...A_READ.bounds, reads: 2 } };

/** One entry a message. */
export const SHORT_MESSAGES: Exploration = {
  by: "model checker",
  bounds: { terms: 1, proposals: 1, beats: 1, options: { maxSizePerMsg: 0 } },
  most: 1_000_000,
};

/** Disks that take their time, and messages that come twice. */
export const DELAYED_WRITES: Exploration = {
  by: "model checker",
  bounds: { terms: 2, proposals: 0, delayedWrites: true, duplicates: 1, inFlight: 2 },
  most: 1_000_000,
};

/** Disks that take their time: what is on them is compared with what the nodes believe. */
export const DISKS_BEHIND: Exploration = {
  by: "model checker",
  bounds: { terms: 2, proposals: 0, delayedWrites: true, inFlight: 1 },
  most: 1_000_000,
};

/** Two nodes leave one after the other, and a proposal. */
export const TWO_LEAVE: Exploration = {
  by: "model checker",
  bounds: { terms: 2, proposals: 1, changes: 2, inFlight: 1, alphabet: [removing(2), removing(3)] },
  most: 1_000_000,
};

/** Two of three nodes leave together. */
export const TWO_LEAVE_TOGETHER: Exploration = {
  by: "model checker",
  bounds: { terms: 2, proposals: 0, changes: 1, alphabet: [removing(2, 3)] },
  most: 1_000_000,
};

function removing(...ids: readonly number[]): ConfChange {
  return {
    transition: ids.length > 1 ? "jointImplicit" : "auto",
    changes: ids.map((id) => ({ type: "removeNode", id })),
    context: new Uint8Array(0),
  };
}
