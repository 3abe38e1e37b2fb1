/**
 * What a node is started with.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Random } from "../random/random.ts";
import type { SessionLimits } from "../session/sessions.ts";
import type { Address, Storage } from "../storage/storage.ts";
import type { NodeTracer } from "../telemetry/trace.ts";
import type { Transport } from "../transport/transport.ts";
import type { Meters } from "./meters.ts";
import type { Recorder } from "./recorder.ts";
import type { CompactionLimits } from "./snapshots.ts";
import type { StateMachine } from "./state_machine.ts";

/** What a node is made of. Whatever has a usual value may be left out. */
export interface NodeSettings<Command, Reply, Query, Answer> {
  /** The node: a number that no other node of the cluster has, had or will have. */
  readonly id: NodeId;
  /**
   * The first members of the cluster and where they listen for each other; the same on every node, for ever. They give the
   * cluster its identity. Who is a member now is in the log.
   */
  readonly cluster: ReadonlyMap<NodeId, Address> | Readonly<Record<NodeId, Address>>;
  /** Whether this node is none of the first members: it waits until the others add it. */
  readonly join?: boolean;
  /** Where its peers reach it now: if the cluster knows another address, it is told this one. */
  readonly address?: Address;
  /** Its disk. */
  readonly storage: Storage;
  /** Its way to the others. */
  readonly transport: Transport;
  /** What is replicated. */
  readonly stateMachine: StateMachine<Command, Reply, Query, Answer>;
  /** Takes every input of the reducer. */
  readonly recorder?: Recorder;
  /** Time. */
  readonly clock?: Clock;
  /** Randomness. */
  readonly random?: Random;
  /** Where events go; nowhere if it is not given. */
  readonly logger?: Logger;
  /** Traces proposals; nothing does if it is not given. */
  readonly tracer?: NodeTracer;
  /** Is told how long things take. */
  readonly meters?: Meters;
  /** Milliseconds without a leader after which the others begin an election, at the least; 1,000 if it is not given. */
  readonly electionMs?: number;
  /** Milliseconds between two heartbeats of a leader; 100 if it is not given. */
  readonly heartbeatMs?: number;
  /** Milliseconds until a request is answered at the latest; 5,000 if it is not given. */
  readonly requestTimeoutMs?: number;
  /** Whether a leader answers reads without a quorum round while it holds a lease. It relies on the clocks' rates. */
  readonly leaseReads?: boolean;
  /** When the log is cut. */
  readonly compaction?: Partial<CompactionLimits>;
  /** When client sessions are forgotten; the same on every node. */
  readonly sessions?: SessionLimits;
  /** The most requests that may wait; 100,000 if it is not given. */
  readonly mostWaiting?: number;
  /** The most bytes of a command; 8 MiB if it is not given. */
  readonly mostCommandBytes?: number;
}
