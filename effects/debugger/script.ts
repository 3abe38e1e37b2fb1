/**
 * A script: what some nodes were told, in one order. Parts of it can be left out or changed; then what is not possible any
 * more does not happen: nobody receives what a node of the script has not said, and no disk or state machine reports what
 * it was not asked for. Of nodes that are not in the script anything may come.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox, Persist } from "../../core/outbox.ts";
import { step as coreStep } from "../../core/step.ts";
import { isFromPeer, isOwn, keyOf, Machine } from "./machine.ts";
import { type Input, type Reducer, type Run, runOf } from "./run.ts";
import type { Timeline } from "./timeline.ts";

/** A line of a script: a node is told something, or starts again. */
export type ScriptLine =
  | { readonly type: "told"; readonly node: NodeId; readonly message: Message }
  | { readonly type: "started"; readonly node: NodeId; readonly state: Node };

/** A script. */
export interface Script {
  /** The nodes, and the states with which they begin. */
  readonly nodes: readonly Node[];
  /** What happens. */
  readonly lines: readonly ScriptLine[];
}

/** A line that was possible, and what came of it. */
export interface ScriptStep {
  /** The line. */
  readonly line: Extract<ScriptLine, { readonly type: "told" }>;
  /** Its number among the steps of the node since its last start, from 1. */
  readonly number: number;
  /** The node before. */
  readonly before: Node;
  /** The node after. */
  readonly after: Node;
  /** What the node wants done. */
  readonly outbox: Outbox;
}

/** A node has started again. */
export interface ScriptStart {
  /** The line. */
  readonly line: Extract<ScriptLine, { readonly type: "started" }>;
  /** The node. */
  readonly node: Node;
}

/** The script of one node's run. */
export function scriptOf({ node, inputs }: Run): Script {
  return { nodes: [node], lines: inputs.map(({ message }) => ({ type: "told", node: node.id, message })) };
}

/** The script of a timeline, up to its step `last`. */
export function scriptOfTimeline(timeline: Timeline, last: number = timeline.length): Script {
  const nodes: Node[] = [];
  const starts = new Map<number, Extract<ScriptLine, { readonly type: "started" }>>();
  for (const { node, state, first } of timeline.runs) {
    if (nodes.some(({ id }) => id === node)) starts.set(first, { type: "started", node, state });
    else nodes.push(state);
  }
  const lines: ScriptLine[] = [];
  for (let number = 1; number <= last; number++) {
    const start = starts.get(number);
    if (start !== undefined) lines.push(start);
    const { node, message } = timeline.step(number);
    lines.push({ type: "told", node, message });
  }
  return { nodes, lines };
}

/** Plays `script`: the lines that are possible, one after the other. */
export function* play(script: Script, reducer: Reducer = coreStep): Generator<ScriptStep | ScriptStart> {
  const stage = new Stage(script.nodes, reducer);
  for (const line of script.lines) {
    const happened = stage.perform(line);
    if (happened !== null) yield happened;
  }
}

/** The nodes of a script and what is possible among them. */
class Stage {
  readonly #machines = new Map<NodeId, Machine>();
  readonly #numbers = new Map<NodeId, number>();
  /** What was said by nodes of the script, with the write that it waits for. */
  readonly #said = new Map<string, { readonly by: NodeId; readonly behind: Persist | null }>();

  constructor(nodes: readonly Node[], reducer: Reducer) {
    for (const node of nodes) this.#machines.set(node.id, new Machine(node, reducer));
  }

  perform(line: ScriptLine): ScriptStep | ScriptStart | null {
    const machine = this.#machines.get(line.node);
    if (machine === undefined) return null;
    if (line.type === "started") {
      machine.restart(line.state);
      this.#numbers.set(line.node, 0);
      return { line, node: machine.node };
    }
    if (!this.#isPossible(machine, line.message)) return null;
    const { before, after, outbox, said } = machine.take(line.message);
    const number = (this.#numbers.get(line.node) ?? 0) + 1;
    this.#numbers.set(line.node, number);
    for (const { message, behind } of said) this.#said.set(saidBy(machine.id, message), { by: machine.id, behind });
    return { line, number, before, after, outbox };
  }

  #isPossible(machine: Machine, message: Message): boolean {
    if (isFromPeer(message)) return !this.#machines.has(message.from) || this.#wasSaid(message.from, message);
    if (isOwn(message)) return this.#wasSaid(machine.id, message);
    switch (message.type) {
      case "Applied":
        return message.index <= machine.handed && message.index <= machine.node.commit;
      case "Compact":
        return message.index <= machine.node.applied;
      default: // hosts may ask for anything else at any time
        return true;
    }
  }

  #wasSaid(by: NodeId, message: Message): boolean {
    const said = this.#said.get(saidBy(by, message));
    if (said === undefined) return false;
    if (said.behind !== null) this.#machines.get(said.by)?.durable(said.behind);
    return true;
  }
}

function saidBy(id: NodeId, message: Message): string {
  return `${id} ${keyOf(message)}`;
}

/** The runs of each node in `script`, as they come out under `reducer`. */
export function runsOfScript(script: Script, reducer: Reducer = coreStep): ReadonlyMap<NodeId, readonly Run[]> {
  const runs = new Map<NodeId, { node: Node; inputs: Input[] }[]>();
  for (const node of script.nodes) runs.set(node.id, [{ node, inputs: [] }]);
  for (const happened of play(script, reducer)) {
    const mine = runs.get(happened.line.node) ?? [];
    if ("outbox" in happened) mine[mine.length - 1].inputs.push({ message: happened.line.message, ms: 0 });
    else mine.push({ node: happened.node, inputs: [] });
  }
  return new Map([...runs].map(([id, mine]) => {
    return [id, mine.map(({ node, inputs }, i) => ({ ...runOf(node, [], { sequence: i + 1, run: i + 1 }), inputs }))];
  }));
}
