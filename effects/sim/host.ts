/**
 * A simulated machine: a disk that forgets what was not synced, a state machine, and a node while it runs.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import type { Node } from "../../core/node.ts";
import { type MemoryDisk, memoryDisk, type MemoryDiskOptions } from "../disk/memory_disk.ts";
import type { RaftNode, StopReason } from "../node/raft_node.ts";
import { StartFailure } from "../node/start_node.ts";
import type { StateMachine } from "../node/state_machine.ts";
import type { Random } from "../random/random.ts";
import type { Found } from "../storage/storage.ts";
import { Gate } from "./gate.ts";
import { Acquaintances } from "./acquaintances.ts";
import { firstOther, hasLess, holdTheSame, placeOf } from "./damage.ts";
import { inspect } from "./inspect.ts";
import { NodeClock } from "./node_clock.ts";
import { Process } from "./process.ts";
import type { Surroundings } from "./surroundings.ts";
import type { SimHost } from "./workload.ts";

/** Something that was done to a disk, and excuses a node that stops or does not start because of it. */
export type Harm = "failedSyncs" | "fullDisks" | "flippedBits";

/** A machine. */
export class Host<Command, Reply, Query, Answer> implements SimHost<Command, Reply, Query, Answer> {
  incarnation = 0;
  node: Node | null = null;
  machine: StateMachine<Command, Reply, Query, Answer> | null = null;
  gone = false;
  /** What was done to its disk. */
  readonly harm: Set<Harm> = new Set();
  /** Whether its disk cannot be relied on any more: it must not start on it. */
  lost = false;
  readonly #around: Surroundings<Command, Reply, Query, Answer>;
  readonly #name: string;
  readonly #random: Random;
  /** The rate of its clock. */
  readonly #rate: number;
  #gate: Gate;
  #disk: MemoryDisk;
  #process: Process<Command, Reply, Query, Answer> | null = null;
  /** Settled when nothing of earlier processes is left. */
  #over: Promise<unknown> = Promise.resolve();
  #log: Log = Log.after();
  readonly #acquaintances = new Acquaintances();
  /** The machine without what the workload has put around it. */
  #bare: StateMachine<Command, Reply, Query, Answer> | null = null;
  /** The power goes off in the middle of so many disk operations from now; none if negative. */
  #operationsLeft = -1;

  /** A machine with an empty disk, on which nothing runs. */
  constructor(
    readonly id: NodeId,
    around: Surroundings<Command, Reply, Query, Answer>,
    name: string = `machine ${id}`,
  ) {
    const { clock, plan } = around;
    this.#around = around;
    this.#name = name;
    this.#random = around.chance(name);
    this.#rate = 1 + (2 * this.#random.next() - 1) * plan.faults.clockDrift;
    this.#gate = new Gate(clock, this.#random);
    this.#disk = memoryDisk(this.#diskOptions(this.#gate));
  }

  get raft(): RaftNode<Command, Reply, Query, Answer> | null {
    return this.#process?.raft ?? null;
  }

  get frozen(): boolean {
    return this.#process !== null && this.#gate.frozen;
  }

  /** Whether a node runs, starts, or has stopped without anybody having looked after it. */
  get up(): boolean {
    return this.#process !== null;
  }

  /** The log of the node; while it is down, what was found on its disk. */
  log(): Log {
    return this.node === null ? this.#log : this.node.log;
  }

  /** Starts the node on what the machine holds, if it does not run. */
  async start(): Promise<void> {
    await this.#over;
    if (this.#process !== null || this.gone || this.lost) return;
    if (++this.incarnation === 1 && this.#rate !== 1) this.#around.witness.fault("clockDrift");
    const clock = new NodeClock(this.#around.clock, this.#gate, this.#rate);
    const machinery = { clock, random: this.#around.chance(`${this.#name} start ${this.incarnation}`) };
    const { app, wrap } = this.#around;
    const bare = this.#bare ?? app.machine(machinery);
    this.#bare = bare;
    this.machine = wrap(this.id, bare);
    const process: Process<Command, Reply, Query, Answer> = new Process(this.#around, {
      host: this,
      machine: this.machine,
      machinery,
      gate: this.#gate,
      disk: this.#disk,
      stopped: (reason) => void (this.#process === process && this.#stopped(reason)),
    });
    this.#process = process;
    try {
      await process.start();
    } catch (error) {
      if (this.#process === process) this.#notStarted(error);
    }
  }

  /** The power goes off: what was not synced is lost, torn or there. */
  crash(): void {
    this.#operationsLeft = -1;
    const process = this.#process;
    if (process === null) return;
    this.#process = null;
    if (this.node !== null) {
      this.#log = this.node.log;
      this.#acquaintances.lived(this.node);
    }
    this.node = null;
    this.harm.delete("failedSyncs");
    this.harm.delete("fullDisks");
    const gate = new Gate(this.#around.clock, this.#random);
    const left = this.#disk.crash(this.#random, this.#diskOptions(gate));
    if (!holdTheSame(this.#disk, left)) this.#around.witness.fault("lostWrites");
    const ended = process.kill();
    this.#bare = this.#machineAfterCrash();
    this.#gate = gate;
    this.#disk = left;
    const inspected = this.#audit(left);
    this.#around.watch(inspected);
    this.#over = Promise.all([this.#over, ended, inspected]);
    this.#around.witness.crashed(this);
  }

  /** The power goes off in the middle of the disk operation that comes after so many others. */
  crashAtOperation(after: number): void {
    if (this.#process !== null) this.#operationsLeft = after;
  }

  /** Its process stands still. */
  freeze(): void {
    this.#gate.freeze();
  }

  /** It goes on. */
  thaw(): void {
    this.#gate.thaw();
  }

  /** Everything takes it up to `ms` longer. */
  slow(ms: number): void {
    this.#gate.slow(ms);
  }

  /** A sync that comes soon fails. */
  failSync(): void {
    if (this.#process === null) return;
    this.harm.add("failedSyncs");
    this.#disk.fail("sync");
  }

  /** Only so many bytes fit on the disk besides those that are there. */
  fill(room: number): void {
    this.harm.add("fullDisks");
    this.#disk.resize(this.#disk.used() + room);
  }

  /** There is room again. */
  makeRoom(): void {
    this.#disk.resize(Infinity);
  }

  /**
   * Flips the bit that `where`, from 0 to 1, points to, while the machine is down; whether there was one. The machine is lost
   * if its node would see less than before: nobody could tell a torn end from a damaged one.
   */
  flip(where: number): Promise<boolean> {
    const flipped = this.#over.then(() => this.#flip(where));
    this.#over = flipped.catch(() => {}); // nothing starts meanwhile
    return flipped;
  }

  async #flip(where: number): Promise<boolean> {
    const place = placeOf(this.#disk, where);
    if (this.#process !== null || place === null) return false;
    const before = await inspect(this.#disk, this.#around.clock);
    this.#disk.flip(place.path, place.offset, place.offset & 7);
    this.harm.add("flippedBits");
    const after = await inspect(this.#disk, this.#around.clock);
    if (E.isLeft(before) || E.isLeft(after)) return true;
    this.lost = hasLess(before.right, after.right);
    const index = firstOther(before.right.log, after.right.log);
    if (index === null) return true;
    this.#around.fail("Damage is noticed", `node ${this.id} finds another entry ${index} after a bit has flipped`);
    return true;
  }

  /** Whether its node would know the data folder of a peer, and that `commit` is committed, if it were started now. */
  async remembers(peer: NodeId, commit: number): Promise<boolean> {
    const found = await inspect(this.#disk, this.#around.clock);
    if (E.isLeft(found)) return false;
    if (this.node !== null) this.#acquaintances.lived(this.node);
    this.#judgeMemory(found.right);
    const { hardState, log, peers } = found.right;
    const known = O.isSome(hardState) ? hardState.value.commit : 0;
    return peers.has(peer) && Math.max(known, log.snapshot.index) >= commit;
  }

  /** The machine is no part of the cluster any more. */
  retire(): void {
    this.gone = true;
    this.crash();
  }

  /** Stops its node in order. */
  async close(): Promise<void> {
    const process = this.#process;
    this.#gate.slow(0);
    this.#gate.thaw();
    await process?.close();
    await this.#over;
  }

  /** What its node would find if its power went off now. */
  async #audit(disk: MemoryDisk): Promise<void> {
    const found = await inspect(disk, this.#around.clock);
    if (E.isRight(found)) {
      if (this.node === null) this.#log = found.right.log;
      if (this.gone) return;
      this.#around.witness.audited(found.right, this);
      this.#judgeMemory(found.right);
    } else if (!this.harm.has("flippedBits")) {
      this.#around.fail("A crash damages nothing that was durable", `node ${this.id}: ${found.left.message}`);
    }
  }

  #judgeMemory({ peers }: Found): void {
    const [forgotten] = this.#acquaintances.forgotten(peers.keys());
    if (forgotten === undefined || this.harm.has("flippedBits")) return;
    this.#around.fail("Members are remembered", `node ${this.id} has forgotten the data folder of node ${forgotten}`);
  }

  #stopped(reason: StopReason): void {
    if (reason.type === "Closed") return;
    const harmed = this.harm.size > 0;
    if (reason.type !== "StorageFailed" || !harmed) {
      const why = reason.type === "Fault" ? reason.reason.type : reason.message;
      return this.#around.fail("Nodes go on", `node ${this.id} stopped: ${reason.type} (${why})`);
    }
    this.#around.tell(`Node ${this.id} stopped: ${reason.message}`);
    this.#harmed();
  }

  #notStarted(error: unknown): void {
    if (!(error instanceof StartFailure) || this.harm.size === 0) {
      const message = error instanceof Error ? error.message : String(error);
      return this.#around.fail("Nodes start from what they have made durable", `node ${this.id}: ${message}`);
    }
    this.#around.tell(`Node ${this.id} does not start: ${error.message}`);
    this.#harmed();
  }

  /** The harm has had its effect. */
  #harmed(): void {
    for (const harm of ["failedSyncs", "fullDisks"] as const) {
      if (this.harm.has(harm)) this.#around.witness.fault(harm);
    }
    if (this.harm.has("flippedBits")) this.lost = true;
    this.crash();
  }

  #machineAfterCrash(): StateMachine<Command, Reply, Query, Answer> | null {
    const { app, clock } = this.#around;
    const bare = this.#bare;
    if (bare?.durability === undefined || app.afterCrash === undefined) return null;
    return app.afterCrash(bare, { clock, random: this.#random });
  }

  #diskOptions(gate: Gate): MemoryDiskOptions {
    const { clock, plan } = this.#around;
    const [least, most] = plan.faults.syncMs;
    return {
      onSync: () =>
        new Promise((resolve) => {
          clock.after(least + this.#random.next() * (most - least), () => gate.pass(resolve));
        }),
      onOperation: () => {
        if (gate === this.#gate && this.#operationsLeft >= 0 && this.#operationsLeft-- === 0) this.crash();
      },
    };
  }
}
