/**
 * The state of a node as the commands `status`, `timers`, `log`, `members` and `progress` show it.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { listInflights, type Node, type Progress } from "../../../core/mod.ts";
import { entryText, idText } from "./entry.ts";

/** Role, term, vote, leader and how far the node has come. */
export function statusText(node: Node): string {
  const { id, role, term, vote, lead, log, stable, commit, applied, pendingSnapshot } = node;
  const parts = [`${id} ${role} term=${term} vote=${optionText(vote)} leader=${optionText(lead)}`];
  parts.push(`last=${idText(log.last)}`);
  if (stable < log.last.index) parts.push(`stable=${stable}`);
  parts.push(`commit=${commit} applied=${applied}`);
  if (O.isSome(pendingSnapshot)) parts.push(`pending_snapshot=${pendingSnapshot.value.index}`);
  if (node.role === "leader" && O.isSome(node.own.transfer)) {
    parts.push(`transfer_to=${node.own.transfer.value.transferee}`);
  }
  if (node.role === "leader" && node.own.uncommittedSize > 0) {
    parts.push(`uncommitted_bytes=${node.own.uncommittedSize}`);
  }
  return parts.join(" ");
}

/** The election timer: ticks since it was restarted, and the timeout that was drawn. */
export function timersText({ id, electionElapsed, timeout }: Node): string {
  return `${id} elapsed=${electionElapsed} timeout=${O.isSome(timeout) ? timeout.value : "undrawn"}`;
}

/** The log; what is committed stands before the bar. */
export function logText({ id, log, commit }: Node): string {
  const entries = log.slice(log.first, log.last.index);
  const committed = entries.filter(({ index }) => index <= commit).map(entryText).join(", ");
  const others = entries.filter(({ index }) => index > commit).map(entryText).join(", ");
  const head = log.snapshot.index === 0 ? `${id}` : `${id} (snapshot ${idText(log.snapshot)})`;
  return [`${head}:`, committed, "|", others].filter((part) => part !== "").join(" ");
}

/** What a leader knows of each member; nothing of any other node. */
export function progressLines(node: Node): readonly string[] {
  if (node.role !== "leader") return [`${node.id} is not a leader`];
  return node.own.progress.map((progress, i) => `${node.configuration.members[i]} ${progressText(progress)}`);
}

function progressText(progress: Progress): string {
  const { state, match, next, recentActive } = progress;
  const parts = [`${state} match=${match} next=${next}`];
  switch (progress.state) {
    case "probe":
      if (progress.paused) parts.push("paused");
      break;
    case "replicate": {
      const inflights = listInflights(progress.inflights).map(([index, bytes]) => `${index}(${bytes} bytes)`);
      if (inflights.length > 0) parts.push(`inflight=${inflights.join(",")}`);
      if (progress.paused) parts.push("paused");
      break;
    }
    case "snapshot":
      parts.push(`pending_snapshot=${progress.pendingSnapshot}`);
      break;
  }
  if (!recentActive) parts.push("inactive");
  return parts.join(" ");
}

function optionText(option: O.Option<number>): string {
  return O.isSome(option) ? `${option.value}` : "-";
}
