/**
 * The usual workload of a simulation: clients of every manner, and the judge of what they were told.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { StateMachine } from "../../node/state_machine.ts";
import type { Tally } from "../outcome.ts";
import type { SimWorld, Workload } from "../workload.ts";
import { Calls } from "./calls.ts";
import { Client, type Surroundings } from "./client.ts";
import { judgeAlone } from "./judge_alone.ts";
import { Order } from "./judge_order.ts";
import { judgeRecovery } from "./judge_recovery.ts";
import { judgeStates } from "./judge_states.ts";
import { judgeReplies, judgeTold } from "./judge_told.ts";
import type { Objection } from "./judgement.ts";
import { Ledger, MANNERS } from "./ledger.ts";
import type { ClientOperation } from "./operation.ts";
import { Replicas } from "./replicas.ts";

/** Clients and their judge. */
export interface ClientWorkload<Command, Reply, Query, Answer> extends Workload<Command, Reply, Query, Answer> {
  /** What clients have asked for so far, and were told. */
  readonly operations: readonly ClientOperation<Command, Reply, Query, Answer>[];
}

/** The workload of a run in `world`: as many clients as the plan says, each manner in its turn. */
export function clientWorkload<Command, Reply, Query, Answer>(
  world: SimWorld<Command, Reply, Query, Answer>,
): ClientWorkload<Command, Reply, Query, Answer> {
  return new Clients(world);
}

class Clients<Command, Reply, Query, Answer> implements ClientWorkload<Command, Reply, Query, Answer> {
  readonly #world: SimWorld<Command, Reply, Query, Answer>;
  readonly #object: Objection;
  readonly #ledger: Ledger<Command, Reply, Query, Answer>;
  readonly #replicas: Replicas<Command, Reply, Query, Answer>;
  readonly #order: Order<Command, Reply, Query, Answer>;
  #around: Surroundings<Command, Reply, Query, Answer> | null = null;
  #working: readonly Promise<void>[] = [];
  #over = false;

  constructor(world: SimWorld<Command, Reply, Query, Answer>) {
    this.#world = world;
    this.#object = (check, sentence) => world.fail(check, sentence);
    this.#replicas = new Replicas(this.#object);
    const { sequence } = this.#replicas;
    this.#order = new Order(sequence, this.#object);
    this.#ledger = new Ledger(world.clock, {
      called: (operation) => this.#order.called(operation),
      answered: (operation, first) => {
        if (operation.type === "Write") judgeReplies(operation, sequence, this.#object);
        if (first) this.#order.answered(operation);
      },
    });
  }

  get operations(): readonly ClientOperation<Command, Reply, Query, Answer>[] {
    return this.#ledger.operations;
  }

  machine(
    id: NodeId,
    machine: StateMachine<Command, Reply, Query, Answer>,
  ): StateMachine<Command, Reply, Query, Answer> {
    return this.#replicas.watch(id, machine);
  }

  start(): void {
    const world = this.#world;
    const calls = new Calls(world, this.#object);
    const around = { world, ledger: this.#ledger, calls, replicas: this.#replicas, object: this.#object };
    this.#around = around;
    this.#working = Array.from({ length: world.plan.clients }, (_, i) => {
      const work = new Client(i + 1, MANNERS[i % MANNERS.length], around).work(() => this.#over);
      world.watch(work);
      return work;
    });
  }

  async settle(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#working);
    if (this.#around === null || this.#world.failed) return;
    await judgeRecovery(this.#around);
    this.#around.calls.close();
  }

  async conclude(): Promise<void> {
    const { app, clock } = this.#world;
    const [operations, { sequence }, object] = [this.operations, this.#replicas, this.#object];
    judgeTold(operations, sequence, object);
    this.#order.end(operations);
    const alone = app.machine({ clock, random: this.#world.chance("a machine alone") });
    await judgeAlone(alone, sequence.commands, operations, object);
    await judgeStates(this.#world, this.#replicas, alone, object);
    const sentence = app.judge?.(operations) ?? null;
    if (sentence !== null) object("Application", sentence);
  }

  told(): Tally["requests"] {
    return this.#ledger.counts();
  }
}
