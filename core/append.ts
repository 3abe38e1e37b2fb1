/**
 * Receiving entries (§5.3, AppendEntries), the follower's side.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type Draft, draftAs } from "./draft.ts";
import { type Entry, type EntryId, idOrNone, isWhole, type NodeId } from "./entry.ts";
import { acknowledging, type Handled, refuse } from "./handled.ts";
import type { Append, AppendResponse } from "./message.ts";
import type { Follower, Node } from "./node.ts";

/** Writes the entries of `message` if the log matches at the position before them; answers in any case. */
export function stepAppend(follower: Follower, message: Append): Handled {
  const { from, prev, entries } = message;
  const { log, commit } = follower;
  if (!isWhole(prev.index) || !isWhole(message.commit)) return refuse(follower, { type: "NotAWholeNumber" });
  const after = heard(follower, from);
  // Whatever is committed here the leader has too, so there is nothing to compare.
  if (prev.index < commit) return acknowledging(after, accepted(follower, from, commit));
  if (!log.matches(prev.index, prev.term)) return acknowledging(after, mismatched(follower, from, prev));
  const held = log.agreement(entries);
  const last = prev.index + entries.length;
  if (held < entries.length) {
    // "If an existing entry conflicts with a new one, delete the existing entry and all that follow it" (Figure 2). Only
    // then: a message that was overtaken by a later one must not cut off what the later one has brought.
    const fresh = freshEntries(message, entries[held].index);
    if (O.isNone(fresh)) return refuse(follower, { type: "EntriesOutOfOrder" });
    if (fresh.value.length > 0) {
      const first = fresh.value[0].index;
      if (first <= commit) return refuse(follower, { type: "ConflictWithCommitted", index: first });
      if (first > log.lastIndex + 1) return refuse(follower, { type: "EntriesOutOfOrder" });
      after.log = log.append(fresh.value);
      after.stable = Math.min(follower.stable, first - 1);
    }
  }
  // Nothing is known of what this log may hold behind `last`, so neither the commit index nor the answer goes beyond.
  after.commit = Math.max(commit, Math.min(message.commit, last));
  if (after.commit > after.log.lastIndex) {
    return refuse(follower, { type: "CommitBeyondLog", commit: after.commit, last: after.log.lastIndex });
  }
  return acknowledging(after, accepted(follower, from, last));
}

/** The acknowledgement of everything up to `index`. */
export function accepted(node: Node, to: NodeId, index: number): AppendResponse {
  return { type: "AppendResponse", from: node.id, to, term: node.term, index, hint: O.none };
}

/** A copy of `follower` that has just heard from its leader: the election timer begins anew (§5.2). */
export function heard(follower: Follower, leader: NodeId): Draft<Follower> {
  const after = draftAs("follower", follower, null);
  after.electionElapsed = 0;
  if (O.isNone(follower.lead) || follower.lead.value !== leader) after.lead = idOrNone(leader);
  return after;
}

// With a guess where the logs agree: the leader's log has terms of at most `prev.term` before `prev`, so that everything
// here with a higher term can be left out (end of §5.3).
function mismatched(follower: Follower, to: NodeId, prev: EntryId): AppendResponse {
  const { id: from, term, log } = follower;
  const hint: Option<EntryId> = O.some(log.lastWithTermUpTo(prev.term, Math.min(prev.index, log.lastIndex)));
  return { type: "AppendResponse", from, to, term, index: prev.index, hint };
}

// The entries from `index` on, counted from the position before the first. A correct sender's follow each other from there;
// of others, those that do are written, as etcd does it.
function freshEntries({ prev, entries }: Append, index: number): Option<readonly Entry[]> {
  const skipped = index - prev.index - 1;
  if (!isWhole(skipped) || skipped > entries.length) return O.none;
  for (let i = skipped + 1; i < entries.length; i++) if (entries[i].index !== entries[i - 1].index + 1) return O.none;
  return O.some(skipped === 0 ? entries : entries.slice(skipped));
}
