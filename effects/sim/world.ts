/**
 * A simulated cluster: its machines, its network, its time, and what was seen of it.
 *
 * @module
 */
import type { Configuration } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import { SimulatedClock } from "../clock/simulated_clock.ts";
import { allChecks } from "../invariants/mod.ts";
import { Violation } from "../invariants/check.ts";
import type { RaftNode } from "../node/raft_node.ts";
import type { Random } from "../random/random.ts";
import { type MemoryNetwork, memoryNetwork } from "../transport/memory_network.ts";
import type { App } from "./app.ts";
import { chanceOf } from "./chance.ts";
import { Chronicle } from "./chronicle.ts";
import { Cuts } from "./cuts.ts";
import type { FaultName } from "./faults.ts";
import { Host } from "./host.ts";
import { usual } from "./network_faults.ts";
import type { Failure } from "./outcome.ts";
import type { Party } from "./party.ts";
import type { Plan } from "./plan.ts";
import { boundsOf } from "./queues.ts";
import { addressOf, type Surroundings } from "./surroundings.ts";
import { Witness } from "./witness.ts";
import type { RunHooks, SimWorld, Workload } from "./workload.ts";

/** A cluster. */
export class World<Command, Reply, Query, Answer> implements SimWorld<Command, Reply, Query, Answer>, Party {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly network: MemoryNetwork;
  readonly cuts: Cuts;
  /** Who sees everything. */
  readonly witness: Witness;
  /** The story so far. */
  readonly chronicle: Chronicle;
  readonly hosts: Host<Command, Reply, Query, Answer>[] = [];
  /** Clients and their judge. */
  workload: Workload<Command, Reply, Query, Answer> | null = null;
  /** What was wrong first. */
  failure: Failure | null = null;
  readonly #around: Surroundings<Command, Reply, Query, Answer>;

  /** Machines on which nothing runs. */
  constructor(
    readonly app: App<Command, Reply, Query, Answer>,
    readonly plan: Plan,
    hooks: RunHooks<Command, Reply, Query, Answer>,
  ) {
    this.network = memoryNetwork(this.clock, this.chance("network"), usual(plan));
    this.cuts = new Cuts(this.network, () => this.hosts.map(({ id }) => id));
    this.chronicle = new Chronicle(this.clock, hooks.fullTrace === true);
    const fail = (check: string, sentence: string): void => this.fail(check, sentence);
    const checks = [...allChecks(boundsOf(plan)), ...hooks.checks ?? []];
    this.witness = new Witness({ checks, cluster: this, chronicle: this.chronicle, fail });
    const ids = Array.from({ length: plan.nodes }, (_, i) => i + 1);
    this.#around = {
      app,
      plan,
      clock: this.clock,
      network: this.network,
      witness: this.witness,
      members: new Map(ids.map((id) => [id, addressOf(id)])),
      chance: (name) => this.chance(name),
      wrap: (id, machine) => this.workload?.machine?.(id, machine) ?? machine,
      recorder: (id) => hooks.recorder?.(id),
      watch: (work) => this.watch(work),
      fail,
      tell: (line) => this.tell(line),
    };
    for (const id of ids) this.hosts.push(new Host(id, this.#around));
  }

  get running(): readonly RaftNode<Command, Reply, Query, Answer>[] {
    return this.up.flatMap(({ raft }) => raft === null ? [] : [raft]);
  }

  get up(): readonly Host<Command, Reply, Query, Answer>[] {
    return this.hosts.filter(({ gone, node, raft }) => !gone && node !== null && raft !== null);
  }

  get leader(): Host<Command, Reply, Query, Answer> | null {
    let leader: Host<Command, Reply, Query, Answer> | null = null;
    for (const host of this.up) {
      if (host.node?.role === "leader" && host.node.term > (leader?.node?.term ?? -1)) leader = host;
    }
    return leader;
  }

  get configuration(): Configuration | null {
    let [newest, applied]: [Configuration | null, number] = [null, -1];
    for (const { node } of this.up) {
      if (node !== null && node.applied > applied) [newest, applied] = [node.configuration, node.applied];
    }
    return newest;
  }

  get failed(): boolean {
    return this.failure !== null;
  }

  chance(name: string): Random {
    return chanceOf(this.plan.seed, name);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, () => resolve()));
  }

  readonly watch = (work: Promise<unknown>): void => {
    work.catch((error) => this.object(error));
  };

  /** Something was thrown that nobody has expected. */
  object(error: unknown): void {
    if (error instanceof Violation) return this.fail(error.check, error.sentence);
    this.fail(
      "Nothing is thrown that nobody expects",
      error instanceof Error ? error.stack ?? error.message : `${error}`,
    );
  }

  fail(check: string, sentence: string): void {
    if (this.failure !== null) return;
    this.tell(`${check}: ${sentence}`);
    this.failure = { check, sentence, at: this.clock.now(), story: this.chronicle.lines };
  }

  tell(line: string): void {
    this.chronicle.tell(line);
  }

  fault(name: FaultName, sentence: string): void {
    this.witness.fault(name);
    this.tell(sentence);
  }

  countRetry(): void {
    this.witness.fault("clientRetries");
  }

  newHost(): Host<Command, Reply, Query, Answer> {
    const host = new Host(this.hosts.length + 1, this.#around);
    this.hosts.push(host);
    this.cuts.refresh();
    return host;
  }

  async canDoWithout(id: NodeId, commit: number): Promise<boolean> {
    for (const member of this.configuration?.members ?? []) {
      if (member !== id && !await this.hosts[member - 1].remembers(id, commit)) return false;
    }
    return true;
  }

  async lose(id: NodeId, afterMs: number, ms: number): Promise<void> {
    const host = this.hosts[id - 1];
    host.retire();
    this.witness.wiped(host);
    await this.sleep(afterMs);
    await host.close();
    const outcast = this.#outcast(id);
    this.tell(`Node ${id} comes back without its memory.`);
    await outcast.start();
    await this.sleep(ms);
    this.tell(`Node ${id} is switched off.`);
    await outcast.close();
  }

  retire(id: NodeId): void {
    this.hosts[id - 1].retire();
  }

  /** A machine with an empty disk and the number of another one: nobody may listen to it. */
  #outcast(id: NodeId): Host<Command, Reply, Query, Answer> {
    const fail = (check: string, sentence: string): void => this.fail(check, sentence);
    const chronicle = new Chronicle(this.clock, false);
    return new Host(id, {
      ...this.#around,
      witness: new Witness({ checks: [], cluster: this, chronicle, fail }),
      wrap: (_, machine) => machine,
      recorder: () => undefined,
      arrived: (from) => {
        if (this.hosts[from - 1].gone) return; // two that have lost their memory may find each other
        fail("A node without its memory is refused", `node ${id} has lost its disk, and hears node ${from}`);
      },
    }, `outcast ${id}`);
  }
}
