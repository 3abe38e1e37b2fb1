/**
 * Whether all nodes have the same state in the end, also in their snapshots. A state shows in what a machine answers, and in
 * what it replies to further commands.
 *
 * @module
 */
import type { StateMachine } from "../../node/state_machine.ts";
import type { SimWorld } from "../workload.ts";
import { applyAlone } from "./judge_alone.ts";
import type { Objection } from "./judgement.ts";
import type { Replicas } from "./replicas.ts";
import { isSame, show } from "./same.ts";
import { equalBytes } from "../../kv/bytes.ts";

/** So many commands and queries have to show a difference. */
const PROBES = 5;

/** Compares the nodes with `alone`, which has applied all commands, and will have applied more. */
export async function judgeStates<C, R, Q, A>(
  world: SimWorld<C, R, Q, A>,
  replicas: Replicas<C, R, Q, A>,
  alone: StateMachine<C, R, Q, A>,
  object: Objection,
): Promise<void> {
  const { app, clock } = world;
  const random = world.chance("probes");
  const count = replicas.sequence.commands.length;
  const copies: Copy<C, R, Q, A>[] = [];
  for (const { id, raft, gone } of world.hosts) {
    const watched = replicas.newest(id);
    if (raft === null || gone || watched === undefined) continue;
    if (watched.done !== count) {
      object("Lasting Writes", `node ${id} has applied ${watched.done} of ${count} commands in the end`);
      return;
    }
    const restored = app.machine({ clock, random: world.chance(`the snapshot of node ${id}`) });
    await restored.restore(watched.machine.snapshot(), { index: Math.max(count, watched.index), records: [] });
    copies.push({ name: `node ${id}`, machine: watched.machine }, {
      name: `a snapshot of node ${id}`,
      machine: restored,
    });
  }
  for (let probe = 0; probe < PROBES; probe++) await compareAnswers(app.query?.bind(app), alone, copies);
  const restored = copies.filter((_, i) => i % 2 === 1); // the others still belong to their nodes
  for (let probe = 1; probe <= PROBES; probe++) {
    await compareReplies(app.command(random), 2 * count + probe);
    await compareAnswers(app.query?.bind(app), alone, restored);
  }

  async function compareAnswers(
    ask: ((from: typeof random) => Q) | undefined,
    machine: typeof alone,
    others: readonly Copy<C, R, Q, A>[],
  ): Promise<void> {
    if (ask === undefined) return;
    const query = ask(random);
    const answer = await machine.query(query);
    for (const other of others) {
      const theirs = await other.machine.query(query);
      if (isSame(answer, theirs)) continue;
      object(
        "Equal Replicas",
        `in the end ${other.name} answers ${show(theirs)} to ${show(query)}, a machine alone ${show(answer)}`,
      );
    }
  }

  async function compareReplies(command: C, index: number): Promise<void> {
    const reply = await applyAlone(alone, command, index);
    for (const { name, machine } of restored) {
      const theirs = await applyAlone(machine, command, index);
      if (equalBytes(reply, theirs)) continue;
      const sentence = `in the end ${name} replies ${show(theirs)} to ${show(command)}, a machine alone ${show(reply)}`;
      object("Equal Replicas", sentence);
    }
  }
}

interface Copy<C, R, Q, A> {
  readonly name: string;
  readonly machine: StateMachine<C, R, Q, A>;
}
