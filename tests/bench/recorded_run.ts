/**
 * A run of three nodes in memory, recorded as the messages that its nodes were given. Since a step depends on nothing else,
 * replaying the messages takes the same steps again, and whatever a replay costs is what `step` costs: its host is an array.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { bootstrap, DEFAULT_OPTIONS, type Message, type Node, type NodeId, proposal, step } from "../../core/mod.ts";

const VOTERS: readonly NodeId[] = [1, 2, 3];
const PAYLOAD = 64;

/** One input of one node. */
export interface Input {
  /** The node. */
  readonly to: NodeId;
  /** What it was given. */
  readonly message: Message;
}

/** A run; nodes lie at the position of their id, and at position 0 is none of them. */
export interface Run {
  /** The nodes at its beginning. */
  readonly first: readonly Node[];
  /** What they were given since then. */
  readonly inputs: readonly Input[];
  /** The nodes at its end. */
  readonly last: readonly Node[];
}

/** How a run replicates. */
export interface Load {
  /** The number of proposals of 64 bytes. */
  readonly proposals: number;
  /** How many of them are proposed before any of them is delivered. */
  readonly together: number;
}

/** Records the steady state of a cluster that replicates. Node 1 leads; the election is not part of the run. */
export function record({ proposals, together }: Load): Run {
  const nodes = [newNode(1), ...VOTERS.map(newNode)];
  advance(nodes, [{ to: 1, message: { type: "Campaign" } }]);
  const first = [...nodes];
  const inputs: Input[] = [];
  const data = new Uint8Array(PAYLOAD);
  for (let ticket = 0; ticket < proposals; ticket += together) {
    const batch = Array.from({ length: together }, (_, i): Input => {
      return { to: 1, message: { type: "Propose", ticket: ticket + i, entries: [proposal(data)] } };
    });
    inputs.push(...advance(nodes, batch));
    // Once in a round the state machines report what they have applied.
    inputs.push(...advance(nodes, nodes.slice(1).map(applied)));
  }
  return { first, inputs, last: nodes };
}

/** Takes all steps of the run again and hands each new state to `keep`. */
export function replay({ first, inputs }: Run, keep: (node: Node, position: number) => void): void {
  const nodes = [...first];
  for (let i = 0; i < inputs.length; i++) {
    const { to, message } = inputs[i];
    const node = step(nodes[to], message)[0];
    nodes[to] = node;
    keep(node, i);
  }
}

// Delivers `inputs` and all that comes of them, first in, first out, and answers all of it in this order. What waits for a
// disk is delivered like everything else.
function advance(nodes: Node[], inputs: readonly Input[]): readonly Input[] {
  const delivered = [...inputs];
  for (let i = 0; i < delivered.length; i++) {
    const { to, message } = delivered[i];
    const [node, outbox] = step(nodes[to], message);
    nodes[to] = node;
    for (const effect of outbox) {
      if (effect.type === "Send") delivered.push({ to: effect.message.to, message: effect.message });
      if (effect.type !== "Persist") continue;
      for (const then of effect.then) delivered.push({ to: then.type === "Persisted" ? to : then.to, message: then });
    }
  }
  return delivered;
}

function applied({ id, commit, stable }: Node): Input {
  return { to: id, message: { type: "Applied", index: Math.min(commit, stable) } };
}

function newNode(id: NodeId): Node {
  const node = bootstrap({ id, options: DEFAULT_OPTIONS }, VOTERS);
  if (E.isLeft(node)) throw new Error(`Cannot start node ${id}: ${node.left.type}.`);
  return node.right;
}
