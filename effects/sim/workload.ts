/**
 * What a run is given from outside, and what it shows: clients that work with the cluster, checks, recorders.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Check, ClusterView, HostView } from "../invariants/check.ts";
import type { Clock } from "../clock/clock.ts";
import type { RaftNode } from "../node/raft_node.ts";
import type { Recorder } from "../node/recorder.ts";
import type { StateMachine } from "../node/state_machine.ts";
import type { Random } from "../random/random.ts";
import type { App } from "./app.ts";
import type { Tally } from "./outcome.ts";
import type { Plan } from "./plan.ts";

/** A machine of a simulation. Its number is one that no other machine ever has. */
export interface SimHost<Command, Reply, Query, Answer> extends HostView {
  /** Its node as clients reach it; null while nothing runs there. A frozen node answers when it goes on. */
  readonly raft: RaftNode<Command, Reply, Query, Answer> | null;
  /** The state machine of the node that runs, or ran last, as the workload has wrapped it; null before the first start. */
  readonly machine: StateMachine<Command, Reply, Query, Answer> | null;
  /** Whether its node stands still. */
  readonly frozen: boolean;
  /** Whether it will never again be a part of the cluster: it was removed, or has lost its disk. */
  readonly gone: boolean;
}

/** A simulation while it runs, as clients and judges see it. */
export interface SimWorld<Command, Reply, Query, Answer> extends ClusterView {
  /** What is simulated. */
  readonly app: App<Command, Reply, Query, Answer>;
  /** The run. */
  readonly plan: Plan;
  /** The time that nobody's clock shows. */
  readonly clock: Clock;
  /** All machines that there ever were. */
  readonly hosts: readonly SimHost<Command, Reply, Query, Answer>[];
  /** The nodes that run and belong to the cluster, also those that are frozen. */
  readonly running: readonly RaftNode<Command, Reply, Query, Answer>[];
  /** The machine whose node leads in the newest term that a running node leads in. */
  readonly leader: SimHost<Command, Reply, Query, Answer> | null;
  /** A new source of chance, which nobody else uses: what comes from it depends on nothing but the seed and `name`. */
  chance(name: string): Random;
  /** Waits so many simulated milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Work that goes on beside the run: if it rejects, the run fails at once, by the name of a check if it is a `Violation`. */
  watch(work: Promise<unknown>): void;
  /** The property `check` does not hold, because of `sentence`: the run is over. The first failure counts. */
  fail(check: string, sentence: string): void;
  /** Whether the run is over because something failed: whoever waits in a loop has to stop. */
  readonly failed: boolean;
  /** A line of the story: what happened now. */
  tell(line: string): void;
  /** Counts a client's second request for something that is under way already. */
  countRetry(): void;
}

/** Clients and their judge, for one run. */
export interface Workload<Command, Reply, Query, Answer> {
  /** All nodes are started: begin to ask. */
  start(world: SimWorld<Command, Reply, Query, Answer>): void;
  /** The faults are over: stop asking, and wait for the answers that are due. */
  settle(): Promise<void>;
  /** Judges everything at the end, when all nodes have applied the same; throws a `Violation`. */
  conclude(): Promise<void>;
  /** What clients were told, counted. */
  told?(): Tally["requests"];
  /** The machine that a node is given in the place of `machine`: called for each start of each node. */
  machine?(
    id: NodeId,
    machine: StateMachine<Command, Reply, Query, Answer>,
  ): StateMachine<Command, Reply, Query, Answer>;
}

/** Makes the workload of a run; nobody runs yet. */
export type WorkloadMaker<Command, Reply, Query, Answer> = (
  world: SimWorld<Command, Reply, Query, Answer>,
) => Workload<Command, Reply, Query, Answer>;

/** What a run is given from outside. */
export interface RunHooks<Command, Reply, Query, Answer> {
  /** Clients and their judge; those of this module if it is not given. */
  readonly workload?: WorkloadMaker<Command, Reply, Query, Answer>;
  /** Further checks: new ones, which have seen no other run. */
  readonly checks?: readonly Check[];
  /** Records a node from one of its starts on, or does not. */
  readonly recorder?: (id: NodeId) => Recorder | undefined;
  /** Whether the hash of the run covers the whole state after every step. */
  readonly fullTrace?: boolean;
}
