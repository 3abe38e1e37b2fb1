/**
 * What is done to a cluster, drawn from a seed. Which node leads shows only later: a fault may ask for it by name.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Random } from "../random/random.ts";

/** What can be done. */
export type FaultKind = "kill" | "kill-all" | "pause" | "cut" | "one-way" | "slow";

/** All of it. */
export const FAULT_KINDS: readonly FaultKind[] = ["kill", "kill-all", "pause", "cut", "one-way", "slow"];

/** What happens to processes. */
export const PROCESS_FAULTS: readonly FaultKind[] = ["kill", "kill-all", "pause"];

/** What happens to the network between them. */
export const NETWORK_FAULTS: readonly FaultKind[] = ["cut", "one-way", "slow"];

/** A node, or whichever leads. */
export type Target = NodeId | "leader";

/** One fault. */
export interface Fault {
  /** What is done. */
  readonly kind: FaultKind;
  /** To which nodes: with `cut`, those on one side. */
  readonly targets: readonly Target[];
  /** Of `one-way`: whether what the node sends is lost, or what is sent to it. */
  readonly isOutgoing: boolean;
  /** Of `slow`: how long everything takes, in milliseconds. */
  readonly delayMs: number;
  /** Milliseconds until it begins, after the one before is over. */
  readonly afterMs: number;
  /** Milliseconds until it is over. */
  readonly lastsMs: number;
}

/** What faults are drawn from. */
export interface FaultPlan {
  /** The nodes. */
  readonly ids: readonly NodeId[];
  /** What may happen. */
  readonly kinds: readonly FaultKind[];
  /** The election timeout, by which everything is measured. */
  readonly electionMs: number;
}

/** Faults without end, one after the other. */
export function* drawFaults({ ids, kinds, electionMs }: FaultPlan, random: Random): Generator<Fault, never> {
  const below = (limit: number): number => Math.floor(random.next() * limit);
  if (kinds.length === 0) throw new Error("Cannot draw faults: there is no kind to choose from.");
  for (;;) {
    const kind = kinds[below(kinds.length)];
    // The leader is where most can go wrong.
    const one: Target = random.next() < 0.5 ? "leader" : ids[below(ids.length)];
    const side = ids.filter(() => random.next() < 0.5);
    const isSplit = kind === "cut" && random.next() < 0.5 && side.length > 0 && side.length < ids.length;
    yield {
      kind,
      targets: kind === "kill-all" ? ids : isSplit ? side : [one],
      isOutgoing: random.next() < 0.5,
      delayMs: Math.ceil(random.next() * electionMs / 2),
      afterMs: Math.ceil((0.5 + 2.5 * random.next()) * electionMs),
      // Long enough for an election behind its back, and now and then much too short for one.
      lastsMs: Math.ceil((random.next() < 0.2 ? random.next() : 1 + 3 * random.next()) * electionMs),
    };
  }
}
