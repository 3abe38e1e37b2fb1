/**
 * A cluster that only pretends to be one: a log in memory that all nodes follow. So one kind of misdeed can be done to clients
 * while everything else is right.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type {
  ProposalRejected,
  ProposeError,
  RaftNode,
  RequestOptions,
  Session,
} from "../../effects/node/raft_node.ts";
import type { StateMachine } from "../../effects/node/state_machine.ts";
import type { Random } from "../../effects/random/random.ts";
import { chanceOf } from "../../effects/sim/chance.ts";
import { type ClientWorkload, clientWorkload } from "../../effects/sim/clients/workload.ts";
import { CALM } from "../../effects/sim/faults.ts";
import type { Plan } from "../../effects/sim/plan.ts";
import type { SimHost, SimWorld } from "../../effects/sim/workload.ts";
import { counterApp } from "./planted_counters.ts";

/** What such a cluster does wrong now and then. */
export type Misdeed =
  | "applies a command with a key twice"
  | "acknowledges what it does not apply"
  | "rejects what it applies"
  | "answers reads with an earlier state"
  | "answers reads without its state machine"
  | "replies another sum"
  | "does not answer"
  | "throws"
  | "skips a command on one node"
  | "leaves a node behind in the end"
  | "never serves on one node again"
  | "lets the commands of a session overtake each other";

const TURN_MS = 5;
const MS = 20_000;
/** Turns that node 2 is behind the others. */
const LAG = 4;

const PLAN: Plan = {
  seed: 1,
  nodes: 3,
  clients: 6,
  ms: MS,
  electionMs: 500,
  heartbeatMs: 50,
  leaseReads: false,
  compaction: { entries: 1_000, keep: 100 },
  faults: { ...CALM, clientRetries: 0.3 },
  events: [],
};

type Node = RaftNode<number, number, null, number>;
type Machine = StateMachine<number, number, null, number>;
type Answered = Either<ProposeError, number>;

const REJECTED: ProposalRejected = { type: "Rejected", reason: "NoLeader", leader: O.none };

/** A cluster in which clients have worked. */
export class PretendedCluster implements SimWorld<number, number, null, number> {
  readonly app = counterApp();
  readonly plan = PLAN;
  readonly clock = new SimulatedClock();
  readonly hosts: readonly Host[];
  readonly workload: ClientWorkload<number, number, null, number>;
  readonly leader = null;
  /** The log. */
  readonly log: Bytes[] = [];
  /** By key: where its command is in the log. */
  readonly keys = new Map<string, number>();
  /** What was wrong first. */
  failure: string | null = null;
  /** Whether nobody asks any more. */
  over = false;
  /** Whether everybody has his answers. */
  ended = false;
  readonly #misdeed: Misdeed | null;
  readonly #random: Random = chanceOf(1, "misdeeds");

  /** Nobody has asked yet. */
  constructor(misdeed: Misdeed | null) {
    this.#misdeed = misdeed;
    this.workload = clientWorkload(this);
    this.hosts = [1, 2, 3].map((id) => {
      const bare = this.app.machine({ clock: this.clock, random: this.chance("machine") });
      return new Host(id, this, this.workload.machine?.(id, bare) ?? bare);
    });
  }

  /** Lets clients work, and judges them. */
  static async of(misdeed: Misdeed | null): Promise<PretendedCluster> {
    const cluster = new PretendedCluster(misdeed);
    let done = false;
    cluster.watch(cluster.#life().then(() => done = true));
    await cluster.clock.runUntil(() => done || cluster.failed, 5 * MS);
    return cluster;
  }

  get running(): readonly Node[] {
    return this.hosts.map(({ raft }) => raft);
  }

  get failed(): boolean {
    return this.failure !== null;
  }

  chance(name: string): Random {
    return chanceOf(1, name);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }

  watch(work: Promise<unknown>): void {
    work.catch((error) => this.fail("It throws", String(error)));
  }

  fail(check: string, sentence: string): void {
    this.failure ??= `${check}: ${sentence}`;
  }

  tell(): void {}

  countRetry(): void {}

  /** Whether it is a cluster that does this. */
  is(misdeed: Misdeed): boolean {
    return this.#misdeed === misdeed;
  }

  /** Whether it does this now. */
  does(misdeed: Misdeed): boolean {
    return this.is(misdeed) && this.#random.next() < 0.25;
  }

  async #life(): Promise<void> {
    for (const host of this.hosts) host.follow();
    this.workload.start(this);
    await this.sleep(MS);
    this.over = true;
    await this.workload.settle();
    this.ended = true;
    this.log.push(this.hosts[0].machine.codec.command.encode(1)); // one more, for which nobody waits
    await this.sleep(2 * LAG * TURN_MS);
    await this.workload.conclude();
  }
}

class Host implements SimHost<number, number, null, number> {
  readonly incarnation = 1;
  readonly node = null;
  readonly frozen = false;
  readonly gone = false;
  readonly raft: Node;
  readonly #replies: number[] = [];
  readonly #cluster: PretendedCluster;

  constructor(readonly id: NodeId, cluster: PretendedCluster, readonly machine: Machine) {
    this.#cluster = cluster;
    this.raft = nodeOf(this, cluster);
  }

  log(): Log {
    return Log.after();
  }

  /** Applies what is in the log, from now on. */
  follow(): void {
    const { clock, failed, log } = this.#cluster;
    const last = log.length;
    const until = this.id === 2 ? LAG * TURN_MS : TURN_MS;
    clock.after(until, () => this.#apply(last));
    if (!failed) clock.after(TURN_MS, () => this.follow());
  }

  /** The reply of its own machine to a command of the log, when it has applied that. */
  async applied(index: number): Promise<number> {
    while (this.#replies.length <= index) await this.#cluster.sleep(TURN_MS);
    return this.#replies[index];
  }

  #apply(last: number): void {
    const cluster = this.#cluster;
    if (this.id === 2 && cluster.ended && cluster.is("leaves a node behind in the end")) return;
    while (this.#replies.length < last) {
      const index = this.#replies.length;
      const decoded = this.machine.codec.command.decode(cluster.log[index]);
      if (E.isLeft(decoded)) throw new Error(decoded.left);
      const commands = this.id === 2 && cluster.does("skips a command on one node") ? [] : [decoded.right];
      const replies = this.machine.apply({ commands, index: index + 1, records: () => [] });
      this.#replies.push(replies instanceof Promise ? 0 : replies[0] ?? 0);
    }
  }
}

function nodeOf(host: Host, cluster: PretendedCluster): Node {
  const propose = async (data: Bytes, delayMs = 0, key?: string): Promise<Answered> => {
    if (delayMs > 0) await cluster.sleep(delayMs);
    const known = key === undefined || cluster.does("applies a command with a key twice")
      ? undefined
      : cluster.keys.get(key);
    const index = known ?? cluster.log.push(data) - 1;
    if (key !== undefined) cluster.keys.set(key, index);
    const reply = await host.applied(index);
    if (cluster.does("rejects what it applies")) return E.left(REJECTED);
    return E.right(cluster.does("replies another sum") ? reply + 1 : reply);
  };
  const session: Session<number, number> = {
    id: 1,
    propose: (command) => {
      const late = cluster.does("lets the commands of a session overtake each other");
      return propose(host.machine.codec.command.encode(command), late ? 1 : 0);
    },
    close: () => Promise.resolve(),
  };
  return {
    id: host.id,
    stopped: new Promise(() => {}),
    propose: async (command: number, { idempotencyKey }: RequestOptions = {}): Promise<Answered> => {
      if (cluster.over && host.id === 3 && cluster.is("never serves on one node again")) return E.left(REJECTED);
      const data = host.machine.codec.command.encode(command);
      if (cluster.does("throws")) throw new Error("a bug");
      if (cluster.does("does not answer")) return await new Promise(() => {});
      const isPlain = idempotencyKey === undefined;
      if (isPlain && cluster.does("acknowledges what it does not apply")) return E.right(0);
      return await propose(data, 0, idempotencyKey);
    },
    read: async () => {
      if (cluster.does("answers reads without its state machine")) return E.right(1);
      if (!cluster.is("answers reads with an earlier state")) await host.applied(cluster.log.length - 1);
      return E.right(await host.machine.query(null));
    },
    openSession: () => Promise.resolve(E.right(session)),
    whileLeader: nobodyAsks,
    status: nobodyAsks,
    events: nobodyAsks,
    transferLeadership: nobodyAsks,
    changeMembers: nobodyAsks,
    compact: nobodyAsks,
    backup: nobodyAsks,
    close: () => Promise.resolve(),
  };
}

function nobodyAsks(): never {
  throw new Error("Clients do not ask for this.");
}
