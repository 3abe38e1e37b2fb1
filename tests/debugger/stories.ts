/**
 * Small recorded runs of three nodes in which known things happen.
 *
 * @module
 */
import type { NodeId } from "../../core/mod.ts";
import type { Run } from "../../effects/debugger/run.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import type { Action } from "../properties/action.ts";
import { PLAIN } from "../properties/setup.ts";
import { runsOf, timelineOf } from "./chaos.ts";

/** All messages arrive, all disks finish and everything is applied, so many times; with `ticking`, clocks move as well. */
export function settle(rounds: number, ticking = false): Action {
  return { type: "settle", rounds, slow: 0, idle: 0, shuffle: 0, ticking };
}

/** Node 1 leads. */
export const LED: readonly Action[] = [{ type: "campaign", node: 1 }, settle(6)];

/** Node 1 leads and has a proposal of its own host and one of node 3's committed. */
const LED_BY_1: readonly Action[] = [
  ...LED,
  { type: "propose", node: 1, count: 1 },
  settle(5),
  { type: "propose", node: 3, count: 1 },
  settle(5),
];

/** The leader is cut off with a proposal that nobody else gets; node 2 is elected, and the old leader comes back. */
export const CUT_OFF: readonly Action[] = [
  ...LED_BY_1,
  { type: "partition", mask: 1, lossy: true },
  { type: "propose", node: 1, count: 1 },
  settle(9, true),
  { type: "propose", node: 2, count: 1 },
  settle(4),
  { type: "heal" },
  settle(6, true),
];

/** The leader crashes, and another one is elected. */
export const CRASHED: readonly Action[] = [
  ...LED_BY_1,
  { type: "crash", node: 1, restart: false },
  settle(8, true),
];

/** One node is elected by nobody: its log is behind. */
export const BEHIND: readonly Action[] = [
  ...LED,
  { type: "partition", mask: 4, lossy: true },
  { type: "propose", node: 1, count: 1 },
  settle(5),
  { type: "heal" },
  { type: "campaign", node: 3 },
  settle(4),
];

/** Node 3 is cut off, and asks for votes when it is back. */
export const CAME_BACK: readonly Action[] = [
  { type: "campaign", node: 1 },
  settle(8),
  { type: "partition", mask: 4, lossy: true },
  settle(3, true),
  { type: "heal" },
  { type: "tick", node: 3, count: 9, random: 0 },
  settle(3),
];

/** The timeline of a story of nodes that check their quorum and ask before they campaign. */
export function carefulTimeline(story: readonly Action[]): Promise<Timeline> {
  return timelineOf(runsOf({ ...PLAIN, options: { electionTick: 4, checkQuorum: true, preVote: true } }, story));
}

/** The runs of a story. */
export function runsIn(story: readonly Action[]): ReadonlyMap<NodeId, readonly Run[]> {
  return runsOf({ ...PLAIN, options: { electionTick: 3 } }, story);
}

/** The timeline of a story. */
export function timelineIn(story: readonly Action[]): Promise<Timeline> {
  return timelineOf(runsIn(story));
}
