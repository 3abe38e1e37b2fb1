/** A replicated counter: three nodes in one process; with files and TCP in the place of memory, on three machines. */
import * as E from "fp-ts/Either";
import * as t from "io-ts";
import {
  jsonCodec,
  memoryNetwork,
  memoryStorage,
  type RaftNode,
  startNode,
  type StateMachine,
  systemClock,
  systemRandom,
} from "../../mod.ts";

/** Commands are numbers, which are added; a reply is the sum. */
export function counter(): StateMachine<number, number, null, number> {
  let value = 0;
  return {
    codec: { command: jsonCodec(t.number), reply: jsonCodec(t.number) },
    apply: ({ commands }) => commands.map((by) => value += by),
    query: () => value,
    async *snapshot() {
      yield new TextEncoder().encode(`${value}`);
    },
    async restore(chunks) {
      for await (const chunk of chunks) value = Number(new TextDecoder().decode(chunk));
    },
  };
}

/** Starts three of them. */
export async function threeCounters(): Promise<readonly RaftNode<number, number, null, number>[]> {
  const network = memoryNetwork(systemClock, systemRandom);
  const cluster = { 1: "one", 2: "two", 3: "three" };
  return await Promise.all(
    Object.entries(cluster).map(([id, address]) =>
      startNode({
        id: Number(id),
        cluster,
        storage: memoryStorage(),
        transport: network.transport(address),
        stateMachine: counter(),
        electionMs: 300,
        heartbeatMs: 50,
      })
    ),
  );
}

if (import.meta.main) {
  const nodes = await threeCounters();
  console.log(
    E.toUnion(await nodes[0].propose(2)),
    E.toUnion(await nodes[1].propose(3)),
    E.toUnion(await nodes[2].read(null)),
  );
  await Promise.all(nodes.map((node) => node.close()));
}
