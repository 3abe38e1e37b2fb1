/**
 * What a node remembers twice is kept once: all states of a run that replicates take little more than what is new in them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Message, type Node, type NodeId, step } from "../core/mod.ts";
import { record } from "./bench/recorded_run.ts";

const VOTERS: readonly NodeId[] = [1, 2, 3];
const LIMIT = 300;

describe("The states of a run that replicates, if all of them are kept,", () => {
  const { first, inputs } = record({ proposals: 500, together: 1 });
  for (const id of VOTERS) {
    it(`take at most ${LIMIT} bytes each on node ${id}`, () => {
      const messages = inputs.filter(({ to }) => to === id).map(({ message }) => message);
      const bytes = bytesOf(first[id], statesOf(first[id], messages)) / messages.length;
      assert(bytes <= LIMIT, `they take ${bytes.toFixed(1)}`);
    });
  }

  it("know followers that keep up with each other once", () => {
    const messages = inputs.filter(({ to }) => to === 1).map(({ message }) => message);
    const leader = statesOf(first[1], messages)[messages.length - 1];
    if (leader.role !== "leader") throw new Error(`Node 1 is a ${leader.role}`);
    assertEquals(leader.own.progress[1] === leader.own.progress[2], true);
  });
});

function statesOf(first: Node, messages: readonly Message[]): readonly Node[] {
  let node = first;
  return messages.map((message) => node = step(node, message)[0]);
}

// What `states` hold that `first` does not: eight bytes for each member of an object, and three such words, or six for a
// list, besides. So V8 lays them out; what the host has handed in as bytes is its own.
function bytesOf(first: Node, states: readonly Node[]): number {
  const seen = new Set<unknown>();
  const add = (value: unknown): number => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) return 0;
    seen.add(value);
    const members = Object.values(value);
    return members.reduce((sum, member) => sum + add(member), 8 * (members.length + (Array.isArray(value) ? 6 : 3)));
  };
  add(first);
  return states.reduce((sum, state) => sum + add(state), 0);
}
