/**
 * What follows from a step by itself: what the host has to write, to apply and to know is seen by comparing the node
 * before with the node after. No handler emits what two states can tell.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Draft } from "./draft.ts";
import { NO_ENTRIES, sameId } from "./entry.ts";
import { type Handled, persisting } from "./handled.ts";
import type { Message } from "./message.ts";
import type { Node } from "./node.ts";
import type { Effect, HardState, Outbox, Persist } from "./outbox.ts";
import { roleChanged } from "./role_changed.ts";

/** Completes the step from `before`: what is to be written, what was said, what is to be applied, what has turned. */
export function conclude(before: Node, message: Message, handled: Handled): void {
  const after = handled[0];
  if (after === before) return;
  const effects = handled[1];
  const head = effects.length === 0 ? null : effects[0];
  if (head !== null && (head.type === "Refused" || head.type === "Fault")) {
    handled[0] = before; // an objection is all that its handler says, and it changes nothing
    return;
  }
  persist(before, after, head, handled);
  const released = before.commit !== after.commit || before.stable !== after.stable;
  if (released || before.pendingSnapshot !== after.pendingSnapshot) apply(before, after, handled);
  if (before.role !== after.role || before.term !== after.term || before.lead !== after.lead) {
    turn(before, message, after, handled);
  }
}

/** What has to be written before anything that vouches for it may leave. */
function persist(before: Node, after: Node, head: Effect | null, handled: Handled): void {
  const voted = after.term !== before.term || (after.vote !== before.vote && !sameId(after.vote, before.vote));
  const moved = voted || after.commit !== before.commit;
  const entries = after.log === before.log ? NO_ENTRIES : after.log.written;
  const received = after.pendingSnapshot !== before.pendingSnapshot && O.isSome(after.pendingSnapshot);
  if (!moved && entries.length === 0 && !received) return;
  const persist: Draft<Persist> = head !== null && head.type === "Persist" ? head : beginPersist(handled);
  if (moved) persist.hardState = hardState(after);
  persist.entries = entries;
  if (received) persist.snapshot = after.pendingSnapshot;
  persist.sync = voted || entries.length > 0 || received;
}

function beginPersist(handled: Handled): Draft<Persist> {
  const [after, effects] = handled;
  const persist = persisting(after, null);
  handled[1] = effects.length === 0 ? [persist] : [persist, ...effects];
  return persist;
}

function hardState({ term, vote, commit }: Node): O.Option<HardState> {
  return O.some({ term, vote, commit });
}

/** Up to where the host was given what is committed: entries that are durable, or a snapshot in their place. */
function handedOut({ pendingSnapshot, commit, stable }: Node): number {
  return O.isSome(pendingSnapshot) ? pendingSnapshot.value.index : Math.min(commit, stable);
}

/** Nothing is applied while a snapshot is being written; then it comes first. */
function apply(before: Node, after: Node, handled: Handled): void {
  if (O.isSome(after.pendingSnapshot)) return;
  const restored = before.pendingSnapshot;
  if (O.isSome(restored)) {
    handled[1] = followedBy(handled[1], { type: "RestoreSnapshot", snapshot: restored.value });
  }
  const from = handedOut(before) + 1;
  const to = handedOut(after);
  if (from > to) return;
  const entries = after.log.slice(from, to);
  handled[1] = followedBy(handled[1], { type: "Apply", entries });
}

function followedBy(effects: Outbox, effect: Effect): Outbox {
  switch (effects.length) {
    case 0:
      return [effect];
    case 1:
      return [effects[0], effect];
    case 2:
      return [effects[0], effects[1], effect];
    case 3:
      return [effects[0], effects[1], effects[2], effect];
    default:
      return [...effects, effect];
  }
}

/**
 * Tells of a changed role, term or leader. A leader that steps down drops the reads that waited for a quorum: nobody else can
 * answer them.
 */
function turn(before: Node, message: Message, after: Node, handled: Handled): void {
  const changed = roleChanged(before, message, after);
  if (O.isNone(changed)) return;
  if (before.role === "leader" && after.role !== "leader") {
    for (const { request } of before.own.reads.pending) {
      if (request.type !== "ReadIndex") continue;
      const ticket = O.some(request.ticket);
      handled[1] = followedBy(handled[1], { type: "Rejected", ticket, reason: "SteppedDown" });
    }
  }
  handled[1] = followedBy(handled[1], changed.value);
}
