/**
 * What a simulated machine is part of.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Recorder } from "../node/recorder.ts";
import type { StateMachine } from "../node/state_machine.ts";
import type { Random } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import type { MemoryNetwork } from "../transport/memory_network.ts";
import type { App } from "./app.ts";
import type { Plan } from "./plan.ts";
import type { Witness } from "./witness.ts";

/** What a machine is part of. */
export interface Surroundings<Command, Reply, Query, Answer> {
  /** What its node replicates. */
  readonly app: App<Command, Reply, Query, Answer>;
  /** The run. */
  readonly plan: Plan;
  /** The time that no machine knows. */
  readonly clock: Clock;
  /** The way to the others. */
  readonly network: MemoryNetwork;
  /** Who sees everything. */
  readonly witness: Witness;
  /** The first members. */
  readonly members: ReadonlyMap<NodeId, Address>;
  /** A source of chance. */
  readonly chance: (name: string) => Random;
  /** What the workload puts around a machine. */
  readonly wrap: (
    id: NodeId,
    machine: StateMachine<Command, Reply, Query, Answer>,
  ) => StateMachine<Command, Reply, Query, Answer>;
  /** Records a node besides. */
  readonly recorder: (id: NodeId) => Recorder | undefined;
  /** A message of a node has reached this one; only machines that nobody may send anything to want to know. */
  readonly arrived?: (from: NodeId) => void;
  /** Work whose failure is the run's. */
  readonly watch: (work: Promise<unknown>) => void;
  /** Something is wrong. */
  readonly fail: (check: string, sentence: string) => void;
  /** Something has happened. */
  readonly tell: (line: string) => void;
}

/** Where a node listens. */
export function addressOf(id: NodeId): Address {
  return `node-${id}:7000`;
}
