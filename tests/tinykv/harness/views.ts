/**
 * What the tests look at.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type {
  Entry,
  Leader,
  NodeId,
  Outbox,
  PeerMessage,
  Progress,
  RejectReason,
  RoleName,
} from "../../../core/mod.ts";
import type { Member } from "./member.ts";

/** All entries that `member` holds. */
export function logOf({ node: { log } }: Member): readonly Entry[] {
  return log.slice(log.first, log.last.index);
}

/** The messages of `outbox` to whomever, also to the node itself; what waits for the disk included. */
export function messagesIn(outbox: Outbox): readonly PeerMessage[] {
  const messages: PeerMessage[] = [];
  for (const effect of outbox) {
    if (effect.type === "Send") messages.push(effect.message);
    if (effect.type !== "Persist") continue;
    for (const then of effect.then) if (then.type !== "Persisted") messages.push(then);
  }
  return messages;
}

/** Why requests of the host were turned down in `outbox`. */
export function rejectionsIn(outbox: Outbox): readonly RejectReason[] {
  return outbox.flatMap((effect) => effect.type === "Rejected" ? [effect.reason] : []);
}

/** `member` as the leader that it must be. */
export function leading({ node }: Member): Leader {
  if (node.role !== "leader") throw new Error(`Node ${node.id} is not leader but ${node.role}.`);
  return node;
}

/** What the leader `member` knows of the peer `id`. */
export function progressOf(member: Member, id: NodeId): Progress {
  const leader = leading(member);
  const position = leader.configuration.members.indexOf(id);
  if (position < 0) throw new Error(`Node ${id} is not a member.`);
  return leader.own.progress[position];
}

/** Asserts that `member` has this role in this term. */
export function assertRole(member: Member, role: RoleName, term: number): void {
  assertEquals([member.node.role, member.node.term], [role, term], `role and term of node ${member.id}`);
}

/** Asserts whom `member` follows: `lead` 0 is nobody. */
export function assertLead(member: Member, lead: NodeId): void {
  assertEquals(member.node.lead, lead === 0 ? O.none : O.some(lead), `the leader that node ${member.id} knows`);
}

/** What must be equal for TinyKV to call two logs the same. */
export interface LogState {
  readonly commit: number;
  readonly applied: number;
  readonly entries: readonly Entry[];
}

/** The log of `member` with its two marks. */
export function logState(member: Member): LogState {
  const { commit, applied } = member.node;
  return { commit, applied, entries: logOf(member) };
}
