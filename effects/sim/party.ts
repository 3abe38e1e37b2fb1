/**
 * A cluster as those see it who do something to it: nobody there cares what it replicates.
 *
 * @module
 */
import type { Configuration } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { HostView } from "../invariants/check.ts";
import type { Clock } from "../clock/clock.ts";
import type { RaftNode } from "../node/raft_node.ts";
import type { Random } from "../random/random.ts";
import type { MemoryNetwork } from "../transport/memory_network.ts";
import type { Cuts } from "./cuts.ts";
import type { FaultName } from "./faults.ts";
import type { Plan } from "./plan.ts";
import type { Harm } from "./host.ts";

/** What can be done to a machine. */
export interface Victim extends HostView {
  /** Its node; null while it is not started. */
  readonly raft:
    | Pick<RaftNode<never, never, never, never>, "transferLeadership" | "changeMembers" | "compact" | "stopped">
    | null;
  /** Whether a process runs there. */
  readonly up: boolean;
  /** Whether its process stands still. */
  readonly frozen: boolean;
  /** Whether it is no part of the cluster any more. */
  readonly gone: boolean;
  /** Whether it must not start any more, since its disk is damaged. */
  readonly lost: boolean;
  /** What was done to its disk. */
  readonly harm: ReadonlySet<Harm>;
  /** Starts its node on what it holds, if it does not run. */
  start(): Promise<void>;
  /** The power goes off. */
  crash(): void;
  /** The power goes off in the middle of the disk operation that comes after so many others. */
  crashAtOperation(after: number): void;
  /** Its process stands still. */
  freeze(): void;
  /** It goes on. */
  thaw(): void;
  /** Everything takes it up to `ms` longer. */
  slow(ms: number): void;
  /** A sync that comes soon fails. */
  failSync(): void;
  /** Only so many bytes fit on the disk besides those that are there. */
  fill(room: number): void;
  /** There is room again. */
  makeRoom(): void;
  /** Flips a bit while the machine is down; whether there was one. */
  flip(where: number): Promise<boolean>;
}

/** A cluster. */
export interface Party {
  /** The run. */
  readonly plan: Plan;
  /** Time. */
  readonly clock: Clock;
  /** The network. */
  readonly network: MemoryNetwork;
  /** Who does not hear whom. */
  readonly cuts: Cuts;
  /** All machines that there ever were. */
  readonly hosts: readonly Victim[];
  /** Those of the cluster on which a node runs. */
  readonly up: readonly Victim[];
  /** The one that leads, in the newest term. */
  readonly leader: Victim | null;
  /** The newest configuration that is committed, as far as running nodes know. */
  readonly configuration: Configuration | null;
  /** Whether the run is over because something failed. */
  readonly failed: boolean;
  /** A source of chance. */
  chance(name: string): Random;
  /** Waits so many milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Work whose failure is the run's. */
  watch(work: Promise<unknown>): void;
  /** Something went wrong, as it was planned. */
  fault(name: FaultName, sentence: string): void;
  /** Something has happened. */
  tell(line: string): void;
  /** A machine that was never there before, with an empty disk. */
  newHost(): Victim & { readonly id: NodeId };
  /**
   * Whether all other members remember the data folder of this node, and so will notice that it has another one, and know
   * that everything up to `commit` is committed, durably.
   */
  canDoWithout(id: NodeId, commit: number): Promise<boolean>;
  /** The disk of a machine is gone; one with an empty disk comes up in its place for `ms`, after `afterMs`. */
  lose(id: NodeId, afterMs: number, ms: number): Promise<void>;
  /** The machine is not needed any more. */
  retire(id: NodeId): void;
}
