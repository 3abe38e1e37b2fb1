/**
 * Compares a node with the state that was recorded, member by member. Only what the node's role does not have is left out:
 * taking up the role resets it.
 *
 * Two shortcuts make this fast, and neither can miss a difference: the node before equals the state recorded before, so a
 * member that is still the same object and that the recording does not name has not changed on either side.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import {
  isLearner,
  type Leader,
  listInflights,
  type Node,
  type Options,
  type PendingRead,
  type Progress,
  type ReadAck,
  type ReadRequest,
  type Snapshot,
  type Votes,
} from "../../core/mod.ts";
import { equalBytes } from "../kv/bytes.ts";
import type { Differences } from "./difference.ts";
import {
  describeEntry,
  fromConfiguration,
  fromSnapshot,
  idOf,
  isSnapshot,
  sameConfiguration,
  sameEntry,
} from "./entries.ts";
import { type Expected, lastIndex } from "./expected.ts";
import { withoutForeign } from "./foreign.ts";
import type { RecordedMessage, RecordedSnapshot } from "./recorded_message.ts";
import type { RecordedDelta, RecordedLogDelta, RecordedOptions, RecordedProgress } from "./recorded_state.ts";
import type { RunMemory } from "./run_memory.ts";
import { strangeProgress } from "./to_node.ts";

/** A node after a step, and what it is compared with. */
export interface Outcome {
  /** The node before the step, which equals the state recorded before; none where there was no step. */
  readonly before: Node | undefined;
  readonly after: Node;
  /** The state recorded after. */
  readonly expected: Expected;
  /** What was recorded to have changed. */
  readonly set: RecordedDelta;
  /** The election timeouts that were drawn, if any. */
  readonly drew: readonly number[];
  readonly memory: RunMemory;
}

/** Notes in `found` where the node after is not as recorded. */
export function compareNode(outcome: Outcome, found: Differences): void {
  const { before, after, expected, set, memory } = outcome;
  if (after.id !== expected.id) found.add("id", expected.id, after.id);
  if (after.term !== expected.term) found.add("term", expected.term, after.term);
  if (after.role !== expected.role) found.add("role", expected.role, after.role);
  if (after.commit !== expected.commit) found.add("commit", expected.commit, after.commit);
  if (after.applied !== expected.applied) found.add("applied", expected.applied, after.applied);
  if (after.electionElapsed !== expected.electionElapsed) {
    found.add("electionElapsed", expected.electionElapsed, after.electionElapsed);
  }
  const { vote, lead } = after;
  if (idOf(vote) !== expected.vote) found.add("vote", expected.vote, idOf(vote));
  if (idOf(lead) !== expected.lead) found.add("lead", expected.lead, idOf(lead));
  if (before === undefined || after.options !== before.options || set.options !== undefined) {
    compareOptions(after.options, expected.options, found);
  }
  if (before === undefined || after.snapshot !== before.snapshot || set.snapshot !== undefined) {
    compareSnapshot("snapshot", after.snapshot, expected.snapshot, memory, found);
  }
  compareTimeout(outcome, found);
  compareLog(outcome, found);
  compareConfiguration(outcome, found);
  if (before === undefined || after.heldReads !== before.heldReads || set.pendingReadIndex !== undefined) {
    compareRequests("pendingReadIndex", after.heldReads, expected.pendingReadIndex, memory, found);
  }
  if (after.role !== expected.role) return;
  switch (after.role) {
    case "follower":
      return;
    case "preCandidate":
    case "candidate":
      return compareVotes(after.own, expected.votes, found);
    case "leader":
      return compareLeader(after, outcome, found);
  }
}

/** Where the library has drawn a timeout, ours is not drawn yet; anywhere else the two are equal. */
function compareTimeout({ after, expected, drew }: Outcome, found: Differences): void {
  const { timeout } = after;
  if (drew.length === 0) {
    const got = O.isSome(timeout) ? timeout.value : "none: to be drawn";
    if (got !== expected.timeout) found.add("timeout", expected.timeout, got);
    return;
  }
  if (O.isSome(timeout)) found.add("drew", drew, `nothing: the timeout is still ${timeout.value}`);
  if (drew[drew.length - 1] !== expected.timeout) {
    found.add("timeout", expected.timeout, `${drew[drew.length - 1]}, the last one that was drawn`);
  }
  const { electionTick } = expected.options;
  for (let i = 0; i < drew.length; i++) {
    if (drew[i] < electionTick || drew[i] >= 2 * electionTick) {
      found.add("drew", drew, `numbers from ${electionTick} to ${2 * electionTick - 1}`);
    }
  }
}

function compareOptions(options: Options, expected: RecordedOptions, found: Differences): void {
  const { maxSizePerMsg, maxInflightBytes, maxUncommittedSize } = expected;
  const wanted: Options = {
    ...expected,
    maxSizePerMsg: maxSizePerMsg ?? Infinity,
    maxInflightBytes: maxInflightBytes ?? Infinity,
    maxUncommittedSize: maxUncommittedSize ?? Infinity,
  };
  for (const [name, value] of Object.entries(wanted)) {
    found.same(`options.${name}`, value, new Map<string, unknown>(Object.entries(options)).get(name));
  }
}

function compareSnapshot(
  field: string,
  snapshot: Option<Snapshot>,
  expected: RecordedSnapshot | null,
  memory: RunMemory,
  found: Differences,
): void {
  if (O.isNone(snapshot)) {
    if (expected !== null) found.add(field, expected, null);
  } else if (expected === null || !isSnapshot(snapshot.value, expected, memory)) {
    found.add(field, expected, fromSnapshot(snapshot.value));
  }
}

function compareLog({ before, after, expected, set, memory }: Outcome, found: Differences): void {
  const { log, stable, pendingSnapshot } = after;
  if (stable !== expected.log.stable) found.add("log.stable", expected.log.stable, stable);
  const named = set.log ?? NOTHING;
  if (before === undefined || pendingSnapshot !== before.pendingSnapshot || named.pendingSnapshot !== undefined) {
    compareSnapshot("log.pendingSnapshot", pendingSnapshot, expected.log.pendingSnapshot, memory, found);
  }
  if (before !== undefined && log === before.log && named.from === undefined && named.snapshot === undefined) return;
  const { snapshot, entries } = expected.log;
  if (log.snapshot.index !== snapshot.index || log.snapshot.term !== snapshot.term) {
    return found.add("log.snapshot", snapshot, log.snapshot);
  }
  const last = lastIndex(expected.log);
  if (log.last.index !== last) return found.add("log: last index", last, log.last.index);
  const lastTerm = entries.length === 0 ? snapshot.term : entries[entries.length - 1].term;
  if (log.last.term !== lastTerm) found.add("log: last term", lastTerm, log.last.term);
  for (let i = 0; i < entries.length; i++) {
    const ours = log.at(snapshot.index + 1 + i);
    if (ours === entries[i]) continue;
    if (ours === undefined || !sameEntry(ours, entries[i])) {
      found.add(
        `log.entries: index ${snapshot.index + 1 + i}`,
        describeEntry(entries[i]),
        ours === undefined ? "nothing" : describeEntry(ours),
      );
      return;
    }
    entries[i] = ours; // so that the next comparison sees the same object
  }
}

const NOTHING: RecordedLogDelta = {};

function compareConfiguration({ before, after, expected, set }: Outcome, found: Differences): void {
  const { configuration, id } = after;
  const changed = before === undefined || configuration !== before.configuration || set.config !== undefined;
  if (changed && !sameConfiguration(configuration, expected.config)) {
    found.add("config", expected.config, fromConfiguration(configuration));
  }
  if (changed || set.isLearner !== undefined) found.same("isLearner", expected.isLearner, isLearner(configuration, id));
  if (!changed && set.progress === undefined) return;
  const strange = strangeProgress(expected.progress, configuration);
  if (strange !== undefined) found.add("progress", `the recording has ${strange}`, configuration.members);
}

function compareVotes(votes: Votes, expected: Expected["votes"], found: Differences): void {
  let count = 0;
  for (const id in expected) {
    count++;
    const from = Number(id);
    const vote = votes.find((one) => one.from === from);
    if (vote === undefined || vote.granted !== expected[id]) found.add(`votes.${id}`, expected[id], vote?.granted);
  }
  if (votes.length !== count) found.add("votes", expected, votes);
}

function compareLeader(leader: Leader, outcome: Outcome, found: Differences): void {
  const { before, expected, set, memory } = outcome;
  const { heartbeatElapsed, transfer, pendingConfIndex, uncommittedSize, reads } = leader.own;
  if (heartbeatElapsed !== expected.heartbeatElapsed) {
    found.add("heartbeatElapsed", expected.heartbeatElapsed, heartbeatElapsed);
  }
  const transferee = O.isSome(transfer) ? transfer.value.transferee : 0;
  if (transferee !== expected.leadTransferee) found.add("leadTransferee", expected.leadTransferee, transferee);
  if (pendingConfIndex !== expected.pendingConfIndex) {
    found.add("pendingConfIndex", expected.pendingConfIndex, pendingConfIndex);
  }
  if (uncommittedSize !== expected.uncommittedSize) {
    found.add("uncommittedSize", expected.uncommittedSize, uncommittedSize);
  }
  const led = before !== undefined && before.role === "leader" ? before : undefined;
  if (led === undefined || reads !== led.own.reads || set.readOnly !== undefined) {
    found.same("readOnly.confirmed", expected.readOnly.confirmed, reads.confirmed);
    comparePending(reads.pending, expected.readOnly.pending, memory, found);
    compareAcks(reads.acks, expected.readOnly.acks, found);
  }
  compareProgress(leader, led, outcome, found);
}

function comparePending(
  pending: readonly PendingRead[],
  expected: Expected["readOnly"]["pending"],
  memory: RunMemory,
  found: Differences,
): void {
  for (let i = 0; i < pending.length && i < expected.length; i++) {
    found.same(`readOnly.pending[${i}].index`, expected[i].index, pending[i].index);
  }
  const requests = expected.map(({ request }) => request);
  compareRequests("readOnly.pending", pending.map(({ request }) => request), requests, memory, found);
}

function compareRequests(
  field: string,
  requests: readonly ReadRequest[],
  expected: readonly RecordedMessage[],
  memory: RunMemory,
  found: Differences,
): void {
  if (requests.length !== expected.length) found.add(`${field}: length`, expected.length, requests.length);
  for (let i = 0; i < requests.length && i < expected.length; i++) {
    if (isRequest(requests[i], expected[i], memory)) continue;
    const echo = isRequest(requests[i], withoutForeign(expected[i]), memory);
    found.add(`${field}[${i}]`, expected[i], requests[i], echo);
  }
}

function isRequest(request: ReadRequest, recorded: RecordedMessage, memory: RunMemory): boolean {
  const { type, from = 0, to = 0, term = 0, entries = [], ...others } = recorded;
  if (type !== "MsgReadIndex" || entries.length !== 1 || Object.keys(others).length > 0) return false;
  const { data, ...rest } = entries[0];
  if (Object.keys(rest).length > 0 || !equalBytes(request.context, memory.bytes(data))) return false;
  if (request.type === "ForwardedReadIndex") {
    return request.from === from && request.to === to && request.term === term;
  }
  return from === 0 && to === 0 && term === 0 && memory.contextOf(request.ticket) === (data ?? "");
}

function compareAcks(acks: readonly ReadAck[], expected: Expected["readOnly"]["acks"], found: Differences): void {
  let count = 0;
  for (const id in expected) {
    count++;
    const from = Number(id);
    const ack = acks.find((one) => one.from === from);
    if (ack === undefined || ack.position !== expected[id]) {
      found.add(`readOnly.acks.${id}`, expected[id], ack?.position);
    }
  }
  if (acks.length !== count) found.add("readOnly.acks", expected, acks);
}

function compareProgress(
  leader: Leader,
  led: Leader | undefined,
  { expected, set }: Outcome,
  found: Differences,
): void {
  const { configuration, own: { progress } } = leader;
  const { members } = configuration;
  const same = led !== undefined && led.configuration === configuration;
  if (same && led.own.progress === progress && set.progress === undefined) return;
  if (progress.length !== members.length) found.add("progress: length", members.length, progress.length);
  for (let i = 0; i < members.length; i++) {
    const id = members[i];
    if (same && led.own.progress[i] === progress[i] && (set.progress === undefined || !(id in set.progress))) continue;
    const peer = expected.progress[id];
    if (peer === undefined || progress[i] === undefined || !isProgress(progress[i], peer)) {
      found.add(`progress.${id}`, peer, progress[i] === undefined ? undefined : fromProgress(progress[i]));
    }
  }
}

function isProgress(progress: Progress, recorded: RecordedProgress): boolean {
  const { match, next, sentCommit, recentActive, state } = progress;
  if (
    state !== recorded.state || match !== recorded.match || next !== recorded.next ||
    sentCommit !== recorded.sentCommit || recentActive !== recorded.recentActive
  ) return false;
  switch (progress.state) {
    case "probe":
      return progress.paused === recorded.msgAppFlowPaused && recorded.pendingSnapshot === 0 &&
        recorded.inflights.length === 0;
    case "replicate":
      return progress.paused === recorded.msgAppFlowPaused && recorded.pendingSnapshot === 0 &&
        hasInflights(progress, recorded.inflights);
    case "snapshot":
      return progress.pendingSnapshot === recorded.pendingSnapshot && !recorded.msgAppFlowPaused &&
        recorded.inflights.length === 0;
  }
}

function hasInflights(
  { inflights }: Progress & { readonly state: "replicate" },
  recorded: RecordedProgress["inflights"],
) {
  if (inflights.count !== recorded.length) return false;
  const list = listInflights(inflights);
  if (list.length !== recorded.length) return false;
  let bytes = 0;
  for (let i = 0; i < list.length; i++) {
    if (recorded[i].length !== 2 || list[i][0] !== recorded[i][0] || list[i][1] !== recorded[i][1]) return false;
    bytes += list[i][1];
  }
  return bytes === inflights.bytes;
}

/** A progress for people to read: as it would be recorded, but for `isLearner`. */
function fromProgress(progress: Progress): unknown {
  const { state, match, next, sentCommit, recentActive } = progress;
  return {
    match,
    next,
    state,
    sentCommit,
    pendingSnapshot: progress.state === "snapshot" ? progress.pendingSnapshot : 0,
    recentActive,
    msgAppFlowPaused: progress.state === "snapshot" ? false : progress.paused,
    inflights: progress.state === "replicate" ? listInflights(progress.inflights) : [],
  };
}
