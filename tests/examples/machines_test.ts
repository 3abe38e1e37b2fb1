/** The state machines of the examples, on clusters. */
import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import {
  memoryNetwork,
  memoryStorage,
  type RaftNode,
  seededRandom,
  SimulatedClock,
  startNode,
  type StateMachine,
} from "../../mod.ts";
import { counter } from "./counter.ts";
import { lock, Resource } from "./lock.ts";

type Nodes<C, R, Q, A> = readonly RaftNode<C, R, Q, A>[];

async function onThreeNodes<C, R, Q, A>(
  machine: () => StateMachine<C, R, Q, A>,
  test: (nodes: Nodes<C, R, Q, A>, clock: SimulatedClock) => Promise<void>,
): Promise<void> {
  const clock = new SimulatedClock();
  const network = memoryNetwork(clock, seededRandom(1));
  const cluster = { 1: "one", 2: "two", 3: "three" };
  const starting = Object.entries(cluster).map(([id, address]) =>
    startNode({
      id: Number(id),
      cluster,
      storage: memoryStorage(),
      transport: network.transport(address),
      stateMachine: machine(),
      clock,
      random: seededRandom(Number(id)),
    })
  );
  const nodes = await clock.waitFor(Promise.all(starting));
  try {
    await test(nodes, clock);
  } finally {
    await clock.waitFor(Promise.all(nodes.map((node) => node.close({ handOver: false }))));
  }
}

Deno.test("the counter adds up, whichever node is asked", async () => {
  await onThreeNodes(counter, async (nodes, clock) => {
    assertEquals(await clock.waitFor(nodes[0].propose(2)), E.right(2));
    assertEquals(await clock.waitFor(nodes[1].propose(3)), E.right(5));
    assertEquals(await clock.waitFor(nodes[2].read(null)), E.right(5));
  });
});

Deno.test("the lock has one owner, and whoever comes late is fenced off", async () => {
  await onThreeNodes(lock, async (nodes, clock) => {
    const resource = new Resource();
    const acquire = (owner: string) => clock.waitFor(nodes[0].propose({ type: "acquire", owner }));
    assertEquals(await acquire("a"), E.right(1));
    assertEquals(await acquire("b"), E.right(null));
    assertEquals(await acquire("a"), E.right(1)); // asking again is harmless
    assertEquals(resource.write("a was here", 1), true);
    assertEquals(await clock.waitFor(nodes[1].propose({ type: "release", owner: "a", fence: 1 })), E.right(1));
    assertEquals(await acquire("b"), E.right(2));
    assertEquals(resource.write("b was here", 2), true);
    assertEquals(resource.write("a again, much later", 1), false);
    assertEquals(resource.lines, ["a was here", "b was here"]);
    assertEquals(await clock.waitFor(nodes[2].read(null)), E.right(2));
  });
});
