/**
 * Random messages of every type, from anybody to anybody: what a node must be able to hear without throwing.
 *
 * @module
 */
import fc from "fast-check";
import * as O from "fp-ts/Option";
import {
  type Change,
  type ConfChange,
  type ConfigurationIds,
  type Entry,
  entryAt,
  type EntryId,
  type EntryType,
  type Message,
  type MessageType,
  type Proposal,
  proposal,
  proposeConfChange,
  type Snapshot,
} from "../../core/mod.ts";

type Arbitraries = { readonly [K in MessageType]: fc.Arbitrary<Extract<Message, { type: K }>> };

/** Whole numbers that nobody counts to. */
export const HUGE: readonly number[] = [
  ...[-1, -0, -(2 ** 40), 1e15, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1, 2 ** 53, 2 ** 60, Number.MAX_VALUE],
];

/** Numbers that are no index and no term; no codec lets them pass, and no type rules them out. */
export const BROKEN: readonly number[] = [0.5, 1.5, 2.5, -1, NaN, Infinity, -Infinity];

/** Messages whose numbers are whole and small, as correct and as faulty senders write them. */
export function plausibleMessages(): fc.Arbitrary<Message> {
  return anyOf(SMALL);
}

/** The same, with some of the `wild` numbers among them. */
export function wildMessages(wild: readonly number[]): fc.Arbitrary<Message> {
  return anyOf(fc.oneof({ weight: 4, arbitrary: SMALL }, { weight: 1, arbitrary: fc.constantFrom(...wild) }));
}

const SMALL: fc.Arbitrary<number> = fc.integer({ min: 0, max: 12 });

function anyOf(number: fc.Arbitrary<number>): fc.Arbitrary<Message> {
  return fc.oneof(...Object.values(arbitraries(number)));
}

/** One arbitrary for each type of message; the compiler sees that none is missing. */
export function arbitraries(number: fc.Arbitrary<number>): Arbitraries {
  const header = { from: number, to: number, term: number };
  const entryId: fc.Arbitrary<EntryId> = record({ index: number, term: number });
  const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 4 });
  const option = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<O.Option<T>> =>
    fc.oneof(fc.constant(O.none), some.map((value): O.Option<T> => O.some(value)));
  const ids = fc.array(number, { maxLength: 4 });
  const configuration: fc.Arbitrary<ConfigurationIds> = record({
    voters: ids,
    votersOutgoing: ids,
    learners: ids,
    learnersNext: ids,
    autoLeave: fc.boolean(),
  });
  const snapshot: fc.Arbitrary<Snapshot> = record({ index: number, term: number, configuration, data: bytes });
  const change: fc.Arbitrary<Change> = record({
    type: fc.constantFrom("addNode", "removeNode", "updateNode", "addLearnerNode"),
    id: number,
  });
  const confChange: fc.Arbitrary<ConfChange> = record({
    transition: fc.constantFrom("auto", "jointImplicit", "jointExplicit"),
    changes: fc.array(change, { maxLength: 3 }),
    context: bytes,
  });
  const type: fc.Arbitrary<EntryType> = fc.constantFrom("normal", "confChange", "confChangeV2", "empty");
  const tame: fc.Arbitrary<Change> = record({
    type: fc.constantFrom("addNode", "removeNode", "updateNode", "addLearnerNode"),
    id: fc.nat({ max: 7 }),
  });
  const proposals: fc.Arbitrary<readonly Proposal[]> = fc.array(
    fc.oneof(
      fc.tuple(bytes, type).map(([data, type]) => proposal(data, type)),
      fc.array(tame, { maxLength: 2 }).map((changes) =>
        proposeConfChange({ transition: "auto", changes, context: new Uint8Array(0) })
      ),
      record({ type, data: bytes, size: number }),
    ),
    { maxLength: 3 },
  );
  const append = record({ ...header, prev: entryId, commit: number }).chain(({ prev, ...rest }) =>
    record({
      type: fc.constant("Append" as const),
      ...constants({ ...rest, prev }),
      entries: fc.oneof(
        // In order behind `prev`, or in any order.
        fc.tuple(proposals, number).map(([proposals, term]): readonly Entry[] =>
          proposals.map((proposal, i) => entry(proposal, prev.index + 1 + i, term))
        ),
        fc.array(fc.tuple(proposals, entryId), { maxLength: 3 }).map((list): readonly Entry[] =>
          list.flatMap(([proposals, at]) => proposals.map((proposal) => entry(proposal, at.index, at.term)))
        ),
      ),
    })
  );
  const host = <T extends MessageType>(type: T) => ({ type: fc.constant(type) });
  return {
    Append: append,
    AppendResponse: record({ ...host("AppendResponse"), ...header, index: number, hint: option(entryId) }),
    RequestVote: record({ ...host("RequestVote"), ...header, last: entryId, transfer: fc.boolean() }),
    RequestVoteResponse: record({ ...host("RequestVoteResponse"), ...header, granted: fc.boolean() }),
    RequestPreVote: record({ ...host("RequestPreVote"), ...header, last: entryId, transfer: fc.boolean() }),
    RequestPreVoteResponse: record({ ...host("RequestPreVoteResponse"), ...header, granted: fc.boolean() }),
    Heartbeat: record({ ...host("Heartbeat"), ...header, commit: number, read: option(number) }),
    HeartbeatResponse: record({ ...host("HeartbeatResponse"), ...header, read: option(number) }),
    InstallSnapshot: record({ ...host("InstallSnapshot"), ...header, snapshot }),
    TimeoutNow: record({ ...host("TimeoutNow"), ...header }),
    ForwardedPropose: record({ ...host("ForwardedPropose"), ...header, entries: proposals }),
    ForwardedReadIndex: record({ ...host("ForwardedReadIndex"), ...header, context: bytes }),
    ReadIndexResponse: record({ ...host("ReadIndexResponse"), ...header, context: bytes, index: number }),
    ForwardedTransferLeader: record({ ...host("ForwardedTransferLeader"), ...header, transferee: number }),
    Tick: record({ ...host("Tick"), random: fc.oneof(fc.constantFrom(0, 0.3, 0.99), number) }),
    Campaign: record(host("Campaign")),
    Beat: record(host("Beat")),
    CheckQuorum: record(host("CheckQuorum")),
    Propose: record({ ...host("Propose"), ticket: number, entries: proposals }),
    ReadIndex: record({ ...host("ReadIndex"), ticket: number, context: bytes }),
    TransferLeader: record({ ...host("TransferLeader"), ticket: number, transferee: number }),
    ForgetLeader: record(host("ForgetLeader")),
    Unreachable: record({ ...host("Unreachable"), peer: number }),
    SnapshotStatus: record({ ...host("SnapshotStatus"), peer: number, arrived: fc.boolean() }),
    ApplyConfChange: record({ ...host("ApplyConfChange"), change: confChange }),
    Persisted: record({ ...host("Persisted"), term: number, last: entryId, snapshot: option(number) }),
    Applied: record({ ...host("Applied"), index: number }),
    SnapshotAvailable: record({
      ...host("SnapshotAvailable"),
      index: number,
      term: number,
      configuration,
      data: bytes,
    }),
    SnapshotUnavailable: record(host("SnapshotUnavailable")),
    Compact: record({ ...host("Compact"), index: number }),
  };
}

// `entryAt` writes numbers down; wild ones have no such form.
function entry(proposal: Proposal, index: number, term: number): Entry {
  if (Number.isSafeInteger(index) && Number.isSafeInteger(term)) return entryAt(proposal, index, term);
  return { ...proposal, index, term };
}

function constants<T extends object>(values: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  const entries = Object.entries(values).map(([name, value]) => [name, fc.constant(value)]);
  return Object.fromEntries(entries) as { [K in keyof T]: fc.Arbitrary<T[K]> };
}

// Without the null prototype that fast-check gives its records: no message has one.
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true }).map((value): T => ({ ...value }));
}
