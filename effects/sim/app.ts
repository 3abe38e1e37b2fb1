/**
 * What is simulated: a state machine, and what its clients ask for.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";
import type { StateMachine } from "../node/state_machine.ts";
import type { Random } from "../random/random.ts";
import type { ClientOperation } from "./clients/operation.ts";

/** What a state machine may use of the machine it runs on. */
export interface Machinery {
  /** The time of this machine. */
  readonly clock: Clock;
  /** The chance of this machine, determined by the seed. */
  readonly random: Random;
}

/** An application: whatever `startNode` replicates. */
export interface App<Command, Reply, Query = never, Answer = never> {
  /** Its name, for reports. */
  readonly name?: string;
  /** A new, empty state machine: for each start of each node, and once for the judge, who applies the log alone. */
  machine(machinery: Machinery): StateMachine<Command, Reply, Query, Answer>;
  /**
   * What is left of `machine` when the power of its machine goes off; only for machines with a `durability`. All others
   * begin anew, from the newest snapshot and the log.
   */
  afterCrash?(
    machine: StateMachine<Command, Reply, Query, Answer>,
    machinery: Machinery,
  ): StateMachine<Command, Reply, Query, Answer>;
  /** What a client asks for next. */
  command(random: Random): Command;
  /** What a client wants to know; clients read nothing if it is not given. */
  query?(random: Random): Query;
  /**
   * Judges what clients were told, in the end and beside the general checks: a sentence that says what is wrong, or null.
   */
  judge?(operations: readonly ClientOperation<Command, Reply, Query, Answer>[]): string | null;
}
