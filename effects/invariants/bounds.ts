/**
 * What a node may hold at most: every queue has an end.
 *
 * @module
 */
import type { Inflights } from "../../core/inflights.ts";
import type { Common, Leader, Node } from "../../core/node.ts";
import type { Status } from "../node/raft_node.ts";
import { type Check, type Stepped, violated } from "./check.ts";

/** How much is too much. What is not given is not limited. */
export interface Bounds {
  /** Entries in the log, behind its snapshot. */
  readonly logLength?: number;
  /** Entries that are committed and not yet applied. */
  readonly unapplied?: number;
  /** Entries that are not committed. */
  readonly uncommitted?: number;
  /** Reads that wait in a node. */
  readonly reads?: number;
  /** Requests that wait for their answer in the shell of a node. */
  readonly waiting?: number;
}

const NAME = "Every queue has an end";

/** Windows and backlogs stay as small as the options of each node say, and within `bounds`. */
export function queuesEnd(bounds: Bounds = {}): Check {
  const { logLength = Infinity, unapplied = Infinity, uncommitted = Infinity, reads = Infinity } = bounds;
  return {
    name: NAME,
    started: (_host, node) => judge(node),
    stepped(step) {
      const { before, after, message } = step;
      if (message.type === "Compact") judgeCompaction(step, message.index);
      if (after === before) return;
      if (after.log !== before.log || after.commit !== before.commit) judge(after);
      if (after.heldReads !== before.heldReads) judgeReads(after);
      if (after.role === "leader" && after.own !== before.own) judgeLeader(after, step);
    },
  };

  function judge(node: Node): void {
    const { log, commit, applied } = node;
    limit(node, "entries in its log", log.length, logLength);
    limit(node, "committed entries to apply", toApply(commit, applied, log.snapshot.index), unapplied);
    limit(node, "entries that are not committed", log.last.index - commit, uncommitted);
  }

  function judgeCompaction({ host, after: { log }, outbox }: Stepped, index: number): void {
    if (log.snapshot.index >= index || outbox.some(({ type }) => type === "Fault")) return;
    violated(NAME, `${host.id} was told to forget its log up to ${index} and has it from ${log.first} on`);
  }

  function judgeReads(node: Node): void {
    const pending = node.role === "leader" ? node.own.reads.pending.length : 0;
    limit(node, "reads", node.heldReads.length + pending, reads);
  }

  function judgeLeader(leader: Leader, { before }: Stepped): void {
    const { own, options } = leader;
    const old = before.role === "leader" ? before.own : null;
    if (old === null || own.reads !== old.reads) judgeReads(leader);
    // One proposal may go beyond the limit, and no other may follow it.
    if (old !== null && old.uncommittedSize > 0 && own.uncommittedSize > old.uncommittedSize) {
      limit(leader, "bytes of proposals", own.uncommittedSize, options.maxUncommittedSize);
    }
    if (old !== null && own.progress === old.progress) return;
    for (const progress of own.progress) {
      if (progress.state === "replicate") judgeWindow(leader, progress.inflights);
    }
  }
}

/** What the shell of a node says of itself is within `bounds`. */
export function judgeStatus(status: Status, bounds: Bounds): void {
  limit(status, "requests that wait", status.waiting, bounds.waiting ?? Infinity);
  limit(status, "entries in its log", status.last - status.first + 1, bounds.logLength ?? Infinity);
  const { applied, commit, first } = status;
  limit(status, "committed entries to apply", toApply(commit, applied, first - 1), bounds.unapplied ?? Infinity);
}

// What a snapshot stands for is not applied entry by entry, and none of it is held.
function toApply(commit: number, applied: number, snapshot: number): number {
  return commit - Math.max(applied, snapshot);
}

function judgeWindow(leader: Leader, { count, bytes, front, back }: Inflights): void {
  const { maxInflightMsgs, maxInflightBytes } = leader.options;
  limit(leader, "messages under way to a peer", count, maxInflightMsgs);
  // The last message may go beyond the limit. Where it is not at hand, the window was judged when it was added.
  const last = back ?? (count === 1 ? front : null);
  if (last !== null && count > 1 && bytes - last.bytes >= maxInflightBytes) {
    violated(NAME, `${leader.id} has sent more to a peer that already had ${bytes - last.bytes} bytes under way`);
  }
}

function limit({ id }: Pick<Common, "id">, what: string, amount: number, most: number): void {
  if (amount > most) violated(NAME, `${id} holds ${amount} ${what}, and at most ${most} are allowed`);
}
