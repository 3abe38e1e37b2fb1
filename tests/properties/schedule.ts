/**
 * Random schedules. A schedule has a profile: which actions are likely in it. An action that is one of many hardly ever
 * meets the few others that it takes to go wrong; in a profile of few actions it does.
 *
 * @module
 */
import fc from "fast-check";
import { type Change, type ConfChange, NO_BYTES } from "../../core/mod.ts";
import type { Action } from "./action.ts";
import { LARGEST } from "./setups.ts";

type Kind = Action["type"];

/** A kind of schedule. */
export interface Profile {
  /** What it is good for. */
  readonly name: string;
  /** How likely each action is, relative to the others; 0 where it is not named. */
  readonly weights: Readonly<Partial<Record<Kind, number>>>;
}

/** The profiles. */
export const PROFILES: readonly Profile[] = [
  {
    name: "everything that can happen",
    weights: {
      ...{ deliver: 20, drop: 2, duplicate: 2, delay: 1, settle: 14, tick: 6, campaign: 6, beat: 1, checkQuorum: 1 },
      ...{ forgetLeader: 1, propose: 8, proposeConfChange: 5, transfer: 3, read: 5, flush: 8, apply: 4, snapshot: 5 },
      ...{ crash: 4, restart: 6, partition: 2, heal: 4, unreachable: 1, snapshotStatus: 1 },
    },
  },
  {
    name: "elections between crashes, with slow disks and late messages",
    weights: { deliver: 6, settle: 6, campaign: 5, flush: 3, crash: 4, restart: 2, propose: 2 },
  },
  {
    name: "leaders that are cut off, deposed and come back",
    weights: { settle: 8, campaign: 3, propose: 4, partition: 3, heal: 2, crash: 2, restart: 2, deliver: 3, tick: 1 },
  },
  {
    name: "members that come and go",
    weights: {
      ...{ settle: 9, proposeConfChange: 7, campaign: 2, propose: 2, crash: 2, restart: 2, apply: 2, deliver: 3 },
      ...{ partition: 1, heal: 1 },
    },
  },
  {
    name: "snapshots for those who were away",
    weights: {
      ...{ settle: 9, snapshot: 5, propose: 4, partition: 3, heal: 4, crash: 1, restart: 1, proposeConfChange: 3 },
      ...{ apply: 1, snapshotStatus: 1, unreachable: 1 },
    },
  },
  {
    name: "reads while leaders change",
    weights: {
      ...{ settle: 6, read: 6, campaign: 3, transfer: 2, propose: 2, partition: 2, heal: 2, deliver: 4, crash: 1 },
      ...{ restart: 1, proposeConfChange: 1 },
    },
  },
  {
    name: "requests at followers while leaders change",
    weights: { settle: 6, propose: 4, read: 3, transfer: 4, campaign: 3, deliver: 4, tick: 2, delay: 2, duplicate: 1 },
  },
];

/** Every second thing concerns node 1: what goes wrong takes several things that happen to the same node. */
const id: fc.Arbitrary<number> = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: LARGEST }));

/** 0, who leads, is as good as all others together: most things have to happen to a leader to be of interest. */
const target: fc.Arbitrary<number> = fc.oneof(fc.constant(0), id);
const nth: fc.Arbitrary<number> = mostly(0, fc.integer({ min: 0, max: 9 }));
const mask: fc.Arbitrary<number> = fc.oneof(fc.constant(1), fc.integer({ min: 0, max: (1 << LARGEST) - 1 }));
const random: fc.Arbitrary<number> = fc.constantFrom(0, 0.25, 0.5, 0.75);

const change: fc.Arbitrary<Change> = fc.record({
  type: fc.constantFrom("addNode", "removeNode", "addLearnerNode", "updateNode"),
  id,
});

/** A change of the configuration: a simple one, one through a joint configuration, or the end of one. */
const changes: fc.Arbitrary<ConfChange> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(change).map((changes) => confChange("auto", changes)) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom<ConfChange["transition"]>("auto", "jointImplicit", "jointExplicit"),
      fc.array(change, { minLength: 1, maxLength: 3 }),
    ).map(([transition, changes]) => confChange(transition, changes)),
  },
  { weight: 1, arbitrary: fc.constant(confChange("auto", [])) },
);

/** Every action. */
const ACTIONS: { readonly [K in Kind]: fc.Arbitrary<Action> } = {
  deliver: fc.record({ type: fc.constant("deliver"), to: id, nth }),
  drop: fc.record({ type: fc.constant("drop"), to: id, nth }),
  duplicate: fc.record({ type: fc.constant("duplicate"), to: id, nth }),
  delay: fc.record({ type: fc.constant("delay"), to: id, nth }),
  settle: fc.record({
    type: fc.constant("settle"),
    rounds: fc.integer({ min: 1, max: 9 }),
    slow: mostly(0, mask),
    idle: mostly(0, mask),
    shuffle: mostly(0, fc.integer({ min: 1, max: 99 })),
    ticking: fc.boolean(),
  }),
  tick: fc.record({ type: fc.constant("tick"), node: target, count: fc.integer({ min: 1, max: 8 }), random }),
  campaign: fc.record({ type: fc.constant("campaign"), node: id }),
  beat: fc.record({ type: fc.constant("beat"), node: target }),
  checkQuorum: fc.record({ type: fc.constant("checkQuorum"), node: target }),
  forgetLeader: fc.record({ type: fc.constant("forgetLeader"), node: id }),
  propose: fc.record({ type: fc.constant("propose"), node: target, count: fc.integer({ min: 1, max: 3 }) }),
  proposeConfChange: fc.record({ type: fc.constant("proposeConfChange"), node: target, change: changes }),
  transfer: fc.record({ type: fc.constant("transfer"), node: target, transferee: id }),
  read: fc.record({ type: fc.constant("read"), node: target }),
  flush: fc.record({ type: fc.constant("flush"), node: id, count: fc.integer({ min: 1, max: 4 }) }),
  apply: fc.record({ type: fc.constant("apply"), node: id, count: fc.integer({ min: 1, max: 4 }) }),
  snapshot: fc.record({ type: fc.constant("snapshot"), node: target, keep: fc.integer({ min: 0, max: 2 }) }),
  crash: fc.record({ type: fc.constant("crash"), node: target, restart: mostly(true, fc.constant(false)) }),
  restart: fc.record({ type: fc.constant("restart"), node: id }),
  partition: fc.record({ type: fc.constant("partition"), mask, lossy: fc.boolean() }),
  heal: fc.record({ type: fc.constant("heal") }),
  unreachable: fc.record({ type: fc.constant("unreachable"), node: target, peer: id }),
  snapshotStatus: fc.record({ type: fc.constant("snapshotStatus"), node: target, peer: id, arrived: fc.boolean() }),
};

/** Most schedules begin with an election: without a leader little happens. */
const beginning: fc.Arbitrary<readonly Action[]> = fc.integer({ min: 0, max: 9 }).map((rounds) =>
  rounds === 0 ? [] : [
    { type: "campaign", node: 1 },
    { type: "settle", rounds, slow: 0, idle: 0, shuffle: 0, ticking: false },
  ]
);

/** A beginning, and up to `length` actions that are likely in `profile`. */
export function schedules(profile: Profile, length: number): fc.Arbitrary<readonly Action[]> {
  const kinds = Object.entries(profile.weights).map(([kind, weight]) => ({ weight, arbitrary: ACTIONS[kind as Kind] }));
  const actions = fc.array(fc.oneof(...kinds), { maxLength: length, size: "max" });
  return fc.noBias(fc.tuple(beginning, actions).map(([first, rest]) => [...first, ...rest]));
}

/** Up to `length` actions of any profile. */
export function anySchedule(length: number): fc.Arbitrary<readonly Action[]> {
  return fc.oneof(...PROFILES.map((profile) => schedules(profile, length)));
}

function mostly<T>(value: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
}

function confChange(transition: ConfChange["transition"], changes: readonly Change[]): ConfChange {
  return { transition, changes, context: NO_BYTES };
}
