/**
 * RaftKV as an application for simulations: clients work on a few keys that they share, and their history has to be
 * linearizable, which a second judge looks at that knows nothing of logs.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";
import { checkLinearizable } from "../history/linearizable.ts";
import type { Request } from "../history/operation.ts";
import type { KvAnswer, KvCommand, KvQuery, KvReply } from "../kv/mod.ts";
import { type MemoryStore, memoryStore } from "../kv/memory_store.ts";
import { kvStateMachine } from "../kv/state_machine.ts";
import type { StateMachine } from "../node/state_machine.ts";
import type { Random } from "../random/random.ts";
import type { App, Machinery } from "./app.ts";
import { commandOf, kvHistory, queryOf } from "./clients/kv_history.ts";

/** RaftKV. */
export type KvApp = App<KvCommand, KvReply, KvQuery, KvAnswer>;

/** Which RaftKV. */
export interface KvAppOptions {
  /** Whether its store survives a crash, as one on a disk does. False if it is not given. */
  readonly durable?: boolean;
  /** The most combinations that are looked at for one key before the history counts as too hard to judge. */
  readonly stepLimit?: number;
}

/** Milliseconds that a turn of a store takes at most: a machine can go down in the middle of a sync, a copy or a restore. */
const TURN_MS = 10;
const STEP_LIMIT = 200_000;

/** RaftKV on its store in memory. */
export function kvApp({ durable = false, stepLimit = STEP_LIMIT }: KvAppOptions = {}): KvApp {
  // What is left of a machine is a new one with what is left of its store.
  const stores = new WeakMap<StateMachine<KvCommand, KvReply, KvQuery, KvAnswer>, MemoryStore>();
  const on = (store: MemoryStore): StateMachine<KvCommand, KvReply, KvQuery, KvAnswer> => {
    const machine = kvStateMachine(store);
    stores.set(machine, store);
    return machine;
  };
  return {
    name: durable ? "RaftKV on a durable store" : "RaftKV",
    machine: (machinery) => on(memoryStore({ durable, clock: slow(machinery) })),
    afterCrash: (machine, machinery) => {
      return on(stores.get(machine)?.crash() ?? memoryStore({ durable, clock: slow(machinery) }));
    },
    command: (random) => commandOf(anyWrite(random)),
    query: (random) => queryOf(anyKey(random)),
    judge: (operations) => judge(operations, stepLimit),
  };
}

function judge(operations: Parameters<NonNullable<KvApp["judge"]>>[0], stepLimit: number): string | null {
  const verdict = checkLinearizable(kvHistory(operations), { stepLimit });
  switch (verdict.type) {
    case "Linearizable":
      return null;
    case "NotLinearizable":
      return `the history is not linearizable: ${verdict.counterexample.story.join(" ")}`;
    case "GaveUp":
      return `whether the history is linearizable was not clear after ${verdict.steps} steps (${
        verdict.keys.join(", ")
      })`;
  }
}

/** Few enough that clients meet, and enough that the history of each is short. The last one holds a number. */
const KEYS: readonly string[] = ["a", "b", "c", "d", "n"];

function anyKey(random: Random): string {
  return KEYS[Math.floor(random.next() * KEYS.length)];
}

/** Any write. Values are unlike each other, so that it is seen who has written what. */
function anyWrite(random: Random): Request {
  const [key, what, value] = [anyKey(random), random.next(), Math.floor(random.next() * 36 ** 5).toString(36)];
  if (key === "n") return { op: "incr", key, value: String(Math.floor(what * 10)), expect: null };
  if (what < 0.45) return { op: "put", key, value, expect: null };
  if (what < 0.7) return { op: "append", key, value: `,${value}`, expect: null };
  if (what < 0.85) return { op: "delete", key, value: null, expect: null };
  return { op: "cas", key, value, expect: null };
}

function slow({ clock, random }: Machinery): Clock {
  return {
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    soon: (callback) => void clock.after(random.next() * TURN_MS, callback),
  };
}
