/**
 * What the host reports of its disk and its state machine.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Draft, draft, draftOwn } from "./draft.ts";
import { isWhole } from "./entry.ts";
import { fault, type Handled, refuse, silently } from "./handled.ts";
import type { Log } from "./log.ts";
import type { Applied, Persisted } from "./message.ts";
import type { Node } from "./node.ts";
import { proposeAutoLeave } from "./propose.ts";

/** A `Persist` is durable, and so is every earlier one. */
export function stepPersisted(node: Node, message: Persisted): Handled {
  const { term, last, snapshot } = message;
  if (!isWhole(last.index)) return refuse(node, { type: "NotAWholeNumber" });
  if (term > node.term) return fault(node, { type: "PersistedFromTheFuture", term });
  // In an older term the entries may have been replaced since by others that are not durable, even by ones with the same
  // index and term as those that were written (the ABA problem). A snapshot holds whatever the term.
  const stored = term === node.term && last.index > node.stable && node.log.matches(last.index, last.term);
  if (!stored && O.isNone(snapshot)) return silently(node);
  const after = draft(node);
  if (stored) after.stable = last.index;
  if (O.isNone(snapshot)) return silently(after);
  if (!isWhole(snapshot.value)) return refuse(node, { type: "NotAWholeNumber" });
  if (snapshot.value > node.commit) return outOfRange(node, snapshot.value);
  if (O.isSome(node.pendingSnapshot) && node.pendingSnapshot.value.index === snapshot.value) {
    after.pendingSnapshot = O.none;
  }
  return applyTo(after, snapshot.value);
}

/** The state machine has applied everything up to an index. */
export function stepApplied(node: Node, message: Applied): Handled {
  const { index } = message;
  if (!isWhole(index)) return refuse(node, { type: "NotAWholeNumber" });
  if (index > node.commit) return outOfRange(node, index);
  const after = draft(node);
  if (after.role === "leader" && after.own.uncommittedSize > 0) {
    // An estimate: what earlier leaders left uncommitted was never counted, but is taken off here.
    const own = draftOwn(after.own);
    own.uncommittedSize = Math.max(own.uncommittedSize - payloadBetween(node.log, node.applied, index), 0);
    after.own = own;
  }
  return applyTo(after, index);
}

function applyTo(after: Draft<Node>, index: number): Handled {
  after.applied = Math.max(after.applied, index);
  return after.role === "leader" ? proposeAutoLeave(after) : silently(after);
}

function payloadBetween(log: Log, from: number, to: number): number {
  let bytes = 0;
  for (let index = Math.max(from, log.snapshot.index) + 1; index <= to; index++) bytes += log.at(index).data.length;
  return bytes;
}

function outOfRange(node: Node, index: number): Handled {
  return fault(node, { type: "AppliedOutOfRange", index, applied: node.applied, commit: node.commit });
}
