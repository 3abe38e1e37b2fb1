/**
 * Entries, changes and configurations as a transcript shows them: `3@1 foo` is the entry at index 3 of term 1.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import {
  type Bytes,
  type ConfChange,
  type ConfigurationIds,
  decodeConfChange,
  type Entry,
  type EntryId,
  leavesJoint,
  type Proposal,
  type Snapshot,
} from "../../../core/mod.ts";

const SHOWN = 12;

/** `3@1` for index 3 of term 1. */
export function idText({ index, term }: EntryId): string {
  return `${index}@${term}`;
}

/** Bytes that hold text; of a long one, its beginning and its size. */
export function dataText(data: Bytes): string {
  const text = new TextDecoder().decode(data);
  return data.length <= SHOWN ? text : `${text.slice(0, SHOWN / 2)}…(${data.length} bytes)`;
}

/** What an entry is for, without its place in the log. */
export function proposalText(proposal: Proposal): string {
  switch (proposal.type) {
    case "normal":
      return proposal.data.length === 0 ? "no-op" : dataText(proposal.data);
    case "empty":
      return "no-op for a refused change";
    case "confChange":
    case "confChangeV2": {
      const change = decodeConfChange(proposal);
      return E.isLeft(change) ? `change(${change.left})` : `change(${confChangeText(change.right)})`;
    }
  }
}

/** An entry with its place in the log. */
export function entryText(entry: Entry): string {
  return `${idText(entry)} ${proposalText(entry)}`;
}

/** Entries in brackets. */
export function entriesText(entries: readonly Entry[]): string {
  return `[${entries.map(entryText).join(", ")}]`;
}

/** A change as the command `conf` takes it. */
export function confChangeText(change: ConfChange): string {
  if (leavesJoint(change)) return "leave";
  const words = change.changes.filter(({ id }) => id !== 0).map(({ type, id }) => `${WORD_OF_CHANGE[type]} ${id}`);
  if (change.transition === "jointImplicit") words.push("implicit");
  if (change.transition === "jointExplicit") words.push("explicit");
  return words.length === 0 ? "nothing" : words.join(" ");
}

const WORD_OF_CHANGE = {
  addNode: "add",
  removeNode: "remove",
  updateNode: "update",
  addLearnerNode: "learner",
} as const;

/** Who is in the cluster; parts without anybody are left out. */
export function configurationText(ids: ConfigurationIds): string {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = ids;
  const parts = [`voters=${voters.join(",")}`];
  if (votersOutgoing.length > 0) parts.push(`outgoing=${votersOutgoing.join(",")}`);
  if (learners.length > 0) parts.push(`learners=${learners.join(",")}`);
  if (learnersNext.length > 0) parts.push(`learners_next=${learnersNext.join(",")}`);
  if (autoLeave) parts.push("auto_leave");
  return parts.join(" ");
}

/** A snapshot: its position, its configuration and the state that it holds. */
export function snapshotText(snapshot: Snapshot): string {
  const state = new TextDecoder().decode(snapshot.data);
  return `${idText(snapshot)} ${configurationText(snapshot.configuration)} state=[${state}]`;
}
