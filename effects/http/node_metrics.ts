/**
 * What a node's status is in metrics. All that `/metrics` has is in the table of `metrics.ts`.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { RoleName } from "../../core/outbox.ts";
import type { MemberStatus, Status } from "../node/raft_node.ts";
import type { Metric, Sample } from "../telemetry/metric.ts";

/** The metrics of a node with `status`. */
export function nodeMetrics(status: Status, running: boolean): readonly Metric[] {
  const { cluster, id, incarnation, role, members } = status;
  return [
    gauge("raftfold_info", "Always 1; the labels say which node this is.", [
      { labels: { cluster, node: String(id), incarnation }, value: 1 },
    ]),
    gauge("raftfold_running", "1 until the node has stopped.", [{ value: running ? 1 : 0 }]),
    gauge(
      "raftfold_role",
      "1 for the role that the node has, 0 for the others.",
      ROLES.map((name) => ({
        labels: { role: name },
        value: name === role ? 1 : 0,
      })),
    ),
    ...positions(status),
    gauge(
      "raftfold_members",
      "Members of the applied configuration.",
      PARTS.map((part) => ({
        labels: { part },
        value: members.filter((member) => member.part === part).length,
      })),
    ),
    gauge(
      "raftfold_member_connected",
      "1 if messages to the member have a connection.",
      members.map((member) => ({
        labels: { member: String(member.id) },
        value: member.connected ? 1 : 0,
      })),
    ),
    gauge(
      "raftfold_member_match_index",
      "On the leader: the last entry that the member is known to hold.",
      members.flatMap(matchOf),
    ),
    gauge("raftfold_requests_waiting", "Requests that wait for the node's answer.", [{ value: status.waiting }]),
    ...Object.entries(status.counters).map(([name, value]) => counter(name, value)),
  ];
}

const ROLES: readonly RoleName[] = ["follower", "preCandidate", "candidate", "leader"];
const PARTS: readonly MemberStatus["part"][] = ["voter", "learner", "outgoing"];

function positions(status: Status): readonly Metric[] {
  const one = (name: string, help: string, value: number): Metric => gauge(name, help, [{ value }]);
  return [
    one(
      "raftfold_leader_id",
      "The leader as far as it is known; 0 if none is.",
      O.isSome(status.lead) ? status.lead.value : 0,
    ),
    one("raftfold_term", "The latest term that the node has seen.", status.term),
    one("raftfold_log_first_index", "The first entry of the log that is still there.", status.first),
    one("raftfold_log_last_index", "The last entry of the log.", status.last),
    one("raftfold_log_stable_index", "The last entry that is known to be durable.", status.stable),
    one("raftfold_commit_index", "The last entry that is known to be committed.", status.commit),
    one("raftfold_applied_index", "The last entry that is applied.", status.applied),
    one("raftfold_snapshot_index", "The last entry in the newest snapshot; 0 without one.", status.snapshot),
  ];
}

function matchOf({ id, match }: MemberStatus): readonly Sample[] {
  return O.isNone(match) ? [] : [{ labels: { member: String(id) }, value: match.value }];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: "gauge", help, samples };
}

/** Counters that are known are described; a node may have others. */
const COUNTERS: Readonly<Record<string, string>> = {
  turns: "Turns in which the node took messages.",
  messages: "Messages that the node took, its own included.",
  refused: "Messages that no correct peer sends.",
  groups: "Groups of writes to the log.",
  syncs: "Writes to the log that were made durable.",
  slowSyncs: "Of these, those that took long.",
  appliedEntries: "Entries that were applied.",
  applyBatches: "Batches in which they were applied.",
  slowApplies: "Of these, those that took long.",
  readRounds: "Rounds of messages that confirmed reads.",
  leaseReads: "Reads that were answered under a lease.",
  snapshotsMade: "Snapshots that this node has made.",
  snapshotsSent: "Snapshots that have arrived at a peer.",
  snapshotsFailed: "Snapshots that have not.",
  peersRefused: "Connections of peers that came with another data folder.",
  violations: "Messages that no node of this version sends.",
  transportViolations: "Connections that were refused or closed because of what came on them.",
};

function counter(name: string, value: number): Metric {
  const help = Object.hasOwn(COUNTERS, name) ? COUNTERS[name] : `What the node counts as ${name}.`;
  return { name: `raftfold_${snakeCase(name)}_total`, type: "counter", help, samples: [{ value }] };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/[^a-z0-9_]/g, "_");
}
