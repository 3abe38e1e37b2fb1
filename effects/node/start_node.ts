/**
 * Starts a node: opens its disk, brings its state machine up to date, and sets it going.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { NO_MEMBERS } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import { type Options, options } from "../../core/options.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { start, type StartError } from "../../core/start.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import { type Logger, silentLogger } from "../logging/logger.ts";
import { type Random, systemRandom } from "../random/random.ts";
import type { Address, Found, OpenStorage, StorageError } from "../storage/storage.ts";
import { Engine } from "./engine.ts";
import { identify } from "./identity.ts";
import type { RaftNode } from "./raft_node.ts";
import { RunningNode } from "./running_node.ts";
import type { NodeSettings } from "./settings.ts";
import { COMPACTION_LIMITS, type CompactionLimits } from "./snapshots.ts";
import { restoreMachine } from "./snapshot_stream.ts";
import { SystemState } from "./system_state.ts";

/** Why a node does not start. */
export type WhyNotStarted =
  | { readonly type: "Settings"; readonly message: string }
  | { readonly type: "Storage"; readonly error: StorageError; readonly message: string }
  | { readonly type: "Identity"; readonly message: string }
  | { readonly type: "Contradiction"; readonly error: StartError; readonly message: string }
  | { readonly type: "StateMachine"; readonly message: string }
  | { readonly type: "Transport"; readonly message: string };

/** A node did not start; nothing of it runs. */
export class StartFailure extends Error {
  /** Why. */
  readonly reason: WhyNotStarted;

  /** A failure with its reason. */
  constructor(reason: WhyNotStarted) {
    super(reason.message);
    this.name = "StartFailure";
    this.reason = reason;
  }
}

/** Settings without anything left out. */
export interface CompleteSettings<Command, Reply, Query, Answer> extends
  Required<
    Omit<
      NodeSettings<Command, Reply, Query, Answer>,
      "compaction" | "address" | "recorder" | "sessions" | "cluster" | "tracer" | "meters"
    >
  > {
  /** The first members. */
  readonly cluster: ReadonlyMap<NodeId, Address>;
  /** When the log is cut. */
  readonly compaction: CompactionLimits;
  /** Takes the inputs of the reducer. */
  readonly recorder: NodeSettings<Command, Reply, Query, Answer>["recorder"];
  /** When sessions are forgotten. */
  readonly sessions: NodeSettings<Command, Reply, Query, Answer>["sessions"];
  /** Traces proposals. */
  readonly tracer: NodeSettings<Command, Reply, Query, Answer>["tracer"];
  /** Is told how long things take. */
  readonly meters: NodeSettings<Command, Reply, Query, Answer>["meters"];
  /** Where its peers reach it now. */
  readonly address: Address | undefined;
  /** Milliseconds of a tick. */
  readonly tickMs: number;
  /** Ticks of an election timeout. */
  readonly electionTick: number;
  /** The most bytes of commands that may wait to be handed on. */
  readonly mostWaitingBytes: number;
  /** Whether proposals gather while a sync is under way. */
  readonly holdBack: boolean;
}

/** Starts a node. Rejects with a {@linkcode StartFailure} if it cannot. */
export async function startNode<Command, Reply, Query, Answer>(
  settings: NodeSettings<Command, Reply, Query, Answer>,
): Promise<RaftNode<Command, Reply, Query, Answer>> {
  const complete = completed(settings);
  const checked = nodeOptions(complete);
  const opened = await complete.storage.open();
  if (E.isLeft(opened)) throw new StartFailure({ type: "Storage", error: opened.left, message: opened.left.message });
  const storage = opened.right;
  try {
    return await startOn(storage, complete, checked);
  } catch (error) {
    await storage.close().catch(() => {});
    throw error;
  }
}

async function startOn<Command, Reply, Query, Answer>(
  storage: OpenStorage,
  settings: CompleteSettings<Command, Reply, Query, Answer>,
  options: Options,
): Promise<RaftNode<Command, Reply, Query, Answer>> {
  const { clock, cluster, id, join, logger, random, recorder, transport } = settings;
  const { found } = storage;
  for (const notice of found.notices) logger.log("warn", notice);
  const identity = required(
    identify({ id, members: cluster, join }, found, random),
    (message) => ({ type: "Identity", message }),
  );
  if (O.isNone(found.identity)) await storage.identify(identity);
  const system = new SystemState(settings.sessions);
  system.setMembers({ ...NO_MEMBERS, voters: [...identity.members.keys()] }, identity.members);
  const applied = await bringUp(storage, settings, system);
  const started = start({ id, options }, {
    hardState: found.hardState,
    log: found.log,
    snapshot: usableSnapshot(found),
    applied,
    configuration: system.configuration,
  });
  const [node, outbox] = required(
    started,
    (error) => ({ type: "Contradiction", error, message: contradiction(error) }),
  );
  const engine = new Engine(node, clock, recorder ?? null);
  recorder?.begin(node, outbox);
  const running = new RunningNode({ settings, identity, storage, system, applied, engine, outbox });
  const local = {
    cluster: identity.cluster,
    id,
    incarnation: identity.incarnation,
    address: O.fromNullable(settings.address ?? system.addresses.get(id)),
    clock,
    random,
    logger,
  };
  const open = await transport.open(local, running.handler);
  if (E.isLeft(open)) await recorder?.close();
  running.run(required(open, ({ message }) => ({ type: "Transport", message })));
  return running;
}

/** Brings the state machine to where it can go on with the log, and says where that is. */
async function bringUp<Command, Reply, Query, Answer>(
  storage: OpenStorage,
  { stateMachine }: CompleteSettings<Command, Reply, Query, Answer>,
  system: SystemState,
): Promise<number> {
  const { found } = storage;
  const { durability } = stateMachine;
  if (durability !== undefined && durability.index > 0 && durability.index >= found.log.snapshot.index) {
    system.restore(durability.records);
    return durability.index;
  }
  if (O.isNone(found.snapshot)) return needsNothing(found);
  const file = storage.openSnapshot(found.snapshot.value);
  if (O.isNone(file)) return needsNothing(found);
  try {
    await restoreMachine(file.value, stateMachine, system);
  } catch (error) {
    throw new StartFailure({ type: "StateMachine", message: error instanceof Error ? error.message : String(error) });
  } finally {
    file.value.close();
  }
  return found.snapshot.value.index;
}

function needsNothing({ log }: Found): number {
  if (log.snapshot.index === 0) return 0;
  const message =
    `Cannot start: the log begins behind ${log.snapshot.index}, and there is no snapshot of what was before.`;
  throw new StartFailure({ type: "StateMachine", message });
}

/** A snapshot is of use to a peer if the log goes on from it. */
function usableSnapshot({ log, snapshot }: Found): Option<Snapshot> {
  return O.isSome(snapshot) && snapshot.value.index >= log.snapshot.index ? snapshot : O.none;
}

function completed<Command, Reply, Query, Answer>(
  settings: NodeSettings<Command, Reply, Query, Answer>,
): CompleteSettings<Command, Reply, Query, Answer> {
  const { cluster, compaction, electionMs = 1_000, heartbeatMs = 100 } = settings;
  const members = cluster instanceof Map
    ? cluster
    : new Map(Object.entries(cluster).map(([id, at]) => [Number(id), at]));
  return {
    join: false,
    clock: systemClock as Clock,
    random: systemRandom as Random,
    logger: silentLogger as Logger,
    requestTimeoutMs: 5_000,
    leaseReads: false,
    mostWaiting: 100_000,
    mostCommandBytes: 8 * 1024 * 1024,
    mostWaitingBytes: 256 * 1024 * 1024,
    holdBack: true,
    ...settings,
    cluster: members,
    compaction: { ...COMPACTION_LIMITS, ...compaction },
    recorder: settings.recorder,
    sessions: settings.sessions,
    tracer: settings.tracer,
    meters: settings.meters,
    address: settings.address,
    electionMs,
    heartbeatMs,
    tickMs: heartbeatMs,
    electionTick: Math.round(electionMs / heartbeatMs),
  };
}

/** How the reducer behaves in this shell: everything on that protects a cluster, and no forwarding behind the shell's back. */
function nodeOptions({ electionTick }: { readonly electionTick: number }): Options {
  const checked = options({
    electionTick,
    heartbeatTick: 1,
    maxSizePerMsg: 1024 * 1024,
    maxInflightMsgs: 256,
    maxInflightBytes: 64 * 1024 * 1024,
    maxUncommittedSize: 1024 * 1024 * 1024,
    checkQuorum: true,
    preVote: true,
    readOnlyOption: "safe",
    disableProposalForwarding: true,
    stepDownOnRemoval: true,
  });
  return required(checked, ({ message }) => ({ type: "Settings", message }));
}

function required<L, A>(either: Either<L, A>, why: (left: L) => WhyNotStarted): A {
  if (E.isLeft(either)) throw new StartFailure(why(either.left));
  return either.right;
}

function contradiction(error: StartError): string {
  return `Cannot start: what is on the disk contradicts itself (${JSON.stringify(error)}).`;
}
