/**
 * Carries faults out on a cluster, and counts them.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { ProcessCluster } from "../processes/cluster.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { pause } from "./pause.ts";

/** Does harm. */
export class Nemesis {
  /** How many faults of each kind there were. */
  readonly counts: Map<FaultKind, number> = new Map();
  /** What went wrong with the nodes themselves, in sentences. */
  readonly failures: string[] = [];
  readonly #cluster: ProcessCluster;
  readonly #clock: Clock;

  /** Nothing is done yet. */
  constructor(cluster: ProcessCluster, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** Carries out one fault after the other until `signal` aborts, and ends the one that goes on. */
  async run(faults: Iterable<Fault>, signal: AbortSignal): Promise<void> {
    for (const fault of faults) {
      await pause(this.#clock, fault.afterMs, signal);
      this.#noteFallen();
      if (signal.aborted) return;
      const nodes = await this.#nodes(fault);
      if (nodes.length === 0) continue;
      this.counts.set(fault.kind, (this.counts.get(fault.kind) ?? 0) + 1);
      await this.#begin(fault, nodes);
      await pause(this.#clock, fault.lastsMs, signal);
      await this.#end(fault, nodes);
      if (signal.aborted) return;
    }
  }

  /** Ends everything that goes on: all links are good, all processes run. */
  async endAll(): Promise<void> {
    const { network, ids } = this.#cluster;
    if (O.isSome(network)) network.value.heal();
    this.#cluster.resume(...ids);
    this.#noteFallen();
    await this.#start(ids);
  }

  #noteFallen(): void {
    for (const id of this.#cluster.fallen()) {
      const failure = `Node ${id} ended by itself. Its output is in ${this.#cluster.place(id).log}.`;
      if (!this.failures.includes(failure)) this.failures.push(failure);
    }
  }

  async #nodes({ targets }: Fault): Promise<readonly NodeId[]> {
    const named = targets.filter((target) => target !== "leader");
    if (named.length === targets.length) return named;
    const leader = await this.#cluster.leader({ timeoutMs: 0 });
    return O.isSome(leader) ? [...named, leader.value] : named;
  }

  async #begin(fault: Fault, nodes: readonly NodeId[]): Promise<void> {
    switch (fault.kind) {
      case "kill":
      case "kill-all":
        return await this.#cluster.kill(...nodes);
      case "pause":
        return this.#cluster.pause(...nodes);
      case "cut":
      case "one-way":
      case "slow":
        return this.#changeLinks(fault, nodes, true);
    }
  }

  async #end(fault: Fault, nodes: readonly NodeId[]): Promise<void> {
    switch (fault.kind) {
      case "kill":
      case "kill-all":
        return await this.#start(nodes);
      case "pause":
        return this.#cluster.resume(...nodes);
      case "cut":
      case "one-way":
      case "slow":
        return this.#changeLinks(fault, nodes, false);
    }
  }

  async #start(nodes: readonly NodeId[]): Promise<void> {
    const started = await Promise.all(nodes.map((id) => this.#cluster.start(id)));
    for (const [i, result] of started.entries()) {
      if (E.isLeft(result)) this.failures.push(`Node ${nodes[i]} did not start again: ${result.left}`);
    }
  }

  #changeLinks({ kind, isOutgoing, delayMs }: Fault, nodes: readonly NodeId[], isBegin: boolean): void {
    const { network, ids } = this.#cluster;
    if (O.isNone(network)) return;
    const { links } = network.value;
    const change = kind === "slow" ? { delayMs: isBegin ? delayMs : 0 } : { isCut: isBegin };
    for (const node of nodes) {
      for (const other of ids.filter((id) => !nodes.includes(id))) {
        if (kind !== "one-way" || isOutgoing) links.set(node, other, change);
        if (kind !== "one-way" || !isOutgoing) links.set(other, node, change);
      }
    }
  }
}
