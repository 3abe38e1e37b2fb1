/**
 * Three nodes in one program: they elect a leader and replicate an entry with nothing but `step`.
 *
 * The smallest host there can be: memory is the disk, so that what waits for a `Persist` is delivered at once, and a list
 * of messages is the network.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  bootstrap,
  DEFAULT_OPTIONS,
  type Effect,
  type Message,
  type Node,
  type NodeId,
  proposal,
  step,
} from "@raftfold/raftfold/core";

const VOTERS: readonly NodeId[] = [1, 2, 3];

/** How the nodes stand in the end. */
export interface Outcome {
  /** Who leads, by what each node knows; 0 for nobody. */
  readonly leaders: readonly NodeId[];
  /** The commit index of each node. */
  readonly commits: readonly number[];
  /** What each node has applied. */
  readonly applied: readonly (readonly string[])[];
}

/** Elects node 1 and lets it replicate `command`. */
export function replicate(command: string): Outcome {
  const nodes = VOTERS.map(newNode);
  const applied = VOTERS.map((): string[] => []);
  const waiting: { readonly to: NodeId; readonly message: Message }[] = [];

  const perform = (id: NodeId, effect: Effect): void => {
    if (effect.type === "Send") waiting.push({ to: effect.message.to, message: effect.message });
    if (effect.type === "Persist") {
      for (const message of effect.then) waiting.push({ to: "to" in message ? message.to : id, message });
    }
    if (effect.type === "Apply") {
      for (const { data } of effect.entries) if (data.length > 0) applied[id - 1].push(new TextDecoder().decode(data));
    }
  };

  const say = (to: NodeId, message: Message): void => {
    waiting.push({ to, message });
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [node, outbox] = step(nodes[next.to - 1], next.message);
      nodes[next.to - 1] = node;
      for (const effect of outbox) perform(next.to, effect);
    }
  };

  say(1, { type: "Campaign" });
  say(1, { type: "Propose", ticket: 1, entries: [proposal(new TextEncoder().encode(command))] });
  return {
    leaders: nodes.map(({ lead }) => O.isSome(lead) ? lead.value : 0),
    commits: nodes.map(({ commit }) => commit),
    applied,
  };
}

function newNode(id: NodeId): Node {
  const node = bootstrap({ id, options: DEFAULT_OPTIONS }, VOTERS);
  if (E.isLeft(node)) throw new Error(`Cannot start node ${id}: ${node.left.type}.`);
  return node.right;
}
