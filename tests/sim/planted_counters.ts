/**
 * The counter of the examples with a bug in it, of the kinds that replicated state machines have: each is right on one
 * machine, and wrong in a cluster.
 *
 * @module
 */
import type { App, Machinery } from "../../effects/sim/app.ts";
import type { StateMachine } from "../../effects/node/state_machine.ts";
import { counter } from "../examples/counter.ts";

/** A counter. */
export type Counter = StateMachine<number, number, null, number>;

/** The counter as an application: clients add small numbers, and read the sum. */
export function counterApp(machine: (machinery: Machinery) => Counter = counter): App<number, number, null, number> {
  return { name: "counter", machine, command: (random) => 1 + Math.floor(random.next() * 9), query: () => null };
}

/** The bugs, by what is wrong. */
export const PLANTED = {
  "a snapshot is added to what is there": addingRestore,
  "a snapshot leaves out a part of the state": shortSnapshot,
  "a snapshot is copied too late": lateSnapshot,
  "replies depend on chance": chancyReply,
  "the state depends on the time": timedState,
  "all nodes of a process share their state": sharedState,
  "a query answers with what was there before": staleQuery,
  "a query changes the state": changingQuery,
} as const;

/** What is wrong with a counter. */
export type Bug = keyof typeof PLANTED;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function numberIn(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let text = "";
  for await (const chunk of chunks) text += decoder.decode(chunk);
  return Number(text);
}

/** A node that restarts begins with nothing, and never notices. One that was behind has something already. */
function addingRestore(): Counter {
  let value = 0;
  return {
    ...counter(),
    apply: ({ commands }) => commands.map((by) => value += by),
    query: () => value,
    async *snapshot() {
      yield encoder.encode(`${value}`);
    },
    restore: async (chunks) => void (value += await numberIn(chunks)),
  };
}

/** Every tenth addition counts twice, and a snapshot does not tell how many there were. */
function shortSnapshot(): Counter {
  let [value, additions] = [0, 0];
  return {
    ...counter(),
    apply: ({ commands }) => commands.map((by) => value += ++additions % 10 === 0 ? 2 * by : by),
    query: () => value,
    async *snapshot() {
      yield encoder.encode(`${value}`);
    },
    restore: async (chunks) => void (value = await numberIn(chunks)),
  };
}

/** What is applied while the snapshot is made shows in it, and is applied again behind it. */
function lateSnapshot({ clock }: Machinery): Counter {
  let value = 0;
  return {
    ...counter(),
    apply: ({ commands }) => commands.map((by) => value += by),
    query: () => value,
    async *snapshot() {
      await new Promise<void>((resolve) => void clock.after(20, resolve));
      yield encoder.encode(`${value}`);
    },
    restore: async (chunks) => void (value = await numberIn(chunks)),
  };
}

function chancyReply({ random }: Machinery): Counter {
  const machine = counter();
  return {
    ...machine,
    apply: async (batch) => (await machine.apply(batch)).map((sum) => random.next() < 0.01 ? sum + 1 : sum),
  };
}

/** What is added in the first second of a minute counts for nothing. */
function timedState({ clock }: Machinery): Counter {
  const machine = counter();
  return {
    ...machine,
    apply: (batch) => {
      const commands = clock.now() % 60_000 < 1_000 ? batch.commands.map(() => 0) : batch.commands;
      return machine.apply({ ...batch, commands });
    },
  };
}

let shared = 0;

function sharedState(): Counter {
  return {
    ...counter(),
    apply: ({ commands }) => commands.map((by) => shared += by),
    query: () => shared,
    async *snapshot() {
      yield encoder.encode(`${shared}`);
    },
    restore: async (chunks) => void (shared = await numberIn(chunks)),
  };
}

function staleQuery(): Counter {
  let [value, before] = [0, 0];
  return {
    ...counter(),
    apply: ({ commands }) =>
      commands.map((by) => {
        before = value;
        return value += by;
      }),
    query: () => before,
    async *snapshot() {
      yield encoder.encode(`${value}`);
    },
    restore: async (chunks) => void (before = value = await numberIn(chunks)),
  };
}

function changingQuery(): Counter {
  let value = 0;
  return {
    ...counter(),
    apply: ({ commands }) => commands.map((by) => value += by),
    query: () => value++,
    async *snapshot() {
      yield encoder.encode(`${value}`);
    },
    restore: async (chunks) => void (value = await numberIn(chunks)),
  };
}
