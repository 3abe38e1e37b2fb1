/**
 * What workers are told and answer: plain data.
 *
 * @module
 */
import type { PlanOptions } from "../make_plan.ts";
import type { Outcome } from "../outcome.ts";

/** What a worker is told first. */
export interface Job {
  /** The module that exports what is simulated; null for RaftKV. */
  readonly subject: string | null;
  /** How a seed becomes a plan. */
  readonly plan: PlanOptions;
  /** Whether the histories of clients are wanted. */
  readonly histories: boolean;
}

/** What came of a seed. */
export interface SeedResult {
  /** The seed. */
  readonly seed: number;
  /** The run. */
  readonly outcome: Outcome;
  /** What clients asked for and were told, one JSON object a line; empty where it is not wanted. */
  readonly history: string;
}

/** A worker's answer to a seed. */
export type Ran =
  | { readonly type: "Ran"; readonly result: SeedResult }
  | { readonly type: "Broken"; readonly message: string };
