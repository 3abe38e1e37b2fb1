/**
 * What goes wrong in a simulation, and how often.
 *
 * @module
 */

/** Probabilities are numbers from 0 to 1; rates are how often something happens in a simulated minute, on the average. */
export interface Faults {
  /** How probable it is that a message is lost. */
  readonly loss: number;
  /** How probable it is that one arrives twice. */
  readonly duplication: number;
  /** How probable it is that one is overtaken by later ones. */
  readonly reordering: number;
  /** Milliseconds on the way, at the least and at the most. */
  readonly delayMs: readonly [least: number, most: number];
  /** Messages from and to a node take longer by another order of magnitude for a while. Rate. */
  readonly slowLinks: number;
  /** The cluster falls into two groups. Rate. */
  readonly partitions: number;
  /** One node does not hear another one that hears it. Rate. */
  readonly oneWayCuts: number;
  /** Some pairs of nodes do not hear each other, and others do. Rate. */
  readonly partialCuts: number;
  /** Two groups that only one node reaches both of. Rate. */
  readonly bridges: number;
  /** A node stops for a while, as a paused process does, and goes on as if nothing had been. Rate. */
  readonly freezes: number;
  /** A node takes its time for everything for a while. Rate. */
  readonly slowNodes: number;
  /**
   * How much the rates of the nodes' clocks may differ from 1; 0.1 is ten percent. A plan that is made from a seed has four
   * times as much in a third of all seeds, but not more than 0.05 where leaders answer reads by their lease.
   */
  readonly clockDrift: number;
  /** The power of a node goes off: what was not synced is lost, torn or reordered. Rate. */
  readonly crashes: number;
  /** The power of all nodes goes off together. Rate. */
  readonly blackouts: number;
  /** Milliseconds that a sync takes, at the least and at the most. */
  readonly syncMs: readonly [least: number, most: number];
  /** A sync fails, for good. Rate. */
  readonly failedSyncs: number;
  /** A disk is full. Rate. */
  readonly fullDisks: number;
  /** A bit of a file flips. Rate. */
  readonly flippedBits: number;
  /** A node loses its disk, and another one takes its place. Rate. */
  readonly wipedDisks: number;
  /** A member leaves, comes back, or changes its part. Rate. */
  readonly memberChanges: number;
  /** The leadership is handed over. Rate. */
  readonly transfers: number;
  /** A node makes a snapshot and cuts its log. Rate. */
  readonly snapshots: number;
  /** How probable it is that a client sends a request again, to another node, although the first is under way. */
  readonly clientRetries: number;
}

/** The name of something that goes wrong, as it is counted. */
export type FaultName = keyof Omit<Faults, "delayMs" | "syncMs"> | "lostWrites";

/** Nothing goes wrong. */
export const CALM: Faults = {
  loss: 0,
  duplication: 0,
  reordering: 0,
  delayMs: [1, 5],
  slowLinks: 0,
  partitions: 0,
  oneWayCuts: 0,
  partialCuts: 0,
  bridges: 0,
  freezes: 0,
  slowNodes: 0,
  clockDrift: 0,
  crashes: 0,
  blackouts: 0,
  syncMs: [1, 4],
  failedSyncs: 0,
  fullDisks: 0,
  flippedBits: 0,
  wipedDisks: 0,
  memberChanges: 0,
  transfers: 0,
  snapshots: 0,
  clientRetries: 0,
};
