/**
 * A cluster of node processes on this machine, with a network between them that can fail.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import type { Identify } from "./caller.ts";
import { NodeProcess, type Ready } from "./node_process.ts";
import { freeAddresses } from "./ports.ts";
import { ProxiedNetwork } from "./proxy.ts";
import { RespClient } from "./resp_client.ts";

/** What a cluster is like. */
export interface ProcessClusterOptions {
  /** How many nodes. */
  readonly nodes: number;
  /** Where data and logs go; it must exist. */
  readonly folder: string;
  /** The election timeout. */
  readonly electionMs: number;
  /** How often a leader is heard of. */
  readonly heartbeatMs: number;
  /** Whether there are proxies between the nodes. */
  readonly proxied?: boolean;
  /** Further arguments for every node; `{id}` stands for its number. */
  readonly flags?: readonly string[];
  /** The program that serves, and the arguments before all others; if it is not given, this program's own `serve`. */
  readonly program?: readonly string[];
  /** Who calls on a proxied connection, if nodes introduce themselves in a way of their own. */
  readonly identify?: Identify;
  /** Time; the system's if it is not given. */
  readonly clock?: Clock;
}

/** Where a node listens, and where its data is. */
export interface Place {
  /** Where it really listens for its peers. */
  readonly peer: Address;
  /** Where Redis clients reach it. */
  readonly resp: Address;
  /** Where HTTP clients reach it. */
  readonly http: Address;
  /** Its data folder. */
  readonly data: string;
  /** The file with its output. */
  readonly log: string;
}

/** Node processes that belong together. */
export class ProcessCluster {
  /** The nodes. */
  readonly ids: readonly NodeId[];
  /** The network between them, if it is proxied. */
  readonly network: Option<ProxiedNetwork>;
  readonly #options: ProcessClusterOptions;
  readonly #clock: Clock;
  readonly #places: ReadonlyMap<NodeId, Place>;
  readonly #processes = new Map<NodeId, NodeProcess>();
  readonly #paused = new Set<NodeId>();

  /** Chooses the addresses. Nothing runs yet. */
  constructor(options: ProcessClusterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.ids = Array.from({ length: options.nodes }, (_, i) => i + 1);
    const addresses = freeAddresses(3 * options.nodes);
    this.#places = new Map(this.ids.map((id) => {
      const [peer, resp, http] = addresses.slice(3 * (id - 1));
      const data = `${options.folder}/node-${id}`;
      return [id, { peer, resp, http, data, log: `${data}.log` }];
    }));
    const targets = new Map(this.ids.map((id) => [id, this.place(id).peer]));
    const { identify } = options;
    this.network = options.proxied ? O.some(new ProxiedNetwork({ targets, clock: this.#clock, identify })) : O.none;
  }

  /** Where a node is. */
  place(id: NodeId): Place {
    const place = this.#places.get(id);
    if (place === undefined) throw new Error(`Cannot find node ${id}: the cluster has ${this.ids.length} nodes.`);
    return place;
  }

  /** The process of a node; none if it does not run. */
  process(id: NodeId): Option<NodeProcess> {
    const process = this.#processes.get(id);
    return process?.isRunning ? O.some(process) : O.none;
  }

  /** The nodes whose processes run, paused ones too. */
  running(): readonly NodeId[] {
    return this.ids.filter((id) => O.isSome(this.process(id)));
  }

  /** The nodes whose processes are paused. */
  paused(): readonly NodeId[] {
    return this.running().filter((id) => this.#paused.has(id));
  }

  /** The nodes whose processes have ended though nobody here wanted them to, and were not started again. */
  fallen(): readonly NodeId[] {
    return this.ids.filter((id) => this.#processes.get(id)?.hasFallen);
  }

  /** Starts a node, with the data that it had before, and waits until it is ready. */
  async start(id: NodeId): Promise<Either<string, Ready>> {
    const running = this.process(id);
    if (O.isSome(running)) return await running.value.ready;
    const process = new NodeProcess({ command: this.#command(id), log: this.place(id).log });
    this.#processes.set(id, process);
    this.#paused.delete(id);
    return await process.ready;
  }

  /** Starts every node that does not run; on the left the first reason why one cannot. */
  async startAll(): Promise<Either<string, void>> {
    const started = await Promise.all(this.ids.map((id) => this.start(id)));
    return started.find(E.isLeft) ?? E.right(undefined);
  }

  /** Kills nodes (SIGKILL). */
  async kill(...ids: readonly NodeId[]): Promise<void> {
    await this.#each(ids, (process) => process.kill());
  }

  /** Stops nodes (SIGTERM), and waits until they have ended. */
  async stop(...ids: readonly NodeId[]): Promise<void> {
    this.resume(...ids); // a paused process cannot stop
    await this.#each(ids, (process) => process.stop());
  }

  /** Holds nodes (SIGSTOP). */
  pause(...ids: readonly NodeId[]): void {
    for (const id of ids) {
      const process = this.process(id);
      if (O.isNone(process)) continue;
      process.value.pause();
      this.#paused.add(id);
    }
  }

  /** Lets nodes go on (SIGCONT). */
  resume(...ids: readonly NodeId[]): void {
    for (const id of ids) {
      const process = this.process(id);
      if (O.isSome(process)) process.value.resume();
      this.#paused.delete(id);
    }
  }

  /** Waits until one of the nodes `among` (all of them if it is not given) says that it leads. */
  async leader(options: { readonly timeoutMs: number; readonly among?: readonly NodeId[] }): Promise<Option<NodeId>> {
    const deadline = this.#clock.now() + options.timeoutMs;
    // Leaders come and go with election timeouts: there is no need to ask more often than this.
    const pause = Math.max(20, this.#options.electionMs / 10);
    for (;;) {
      const leaders = await Promise.all((options.among ?? this.ids).map((id) => this.#leads(id)));
      const leader = leaders.find(O.isSome);
      if (leader !== undefined) return leader;
      if (this.#clock.now() + pause > deadline) return O.none;
      await new Promise<void>((resolve) => void this.#clock.after(pause, resolve));
    }
  }

  /** Kills what still runs, and closes the network. */
  async close(): Promise<void> {
    await this.kill(...this.ids);
    if (O.isSome(this.network)) await this.network.value.close();
  }

  async #each(ids: readonly NodeId[], work: (process: NodeProcess) => Promise<unknown>): Promise<void> {
    await Promise.all(ids.map(async (id) => {
      const process = this.process(id);
      if (O.isSome(process)) await work(process.value);
    }));
  }

  /** The node, if it leads as far as it knows. */
  async #leads(id: NodeId): Promise<Option<NodeId>> {
    if (O.isNone(this.process(id)) || this.#paused.has(id)) return O.none;
    const client = await RespClient.connect(this.place(id).resp, this.#clock);
    if (E.isLeft(client)) return O.none;
    const outcome = await client.right.ask(["ROLE"], this.#options.electionMs);
    await client.right.close();
    const role = outcome.type === "Reply" && Array.isArray(outcome.reply) ? outcome.reply[0] : undefined;
    return role === "master" ? O.some(id) : O.none;
  }

  #command(id: NodeId): readonly string[] {
    const { program = ownProgram(), electionMs, heartbeatMs, flags = [] } = this.#options;
    const { peer, resp, http, data } = this.place(id);
    const { network } = this;
    const listen = O.isSome(network) ? ["--listen", peer, "--advertise", network.value.addressOf(id)] : [];
    return [
      ...program,
      ...["--id", String(id), "--cluster", this.#members(), ...listen, "--data", data, "--resp", resp, "--http", http],
      ...["--election-ms", String(electionMs), "--heartbeat-ms", String(heartbeatMs)],
      ...flags.map((flag) => flag.replaceAll("{id}", `${id}`)),
    ];
  }

  /** The member list, the same for every node. */
  #members(): string {
    const { network } = this;
    return this.ids.map((id) => `${id}=${O.isSome(network) ? network.value.addressOf(id) : this.place(id).peer}`).join(
      ",",
    );
  }
}

function ownProgram(): readonly string[] {
  return [
    Deno.execPath(),
    "run",
    "--allow-all",
    decodeURIComponent(new URL("../cli.ts", import.meta.url).pathname),
    "serve",
  ];
}
