/**
 * Watching state machines.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { Judgement } from "../../effects/sim/clients/judgement.ts";
import { Replicas } from "../../effects/sim/clients/replicas.ts";
import type { StateMachine } from "../../effects/node/state_machine.ts";
import { counter } from "../examples/counter.ts";

type Counter = StateMachine<number, number, null, number>;

function watching() {
  const objections: [Judgement, string][] = [];
  const replicas = new Replicas<number, number, null, number>((check, sentence) => objections.push([check, sentence]));
  return { objections, replicas };
}

/** Decodes and applies entries, as a node does. */
async function apply(machine: Counter, index: number, ...entries: readonly Uint8Array[]): Promise<readonly number[]> {
  const commands = entries.map((data) => {
    const decoded = machine.codec.command.decode(data);
    assert(E.isRight(decoded));
    return decoded.right;
  });
  return await machine.apply({ commands, index, records: () => [] });
}

Deno.test("the number of an operation travels with its command, on whatever node it is applied", async () => {
  const { replicas, objections } = watching();
  const [one, two] = [replicas.watch(1, counter()), replicas.watch(2, counter())];
  assert(replicas.propose(1, 5, 17));
  const data = one.codec.command.encode(5);
  assertEquals(await apply(two, 1, data), [5]);
  assertEquals(await apply(one, 1, data), [5]);
  assertEquals([replicas.sequence.positionOf(17), objections], [1, []]);
});

Deno.test("commands that are alike are told apart, also where a node encodes them later", () => {
  const { replicas } = watching();
  const machine = replicas.watch(1, counter());
  assert(replicas.propose(1, 5, 17));
  assert(!replicas.propose(1, 5, 18), "it could be taken for operation 17");
  assert(replicas.propose(1, 5, 17), "the same operation, a second time");
  assert(replicas.propose(2, 5, 18), "another node");
  const numbers = [1, 2, 3].map(() => new DataView(machine.codec.command.encode(5).buffer).getUint32(0));
  assertEquals(numbers, [17, 17, 0]);
  replicas.withdraw(2, 18);
  assert(replicas.propose(2, 5, 19));
});

Deno.test("data without a number is no command", () => {
  const { replicas } = watching();
  assert(E.isLeft(replicas.watch(1, counter()).codec.command.decode(new Uint8Array(2))));
});

Deno.test("a read is what the machine of its node answers, behind so many commands", async () => {
  const { replicas } = watching();
  const machine = replicas.watch(1, counter());
  const pending = replicas.expect(1, null);
  assert(replicas.isAsked(1, null) && !replicas.isAsked(2, null));
  await apply(machine, 1, machine.codec.command.encode(5));
  assertEquals(await machine.query(null), 5);
  assertEquals(pending.seen, { answer: 5, from: 1, to: 1 });
  replicas.finish(pending);
  assert(!replicas.isAsked(1, null));
});

Deno.test("a machine that is at work may have applied more than it has replied to", async () => {
  const { replicas } = watching();
  const clock = new SimulatedClock();
  const bare = counter();
  const later = (): Promise<void> => new Promise((resolve) => void clock.after(10, resolve));
  const machine = replicas.watch(1, {
    ...bare,
    apply: async (batch) => {
      await later();
      return await bare.apply(batch);
    },
    query: async (query) => {
      await later();
      return await bare.query(query);
    },
  });
  const applied = apply(machine, 1, machine.codec.command.encode(5));
  const pending = replicas.expect(1, null);
  const answer = Promise.resolve(machine.query(null));
  assertEquals(await clock.waitFor(Promise.all([applied, answer])), [[5], 5]);
  assertEquals(pending.seen, { answer: 5, from: 0, to: 1 });
});

Deno.test("a snapshot tells how many commands are in it, and what is restored from it goes on behind them", async () => {
  const { replicas, objections } = watching();
  const [one, two] = [replicas.watch(1, counter()), replicas.watch(2, counter())];
  const [first, second] = [one.codec.command.encode(5), one.codec.command.encode(6)];
  await apply(one, 3, first);
  const chunks = one.snapshot();
  await two.restore(chunks, { index: 4, records: [] });
  assertEquals([await apply(one, 5, second), await apply(two, 5, second)], [[11], [11]]);
  assertEquals(objections, []);
});

Deno.test("a snapshot that holds more or less than its index says is objected to", async () => {
  const { replicas, objections } = watching();
  const [one, two] = [replicas.watch(1, counter()), replicas.watch(2, counter())];
  await apply(one, 3, one.codec.command.encode(5));
  await apply(one, 7, one.codec.command.encode(6));
  await two.restore(one.snapshot(), { index: 4, records: [] });
  assertEquals(objections, [
    ["Equal Replicas", "node 2 takes a snapshot up to index 4 that was made behind 2 commands, and up to there are 1"],
  ]);
});

Deno.test("a snapshot is begun at once, and given up where it is not read to its end", async () => {
  const { replicas } = watching();
  const happened: string[] = [];
  const machine = replicas.watch(1, {
    ...counter(),
    async *snapshot() {
      try {
        happened.push("copied");
        yield new Uint8Array(1);
        yield new Uint8Array(1);
      } finally {
        happened.push("over");
      }
    },
  });
  const iterator = machine.snapshot()[Symbol.asyncIterator]();
  const first = iterator.next();
  assertEquals(happened, ["copied"]);
  await first;
  await iterator.next();
  await iterator.return?.();
  assertEquals(happened, ["copied", "over"]);
});

Deno.test("a machine with a disk of its own goes on where it was", async () => {
  const { replicas, objections } = watching();
  const bare = counter();
  const durability = { index: 4, records: [], durable: () => 4, sync: () => Promise.resolve(4) };
  const one = replicas.watch(1, counter());
  await apply(one, 3, one.codec.command.encode(5));
  bare.apply({ commands: [5], index: 3, records: () => [] });
  const again = replicas.watch(2, { ...bare, durability });
  assertEquals(again.durability, durability);
  const next = one.codec.command.encode(6);
  assertEquals([await apply(one, 5, next), await apply(again, 5, next)], [[11], [11]]);
  assertEquals([replicas.newest(2)?.done, objections], [2, []]);
});
