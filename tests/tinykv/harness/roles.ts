/**
 * How a test gets a node into a role.
 *
 * `become…` goes there by messages. `as…` builds the value, for the tables that put a node into a role that it could not
 * have reached with that log, vote and term.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import {
  type Candidate,
  type Common,
  type Follower,
  type Leader,
  type Node,
  type NodeId,
  ownProgress,
  type Progress,
  unknownProgress,
} from "../../../core/mod.ts";
import type { Member } from "./member.ts";
import { ack, heartbeat, heartbeatResponse, isAppend, voteResponse } from "./messages.ts";
import { assertLead, assertRole } from "./views.ts";

/** More rounds of acknowledgements than any test needs. */
const MANY_ROUNDS = 100;

/** Makes `member` a follower of `lead`, or of nobody if that is 0, in `term`. */
export function becomeFollower(member: Member, term: number, lead: NodeId): void {
  const to = member.id;
  // Any message brings the term; only one of a leader brings a leader.
  if (lead === 0) member.step(heartbeatResponse({ from: to === 1 ? 2 : 1, to, term }));
  else member.step(heartbeat({ from: lead, to, term }));
  member.readOutbox();
  assertRole(member, "follower", term);
  assertLead(member, lead);
}

/** Makes `member` a candidate of the next term that has its own vote and no other. */
export function becomeCandidate(member: Member): void {
  const { term } = member.node;
  member.step({ type: "Campaign" });
  member.readOutbox();
  assertRole(member, "candidate", term + 1);
}

/** Makes `member` leader of the next term. Its first `Append`s, with the no-op, are left in the outbox. */
export function becomeLeader(member: Member): void {
  const { term: before, configuration: { members } } = member.node;
  const to = member.id;
  const term = before + 1;
  member.step({ type: "Campaign" });
  if (members.length > 1) member.readOutbox();
  for (const from of members) {
    if (member.node.role === "candidate" && from !== to) member.step(voteResponse({ from, to, term }, true));
  }
  assertRole(member, "leader", term);
}

/** Acknowledges the no-op of the new leader `member` in the name of everybody, and applies it. */
export function commitNoop(member: Member): void {
  const { configuration: { members }, term } = member.node;
  const messages = member.readOutbox();
  assertEquals(messages.map(({ to }) => to), members.filter((id) => id !== member.id), "the no-op goes to everybody");
  for (const message of messages) {
    if (!isAppend(message)) throw new Error(`The leader sends ${message.type} before its no-op is committed.`);
    assertEquals(message.entries.map((entry) => [entry.term, entry.type, entry.data.length]), [[term, "normal", 0]]);
    member.step(ack(message));
  }
  member.readOutbox();
  const { index } = member.node.log.last;
  assertEquals(member.node.commit, index, "the no-op is committed");
  member.nextEntries();
}

/** Acknowledges every `Append` of the leader `member`, and those that come of it, until there are none. */
export function ackAll(member: Member): void {
  for (let round = 0; member.hasOutbox; round++) {
    if (round === MANY_ROUNDS) throw new Error(`Leader ${member.id} does not come to rest.`);
    for (const message of member.readOutbox()) if (isAppend(message)) member.step(ack(message));
  }
}

/** `node` as a follower of `lead`, or of nobody if that is 0. */
export function asFollower(node: Node, lead: NodeId): Follower {
  return { ...common(node), role: "follower", own: null, lead: lead === 0 ? O.none : O.some(lead) };
}

/** `node` as a candidate to whom nobody has answered. */
export function asCandidate(node: Node): Candidate {
  return { ...common(node), role: "candidate", lead: O.none, own: [] };
}

/** `node` as a leader that has not even written a no-op. */
export function asLeader(node: Node): Leader {
  const last = node.log.last.index;
  return {
    ...common(node),
    role: "leader",
    lead: O.some(node.id),
    own: {
      heartbeatElapsed: 0,
      transfer: O.none,
      pendingConfIndex: last,
      uncommittedSize: 0,
      reads: { confirmed: 0, pending: [], acks: [] },
      progress: node.configuration.members.map((id): Progress =>
        id === node.id ? ownProgress(last) : unknownProgress(last + 1)
      ),
    },
  };
}

function common(node: Node): Common {
  const { id, options, configuration, snapshot, term, vote, lead, log, stable, pendingSnapshot, commit } = node;
  const { applied, electionElapsed, timeout, heldReads } = node;
  return {
    id,
    options,
    configuration,
    snapshot,
    term,
    vote,
    lead,
    log,
    stable,
    pendingSnapshot,
    commit,
    applied,
    electionElapsed,
    timeout,
    heldReads,
  };
}
