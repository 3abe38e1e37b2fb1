/**
 * What came of a run.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { RoleName } from "../../core/outbox.ts";
import type { FaultName } from "./faults.ts";
import type { Plan } from "./plan.ts";

/** A message type and the role of a node that has taken one. */
export type Pair = `${Message["type"]} ${RoleName}`;

/** What was counted in a run, or in many. */
export interface Tally {
  /** How many runs. */
  readonly runs: number;
  /** Simulated milliseconds. */
  readonly simulatedMs: number;
  /** Calls of the reducer. */
  readonly steps: number;
  /** Leaders that were elected. */
  readonly elections: number;
  /** Entries that were committed. */
  readonly commits: number;
  /** Snapshots that nodes took over from others. */
  readonly snapshotsRestored: number;
  /** Requests of clients by what came of them. */
  readonly requests: { readonly answered: number; readonly rejected: number; readonly unknown: number };
  /** How often each fault happened. */
  readonly faults: Readonly<Record<FaultName, number>>;
  /** How often a node of a role took a message of a type. */
  readonly coverage: Readonly<Partial<Record<Pair, number>>>;
}

/** Something was wrong. */
export interface Failure {
  /** The name of the check that objected. */
  readonly check: string;
  /** What was seen, in a sentence. */
  readonly sentence: string;
  /** When, in simulated milliseconds. */
  readonly at: number;
  /** What happened shortly before, a line each: faults, elections, crashes, commits, what clients were told. */
  readonly story: readonly string[];
}

/** A run that is over. */
export interface Outcome {
  /** The run. */
  readonly plan: Plan;
  /** What was wrong; null if nothing was. */
  readonly failure: Failure | null;
  /**
   * A hash of what happened: 16 hexadecimal digits. Equal for equal plans, on every machine. It covers each line of the story;
   * and of each step its instant, its node, the message, the role, term, commit and last index of the node afterwards, and
   * the kinds of its effects by their first letters and lengths, not what is in them. With `fullTrace` it also covers the
   * whole state of the node afterwards. What an effect says shows when another node takes it, or in the story.
   */
  readonly hash: string;
  /** What was counted. */
  readonly tally: Tally;
}
