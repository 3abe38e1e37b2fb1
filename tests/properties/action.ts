/**
 * What can happen to a simulated cluster. A schedule is a list of actions, and actions are plain data, so that schedules
 * can be generated, shrunk, printed and run again.
 *
 * @module
 */
import type { ConfChange } from "../../core/mod.ts";

/**
 * Whom an action concerns: a node by its number from 1, taken modulo the number of nodes, or 0 for whoever leads. Where
 * that node has nothing to deliver, to write, to apply or to restart, the next node that has is meant.
 */
export type Target = number;

/** One thing that happens. What is impossible when its turn comes (a message that is not there) does nothing. */
export type Action =
  /** The `nth` oldest of the messages that can reach `to` arrives. */
  | { readonly type: "deliver"; readonly to: Target; readonly nth: number }
  /** The message is lost. */
  | { readonly type: "drop"; readonly to: Target; readonly nth: number }
  /** The message is there twice. */
  | { readonly type: "duplicate"; readonly to: Target; readonly nth: number }
  /** The message falls behind all others to `to`. */
  | { readonly type: "delay"; readonly to: Target; readonly nth: number }
  /**
   * Several rounds in which every message arrives, every disk finishes and everything committed is applied; but the disks
   * of the nodes whose bit is set in `slow` (node 1 is bit 0) finish nothing, and the state machines of those in `idle`
   * apply nothing. With `shuffle` 0 the messages arrive in their order; any other number stands for another order, in
   * which some do not arrive yet. With `ticking`, every clock moves once in each round.
   */
  | {
    readonly type: "settle";
    readonly rounds: number;
    readonly slow: number;
    readonly idle: number;
    readonly shuffle: number;
    readonly ticking: boolean;
  }
  /** The clock of `node` moves. */
  | { readonly type: "tick"; readonly node: Target; readonly count: number; readonly random: number }
  | { readonly type: "campaign"; readonly node: Target }
  | { readonly type: "beat"; readonly node: Target }
  | { readonly type: "checkQuorum"; readonly node: Target }
  | { readonly type: "forgetLeader"; readonly node: Target }
  /** A client of `node` proposes `count` commands at once. */
  | { readonly type: "propose"; readonly node: Target; readonly count: number }
  | { readonly type: "proposeConfChange"; readonly node: Target; readonly change: ConfChange }
  | { readonly type: "transfer"; readonly node: Target; readonly transferee: Target }
  | { readonly type: "read"; readonly node: Target }
  /** The disk of `node` finishes its next `count` writes. */
  | { readonly type: "flush"; readonly node: Target; readonly count: number }
  /** The state machine of `node` applies the next `count` entries that it was handed. */
  | { readonly type: "apply"; readonly node: Target; readonly count: number }
  /** The state machine of `node` makes a snapshot; the log is compacted but for the last `keep` entries before it. */
  | { readonly type: "snapshot"; readonly node: Target; readonly keep: number }
  /** The machine of `node` goes down; with `restart`, it comes up again at once. */
  | { readonly type: "crash"; readonly node: Target; readonly restart: boolean }
  | { readonly type: "restart"; readonly node: Target }
  /**
   * The nodes whose bit is set in `mask` (node 1 is bit 0) are cut off from the others. What is sent across meanwhile is
   * lost if the cut is `lossy`, otherwise it arrives afterwards.
   */
  | { readonly type: "partition"; readonly mask: number; readonly lossy: boolean }
  | { readonly type: "heal" }
  /** The transport of `node` reports that it could not reach `peer`. */
  | { readonly type: "unreachable"; readonly node: Target; readonly peer: Target }
  | { readonly type: "snapshotStatus"; readonly node: Target; readonly peer: Target; readonly arrived: boolean };

/** The action in words. */
export function describeAction(action: Action): string {
  switch (action.type) {
    case "deliver":
      return `deliver the ${ordinal(action.nth)} message to ${name(action.to)}`;
    case "drop":
      return `lose the ${ordinal(action.nth)} message to ${name(action.to)}`;
    case "duplicate":
      return `double the ${ordinal(action.nth)} message to ${name(action.to)}`;
    case "delay":
      return `delay the ${ordinal(action.nth)} message to ${name(action.to)}`;
    case "settle":
      return describeSettling(action);
    case "tick":
      return `${name(action.node)} ticks ${action.count} times, random ${action.random}`;
    case "campaign":
      return `${name(action.node)} is told to campaign`;
    case "beat":
      return `${name(action.node)} is told to send heartbeats`;
    case "checkQuorum":
      return `${name(action.node)} is told to check its quorum`;
    case "forgetLeader":
      return `${name(action.node)} is told to forget its leader`;
    case "propose":
      return `${name(action.node)} is asked to append ${action.count} commands`;
    case "proposeConfChange":
      return `${name(action.node)} is asked to change the configuration: ${describeChange(action.change)}`;
    case "transfer":
      return `${name(action.node)} is asked to hand over to ${action.transferee}`;
    case "read":
      return `${name(action.node)} is asked for a read`;
    case "flush":
      return `the disk of ${name(action.node)} finishes ${action.count} writes`;
    case "apply":
      return `${name(action.node)} applies ${action.count} entries`;
    case "snapshot":
      return `${name(action.node)} makes a snapshot and keeps ${action.keep} entries before it`;
    case "crash":
      return `${name(action.node)} crashes${action.restart ? " and restarts" : ""}`;
    case "restart":
      return `${name(action.node)} restarts`;
    case "partition":
      return `nodes ${bits(action.mask)} are cut off${action.lossy ? ", what is sent across is lost" : ""}`;
    case "heal":
      return "all links work again";
    case "unreachable":
      return `${name(action.node)} hears that ${action.peer} is unreachable`;
    case "snapshotStatus":
      return `${name(action.node)} hears that its snapshot to ${action.peer} ${action.arrived ? "arrived" : "failed"}`;
  }
}

/** A change of the configuration in a few words. */
export function describeChange({ transition, changes }: ConfChange): string {
  return `${transition} [${changes.map(({ type, id }) => `${type} ${id}`).join(", ")}]`;
}

function name(target: Target): string {
  return target === 0 ? "the leader" : `node ${target}`;
}

function describeSettling({ rounds, slow, idle, shuffle, ticking }: Extract<Action, { type: "settle" }>): string {
  const disks = slow > 0 ? `, the disks of ${bits(slow)} are slow` : "";
  const machines = idle > 0 ? `, the state machines of ${bits(idle)} are idle` : "";
  return `settle for ${rounds} rounds${ticking ? " with ticks" : ""}${disks}${machines}${
    shuffle > 0 ? `, messages out of order (${shuffle})` : ""
  }`;
}

function bits(mask: number): string {
  return [1, 2, 3, 4, 5, 6, 7].filter((id) => (mask >> (id - 1)) & 1).join(", ");
}

function ordinal(nth: number): string {
  return nth === 0 ? "oldest" : `oldest but ${nth}`;
}
