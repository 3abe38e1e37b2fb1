/**
 * What happened in recorded runs, in numbers.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox, RoleChanged } from "../../core/outbox.ts";

/** Numbers of one or more runs. */
export interface RunSummary {
  /** The nodes. */
  readonly nodes: Set<NodeId>;
  /** How often a node was started. */
  runs: number;
  /** Runs that nobody has ended: the node has crashed, or it still runs. */
  cut: number;
  /** Steps that were replayed. */
  steps: number;
  /** Places where steps were left out, and how many steps. */
  gaps: number;
  /** Steps that were left out. */
  leftOut: number;
  /** Steps that are there but lie before the first complete keyframe. */
  unreachable: number;
  /** The lowest and the highest term. */
  firstTerm: number;
  /** The highest term. */
  lastTerm: number;
  /** Elections that were won. */
  elected: number;
  /** Why nodes campaigned. */
  readonly campaigns: Map<string, number>;
  /** Why nodes became followers. */
  readonly followings: Map<string, number>;
  /** Entries that became known to be committed, counted on every node. */
  committed: number;
  /** Entries that were handed out to be applied. */
  applied: number;
  /** Changes of the configuration that were applied. */
  configurations: number;
  /** Snapshots that a node had made for its peers. */
  snapshotsMade: number;
  /** Snapshots that were sent. */
  snapshotsSent: number;
  /** Snapshots that took the place of a log. */
  snapshotsInstalled: number;
  /** Requests that were turned down. */
  rejected: number;
  /** Inputs that no correct sender produces. */
  refused: number;
  /** Contradictions for which a node stopped, by their reason. */
  readonly faults: Map<string, number>;
}

/** Nothing has happened. */
export function emptySummary(): RunSummary {
  return {
    nodes: new Set(),
    runs: 0,
    cut: 0,
    steps: 0,
    gaps: 0,
    leftOut: 0,
    unreachable: 0,
    firstTerm: Infinity,
    lastTerm: 0,
    elected: 0,
    campaigns: new Map(),
    followings: new Map(),
    committed: 0,
    applied: 0,
    configurations: 0,
    snapshotsMade: 0,
    snapshotsSent: 0,
    snapshotsInstalled: 0,
    rejected: 0,
    refused: 0,
    faults: new Map(),
  };
}

/** Counts the state with which a run begins or goes on. */
export function countState(summary: RunSummary, { id, term }: Node): void {
  summary.nodes.add(id);
  summary.firstTerm = Math.min(summary.firstTerm, term);
  summary.lastTerm = Math.max(summary.lastTerm, term);
}

/** Counts a step. */
export function countStep(summary: RunSummary, before: Node, message: Message, after: Node, outbox: Outbox): void {
  summary.steps++;
  if (after.term > summary.lastTerm) summary.lastTerm = after.term;
  if (after.commit > before.commit) summary.committed += after.commit - before.commit;
  if (message.type === "SnapshotAvailable") summary.snapshotsMade++;
  if (message.type === "ApplyConfChange" && after.configuration !== before.configuration) summary.configurations++;
  for (let i = 0; i < outbox.length; i++) {
    const effect = outbox[i];
    switch (effect.type) {
      case "Apply":
        summary.applied += effect.entries.length;
        break;
      case "Send":
        if (effect.message.type === "InstallSnapshot") summary.snapshotsSent++;
        break;
      case "RestoreSnapshot":
        summary.snapshotsInstalled++;
        break;
      case "RoleChanged":
        countRole(summary, effect);
        break;
      case "Rejected":
        summary.rejected++;
        break;
      case "Refused":
        summary.refused++;
        break;
      case "Fault":
        count(summary.faults, effect.reason.type);
        break;
      case "Persist": // the others are answers to requests and work for the host
      case "SnapshotWanted":
      case "ReadReady":
      case "ForwardedReadReady":
      case "Appended":
        break;
    }
  }
}

/** Adds `part` to `total`. */
export function addSummary(total: RunSummary, part: RunSummary): void {
  for (const id of part.nodes) total.nodes.add(id);
  total.firstTerm = Math.min(total.firstTerm, part.firstTerm);
  total.lastTerm = Math.max(total.lastTerm, part.lastTerm);
  for (const name of COUNTS) total[name] += part[name];
  for (const name of TALLIES) for (const [reason, n] of part[name]) count(total[name], reason, n);
}

/** The numbers as JSON. */
export function summaryToJson(summary: RunSummary): unknown {
  const { nodes, campaigns, faults, firstTerm, followings, ...counts } = summary;
  return {
    nodes: [...nodes],
    ...counts,
    firstTerm: Number.isFinite(firstTerm) ? firstTerm : null,
    campaigns: Object.fromEntries(campaigns),
    followings: Object.fromEntries(followings),
    faults: Object.fromEntries(faults),
  };
}

const COUNTS = [
  "runs",
  "cut",
  "steps",
  "gaps",
  "leftOut",
  "unreachable",
  "elected",
  "committed",
  "applied",
  "configurations",
  "snapshotsMade",
  "snapshotsSent",
  "snapshotsInstalled",
  "rejected",
  "refused",
] as const;

const TALLIES = ["campaigns", "followings", "faults"] as const;

function countRole(summary: RunSummary, { to, reason }: RoleChanged): void {
  if (to === "leader") summary.elected++;
  else count(to === "follower" ? summary.followings : summary.campaigns, reason.type);
}

function count(tally: Map<string, number>, name: string, by = 1): void {
  tally.set(name, (tally.get(name) ?? 0) + by);
}
