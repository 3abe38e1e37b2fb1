/**
 * A run of a simulation before it happens: everything that its seed decides. The same plan is the same run, and a plan from
 * which something was taken away is another, smaller one.
 *
 * @module
 */
import type { Faults } from "./faults.ts";

/** A node: its number, or whoever leads when it happens. */
export type Target = number | "leader";

/** Something that happens at an instant. What lasts goes on for `forMs`. */
export type PlannedEvent =
  & {
    /** When, in milliseconds after the start. */
    readonly at: number;
  }
  & (
    | { readonly type: "slowLinks"; readonly node: Target; readonly delayMs: number; readonly forMs: number }
    /** Nodes whose bit is set are one group; those whose bit is not are the other. */
    | { readonly type: "partitions"; readonly mask: number; readonly forMs: number }
    | { readonly type: "oneWayCuts"; readonly from: Target; readonly to: Target; readonly forMs: number }
    | { readonly type: "partialCuts"; readonly pairs: readonly (readonly [number, number])[]; readonly forMs: number }
    | { readonly type: "bridges"; readonly bridge: Target; readonly mask: number; readonly forMs: number }
    | { readonly type: "freezes"; readonly node: Target; readonly forMs: number }
    | { readonly type: "slowNodes"; readonly node: Target; readonly delayMs: number; readonly forMs: number }
    | { readonly type: "crashes"; readonly node: Target; readonly forMs: number }
    | { readonly type: "blackouts"; readonly forMs: number }
    | { readonly type: "failedSyncs"; readonly node: Target; readonly forMs: number }
    | { readonly type: "fullDisks"; readonly node: Target; readonly forMs: number }
    | { readonly type: "flippedBits"; readonly node: Target; readonly where: number; readonly forMs: number }
    | { readonly type: "wipedDisks"; readonly node: Target; readonly forMs: number }
    | { readonly type: "memberChanges"; readonly node: Target; readonly change: "remove" | "demote" | "add" | "swap" }
    | { readonly type: "transfers"; readonly to: Target }
    | { readonly type: "snapshots"; readonly node: Target }
  );

/** A plan. */
export interface Plan {
  /** What all chance comes from that the plan does not decide itself. */
  readonly seed: number;
  /** The first members are 1 to `nodes`. */
  readonly nodes: number;
  /** How many clients work. */
  readonly clients: number;
  /** Milliseconds in which things happen; afterwards everything is made good, and the cluster has to recover. */
  readonly ms: number;
  /** Milliseconds of an election timeout. */
  readonly electionMs: number;
  /** Milliseconds between two heartbeats. */
  readonly heartbeatMs: number;
  /** Whether leaders answer reads by their lease. */
  readonly leaseReads: boolean;
  /** After so many applied entries a node makes a snapshot, and how many entries it keeps behind it. */
  readonly compaction: { readonly entries: number; readonly keep: number };
  /** What holds all the time: loss, duplication, reordering, delays, drift, retries. Rates are not looked at here. */
  readonly faults: Faults;
  /** What happens, in order. */
  readonly events: readonly PlannedEvent[];
}
