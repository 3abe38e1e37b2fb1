/**
 * Snapshots (§7): how a peer that has fallen too far behind catches up, and how a log is kept short.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { accepted, heard } from "./append.ts";
import { knowing } from "./append_response.ts";
import { restoreConfiguration } from "./conf_change.ts";
import { positionOf } from "./configuration.ts";
import { draft } from "./draft.ts";
import { isWhole } from "./entry.ts";
import { acknowledging, fault, type Handled, refuse, silently } from "./handled.ts";
import type { Compact, InstallSnapshot, SnapshotAvailable, SnapshotStatus, Unreachable } from "./message.ts";
import type { Follower, Leader, Node } from "./node.ts";
import { becomeProbe } from "./progress.ts";

/** A follower is sent a snapshot by its leader; if it is news, it replaces the whole log. */
export function stepInstallSnapshot(follower: Follower, message: InstallSnapshot): Handled {
  const { from, snapshot } = message;
  const { id, commit, log } = follower;
  if (!isWhole(snapshot.index) || !isWhole(snapshot.term)) return refuse(follower, { type: "NotAWholeNumber" });
  const after = heard(follower, from);
  const { voters, learners, votersOutgoing } = snapshot.configuration;
  const member = voters.includes(id) || learners.includes(id) || votersOutgoing.includes(id);
  if (snapshot.index <= commit || !member) return acknowledging(after, accepted(follower, from, commit));
  if (log.matches(snapshot.index, snapshot.term)) {
    // "If existing log entry has same index and term as snapshot's last included entry, retain log entries" (Figure 13).
    after.commit = snapshot.index;
    return acknowledging(after, accepted(follower, from, snapshot.index));
  }
  const restored = restoreConfiguration(snapshot.configuration);
  if (E.isLeft(restored)) return refuse(follower, { type: "InvalidSnapshot", error: restored.left });
  after.log = log.restore(snapshot);
  after.stable = snapshot.index;
  after.pendingSnapshot = O.some(snapshot);
  after.commit = snapshot.index;
  after.configuration = restored.right;
  return acknowledging(after, accepted(follower, from, snapshot.index));
}

/** The leader's transport says what became of a snapshot. Not in the paper; etcd has it. */
export function stepSnapshotStatus(leader: Leader, message: SnapshotStatus): Handled {
  const position = positionOf(leader.configuration, message.peer);
  const progress = leader.own.progress[position];
  if (position < 0 || progress.state !== "snapshot") return silently(leader);
  // Arrived or not, the peer says itself where it stands, or a heartbeat interval passes, before the next message.
  const probe = becomeProbe(message.arrived ? progress : { ...progress, pendingSnapshot: 0 });
  return silently(knowing(leader, position, { ...probe, paused: true }));
}

/** The leader's transport lost a message: whatever was sent ahead may be lost with it. Not in the paper; etcd has it. */
export function stepUnreachable(leader: Leader, message: Unreachable): Handled {
  const position = positionOf(leader.configuration, message.peer);
  if (position < 0 || leader.own.progress[position].state !== "replicate") return silently(leader);
  return silently(knowing(leader, position, becomeProbe(leader.own.progress[position])));
}

/** The host has a snapshot for peers. */
export function stepSnapshotAvailable(node: Node, message: SnapshotAvailable): Handled {
  const { index, term, configuration, data } = message;
  if (!isWhole(index) || !isWhole(term)) return refuse(node, { type: "NotAWholeNumber" });
  const after = draft(node);
  after.snapshot = O.some({ index, term, configuration, data });
  return silently(after);
}

/** The host has no snapshot for peers any more. */
export function stepSnapshotUnavailable(node: Node): Handled {
  if (O.isNone(node.snapshot)) return silently(node);
  const after = draft(node);
  after.snapshot = O.none;
  return silently(after);
}

/** The host needs the beginning of the log no more; whoever still does gets the snapshot. */
export function stepCompact(node: Node, message: Compact): Handled {
  const { index } = message;
  if (!isWhole(index)) return refuse(node, { type: "NotAWholeNumber" });
  if (index > node.applied) return fault(node, { type: "CompactBeyondApplied", index, applied: node.applied });
  if (O.isNone(node.snapshot) || index > node.snapshot.value.index) {
    return fault(node, { type: "CompactBeyondSnapshot", index });
  }
  if (index <= node.log.snapshot.index) return silently(node);
  const after = draft(node);
  after.log = node.log.compact(index);
  return silently(after);
}
