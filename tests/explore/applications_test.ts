import { assert, assertEquals, assertThrows } from "@std/assert";
import * as t from "io-ts";
import { assertExplored, ExplorationFailure, explore } from "../../effects/explore/mod.ts";
import { jsonCodec } from "../../effects/node/json_codec.ts";
import type { StateMachine } from "../../effects/node/state_machine.ts";
import type { App } from "../../effects/sim/app.ts";

type Counter = StateMachine<number, number>;

function counter(fault: "none" | "batch" | "snapshot"): Counter {
  let value = 0;
  return {
    codec: { command: jsonCodec(t.number), reply: jsonCodec(t.number) },
    apply: ({ commands }) => {
      const before = value;
      return commands.map((by) => {
        value += by;
        return fault === "batch" ? before + by : value;
      });
    },
    query: (never) => never,
    async *snapshot() {
      yield new TextEncoder().encode(`${fault === "snapshot" ? 0 : value}`);
    },
    async restore(chunks) {
      for await (const chunk of chunks) value = Number(new TextDecoder().decode(chunk));
    },
  };
}

function counting(fault: "none" | "batch" | "snapshot"): App<number, number> {
  return { machine: () => counter(fault), command: (random) => 1 + Math.floor(random.next() * 9) };
}

Deno.test("a state machine that is right passes", async () => {
  const exploration = await explore({ terms: 1, proposals: 2, inFlight: 1 }, { app: counting("none") });
  assertExplored(exploration);
  assert(exploration.invariants.includes("Every node gives the same replies"));
});

Deno.test("a state machine whose replies depend on the batches is found out", async () => {
  const exploration = await explore({ terms: 1, proposals: 2, inFlight: 1 }, { app: counting("batch") });
  const error = assertThrows(() => assertExplored(exploration), ExplorationFailure);
  assertEquals(error.message.split("\n"), [
    "Every node gives the same replies: the reply to entry 3 of term 1 is 1 on one node and 7 on another.",
    "One has applied [1/1 2/1 3/1].",
    "The other one has applied [1/1 2/1], then [3/1].",
  ]);
});

Deno.test("a state machine whose snapshot lacks something is found out", async () => {
  const bounds = { terms: 1, proposals: 2, snapshots: 1, inFlight: 1 };
  assertExplored(await explore(bounds, { app: counting("none") }));
  const exploration = await explore(bounds, { app: counting("snapshot") });
  const error = assertThrows(() => assertExplored(exploration), ExplorationFailure);
  assertEquals(error.message.split("\n"), [
    "Every node gives the same replies: the reply to entry 3 of term 1 is 7 on one node and 1 on another.",
    "One has applied [1/1 2/1 3/1].",
    "The other one has applied [1/1 2/1], then a snapshot of that, then [3/1].",
  ]);
});

Deno.test("a command that cannot be decoded again is an error", async () => {
  const app: App<number, number> = { ...counting("none"), command: () => NaN };
  let message = "";
  try {
    await explore({ nodes: 1, terms: 1, proposals: 1 }, { app });
  } catch (error) {
    message = String(error);
  }
  assert(message.includes("Cannot decode"), message);
});
