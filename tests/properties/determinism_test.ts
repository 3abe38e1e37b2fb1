/**
 * `step` is a function: the same messages lead to the same states and outboxes, it answers whatever it is given, and a
 * message that it refuses changes nothing.
 *
 * @module
 */
import { assert, assertEquals, AssertionError, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type Message, type MessageType, type Node, type Outbox, step } from "../../core/mod.ts";
import { describeMessage, position } from "../../effects/debugger/words.ts";
import { canonical } from "./canonical.ts";
import type { Check } from "./check.ts";
import { arbitraries, BROKEN, HUGE, plausibleMessages, wildMessages } from "./messages.ts";
import { nodesOfEachRole, ROLES } from "./pool.ts";
import { assertAlways, budget } from "./run.ts";
import { anySchedule } from "./schedule.ts";
import { World } from "./world.ts";

const NODES = nodesOfEachRole(60);

describe("The same messages lead to the same states and outboxes", () => {
  it("when every node of a run hears copies of its messages again", () => {
    assertAlways(anySchedule(60), budget(150), (setup, actions) => {
      const lives: Life[] = [];
      const world = new World(setup, [recording(lives)]);
      for (const action of actions) world.act(action);
      for (const { first, steps } of lives) {
        let node = first;
        for (const { message, after, outbox } of steps) {
          const [again, said] = step(node, structuredClone(message));
          assertEquals(said, outbox);
          assertEquals(canonical(again), canonical(after));
          node = again;
        }
      }
    });
  });

  it("and the fold over the messages is the last state", () => {
    const [first] = NODES;
    const messages = fc.sample(plausibleMessages(), { seed: 1, numRuns: 500 });
    const fold = (): Node => messages.reduce((node, message) => step(node, message)[0], first);
    assertEquals(canonical(fold()), canonical(fold()));
  });
});

describe("step() answers every message of the union, in every role", () => {
  const pool = fc.constantFrom(...NODES);

  it("which the nodes that are tried have", () => {
    for (const role of ROLES) assertEquals(NODES.filter((node) => node.role === role).length, 60);
  });

  const small = arbitraries(fc.integer({ min: 0, max: 12 }));
  for (const type of Object.keys(small) as readonly MessageType[]) {
    it(`${type}, without throwing; and if it objects, the node is the very same`, () => {
      assertAnswered(small[type].map((message): readonly Message[] => [message]), 1000);
    });
  }

  it("several in a row, whoever sends them", () => {
    assertAnswered(fc.array(plausibleMessages(), { maxLength: 8 }), 10000);
  });

  it("several in a row, with whole numbers that nobody counts to", () => {
    assertAnswered(fc.array(wildMessages(HUGE), { maxLength: 8 }), 10000);
  });

  it("several in a row, with numbers that are not whole", () => {
    assertAnswered(fc.array(wildMessages(BROKEN), { maxLength: 8 }), 5000);
  });

  function assertAnswered(messages: fc.Arbitrary<readonly Message[]>, count: number): void {
    const { seed, runs } = budget(count);
    const details = fc.check(fc.property(pool, messages, answersAll), { seed, numRuns: runs });
    if (!details.failed || details.counterexample === null) return;
    throw new AssertionError(explain(...details.counterexample, details.errorInstance));
  }
});

/** One node from its start to its crash. */
interface Life {
  readonly first: Node;
  readonly steps: { readonly message: Message; readonly after: Node; readonly outbox: Outbox }[];
}

function recording(lives: Life[]): Check {
  const current = new Map<number, Life>();
  return {
    name: "recording",
    started({ id }, first) {
      const life: Life = { first, steps: [] };
      lives.push(life);
      current.set(id, life);
    },
    stepped({ host: { id }, message, after, outbox }) {
      current.get(id)?.steps.push({ message, after, outbox });
    },
  };
}

function answersAll(first: Node, messages: readonly Message[]): void {
  let node = first;
  for (const message of messages) {
    const [after, outbox] = step(node, message);
    const objects = outbox.some(({ type }) => type === "Refused" || type === "Fault");
    if (objects) {
      assertStrictEquals(after, node, `${describeMessage(message)} was refused and changed the node.`);
      assertEquals(outbox.length, 1, "An objection is all that is said.");
    }
    assert(after.id === first.id && after.options === first.options, "A node keeps its id and its options.");
    node = after;
  }
}

function explain({ role, id, term, commit, stable, log }: Node, messages: readonly Message[], error: unknown): string {
  const first = `A ${role} with id ${id}, term ${term}, commit ${commit}, stable ${stable}, log to ${
    position(log.last)
  }`;
  const heard = messages.map((message, i) => `${i + 1}. ${describeMessage(message)}`);
  return [`${first}, hears:`, ...heard, error instanceof Error ? error.stack : String(error)].join("\n");
}
