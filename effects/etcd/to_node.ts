/**
 * The node that a recorded state describes.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  addInflight,
  type Common,
  type Configuration,
  configuration,
  type Follower,
  type Inflights,
  type Leader,
  Log,
  NO_INFLIGHTS,
  type Node,
  type NodeId,
  type Options,
  type Progress,
  type ReadRequest,
  type Votes,
} from "../../core/mod.ts";
import { sameConfiguration, toSnapshot } from "./entries.ts";
import type { Expected, ExpectedLog } from "./expected.ts";
import { toMessage } from "./message.ts";
import type { RecordedMessage } from "./recorded_message.ts";
import type { RecordedOptions, RecordedProgress } from "./recorded_state.ts";
import type { RunMemory } from "./run_memory.ts";

/** The node in the state `expected`, or why there is none: such states can only be set by hand. */
export function toNode(expected: Expected, memory: RunMemory): Either<string, Node> {
  const { id, role, config, isLearner, progress, log } = expected;
  const members = configuration(config);
  if (!sameConfiguration(members, config)) return E.left("the lists of config are not in ascending order");
  if (isLearner !== config.learners.includes(id)) return E.left("isLearner does not follow from config");
  const strange = strangeProgress(progress, members);
  if (strange !== undefined) return E.left(strange);
  const gap = gapIn(log);
  if (gap !== undefined) return E.left(gap);
  const heldReads = toReadRequests(expected.pendingReadIndex, id, memory);
  if (E.isLeft(heldReads)) return heldReads;
  const common: Common = {
    id,
    options: toOptions(expected.options),
    configuration: members,
    snapshot: expected.snapshot === null ? O.none : O.some(toSnapshot(expected.snapshot, memory)),
    term: expected.term,
    vote: toId(expected.vote),
    lead: toId(expected.lead),
    log: Log.of(log.snapshot, log.entries),
    stable: log.stable,
    pendingSnapshot: log.pendingSnapshot === null ? O.none : O.some(toSnapshot(log.pendingSnapshot, memory)),
    commit: expected.commit,
    applied: expected.applied,
    electionElapsed: expected.electionElapsed,
    timeout: O.some(expected.timeout),
    heldReads: heldReads.right,
  };
  switch (role) {
    case "follower":
      return E.right(follower(common));
    case "preCandidate":
    case "candidate":
      return E.right({ ...common, role, own: toVotes(expected.votes) });
    case "leader":
      return toLeader(common, expected, memory);
  }
}

function follower(common: Common): Follower {
  return { ...common, role: "follower", own: null };
}

function toLeader(common: Common, expected: Expected, memory: RunMemory): Either<string, Leader> {
  const { heartbeatElapsed, leadTransferee, pendingConfIndex, uncommittedSize, readOnly } = expected;
  const requests = toReadRequests(readOnly.pending.map(({ request }) => request), common.id, memory);
  if (E.isLeft(requests)) return requests;
  const progress: Progress[] = [];
  for (const id of common.configuration.members) {
    const peer = toProgress(expected.progress[id]);
    if (E.isLeft(peer)) return E.left(`progress of ${id}: ${peer.left}`);
    progress.push(peer.right);
  }
  return E.right({
    ...common,
    role: "leader",
    own: {
      heartbeatElapsed,
      transfer: leadTransferee === 0 ? O.none : O.some({ transferee: leadTransferee, ticket: O.none }),
      pendingConfIndex,
      uncommittedSize,
      reads: {
        confirmed: readOnly.confirmed,
        pending: readOnly.pending.map(({ index }, i) => ({ index, request: requests.right[i] })),
        acks: Object.entries(readOnly.acks).map(([from, position]) => ({ from: Number(from), position })),
      },
      progress,
    },
  });
}

function toId(id: NodeId): O.Option<NodeId> {
  return id === 0 ? O.none : O.some(id);
}

function toVotes(votes: { readonly [id: string]: boolean }): Votes {
  return Object.entries(votes).map(([from, granted]) => ({ from: Number(from), granted }));
}

/** The settings of a node; `null` is no limit. */
export function toOptions(recorded: RecordedOptions): Options {
  return {
    ...recorded,
    maxSizePerMsg: recorded.maxSizePerMsg ?? Infinity,
    maxInflightBytes: recorded.maxInflightBytes ?? Infinity,
    maxUncommittedSize: recorded.maxUncommittedSize ?? Infinity,
  };
}

function toProgress(recorded: RecordedProgress): Either<string, Progress> {
  const { state, match, next, sentCommit, recentActive, msgAppFlowPaused: paused, pendingSnapshot } = recorded;
  if (state !== "replicate" && recorded.inflights.length > 0) return E.left(`a ${state} has no inflights`);
  if (state !== "snapshot" && pendingSnapshot !== 0) return E.left(`a ${state} has no pendingSnapshot`);
  switch (state) {
    case "probe":
      return E.right({ state, match, next, sentCommit, recentActive, paused });
    case "replicate":
      return E.right({ state, match, next, sentCommit, recentActive, paused, inflights: toInflights(recorded) });
    case "snapshot":
      if (paused) return E.left("a snapshot is always paused");
      return E.right({ state, match, next, sentCommit, recentActive, pendingSnapshot });
  }
}

function toInflights({ inflights }: RecordedProgress): Inflights {
  let all = NO_INFLIGHTS;
  for (const [index, bytes] of inflights) all = addInflight(all, index, bytes);
  return all;
}

function toReadRequests(
  recorded: readonly RecordedMessage[],
  id: NodeId,
  memory: RunMemory,
): Either<string, readonly ReadRequest[]> {
  const requests: ReadRequest[] = [];
  for (const one of recorded) {
    const request = one.type === "MsgReadIndex" ? toMessage(one, id, memory) : undefined;
    if (request?.type !== "ReadIndex" && request?.type !== "ForwardedReadIndex") {
      return E.left(`a ${one.type} is no read request`);
    }
    requests.push(request);
  }
  return E.right(requests);
}

/** What is kept of the peers by their ids follows from the configuration. */
export function strangeProgress(
  progress: Expected["progress"],
  { members, learners }: Configuration,
): string | undefined {
  let count = 0;
  for (const id in progress) {
    if (!members.includes(Number(id))) return `progress of ${id}, which is no member of config`;
    if (progress[id].isLearner !== learners.includes(Number(id))) {
      return `isLearner in the progress of ${id} does not follow from config`;
    }
    count++;
  }
  return count < members.length ? "a member of config has no progress" : undefined;
}

function gapIn({ snapshot, entries, stable }: ExpectedLog): string | undefined {
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].index !== snapshot.index + 1 + i) return `the entry at ${snapshot.index + 1 + i} is not there`;
  }
  const last = snapshot.index + entries.length;
  return stable < snapshot.index || stable > last ? `stable is not between ${snapshot.index} and ${last}` : undefined;
}
