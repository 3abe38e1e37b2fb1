/**
 * Explorations by name, with the number of states that each of them has.
 *
 * @module
 */
import type { ConfChange } from "../../core/conf_change.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Bounds } from "./bounds.ts";

/** An exploration and what comes of it. */
export interface Preset {
  /** What it is for, in a sentence. */
  readonly purpose: string;
  /** The bounds. */
  readonly bounds: Bounds;
  /** The number of distinct states. */
  readonly states: number;
}

/** All presets. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  small: {
    purpose: "Elections, with as many messages in flight as there come to be.",
    bounds: { terms: 2, proposals: 0 },
    states: 5_089,
  },
  ci: {
    purpose:
      "Everything that happens to a cluster of three on connections that keep their order, but for changes of its members.",
    bounds: { terms: 2, proposals: 2, duplicates: 1, crashes: 1, ordered: true },
    states: 14_742_071,
  },
  reordering: {
    purpose: "The same with one command, and messages that arrive in any order.",
    bounds: { terms: 2, proposals: 1, duplicates: 1, crashes: 1 },
    states: 9_621_680,
  },
  narrow: {
    purpose: "The same with two commands, and one message at a time on each way.",
    bounds: { terms: 2, proposals: 2, duplicates: 1, crashes: 1, inFlight: 1 },
    states: 8_979_587,
  },
  figure8: {
    purpose:
      "Four terms and short messages, so that an entry of an earlier term is on a majority and is replaced (Figure 8).",
    bounds: { terms: 4, proposals: 0, inFlight: 1, options: { maxSizePerMsg: 0 } },
    states: 1_163_166,
  },
  members: {
    purpose: "A node is removed, or comes back, one at a time.",
    bounds: { terms: 2, proposals: 0, changes: 1, crashes: 1, inFlight: 1 },
    states: 1_417_391,
  },
  joint: {
    purpose: "A voter is replaced by another node, through a joint configuration.",
    bounds: {
      nodes: 2,
      spares: 1,
      terms: 3,
      proposals: 0,
      changes: 1,
      crashes: 1,
      inFlight: 1,
      alphabet: swaps(1, 2, 3),
    },
    states: 105_123,
  },
  snapshots: {
    purpose: "Logs are compacted, and nodes are brought up to date by snapshots.",
    bounds: { terms: 2, proposals: 1, snapshots: 1, crashes: 1, inFlight: 1 },
    states: 1_369_916,
  },
  disks: {
    purpose: "Writes become durable late, or are lost in a crash.",
    bounds: { terms: 1, proposals: 1, crashes: 1, inFlight: 1, delayedWrites: true },
    states: 484_431,
  },
};

function swaps(...ids: readonly NodeId[]): readonly ConfChange[] {
  return ids.flatMap((id) =>
    ids.filter((other) => other !== id).map((other): ConfChange => ({
      transition: "auto",
      changes: [{ type: "addNode", id }, { type: "removeNode", id: other }],
      context: new Uint8Array(0),
    }))
  );
}
