/**
 * Registers tests that run a scenario with several seeds.
 *
 * @module
 */
import { assert } from "@std/assert";
import { genericTest, type Happened, type Scenario } from "./generic.ts";
import { seeds } from "./seeds.ts";

/** What must have happened in the runs together, so that a test has tested what it is there for. */
export type Expected = Partial<Happened>;

/** A test of `scenario`. With crashes it runs with stores of both kinds: those that are lost with them, and those that are not. */
export function testGeneric(name: string, scenario: Scenario, expected: Expected = {}): void {
  Deno.test(name, async () => {
    const kinds = scenario.crash === true ? [false, true] : [false];
    const all = seeds(scenario.clients > 10 ? 1 : 4 - kinds.length);
    const happened = { commands: 0, leaders: 0, snapshotsRestored: 0 };
    for (const seed of all) {
      for (const durable of kinds) {
        const { commands, leaders, snapshotsRestored } = await genericTest({ ...scenario, durable }, seed);
        happened.commands += commands;
        happened.leaders += leaders;
        happened.snapshotsRestored += snapshotsRestored;
      }
    }
    assert(happened.commands >= (expected.commands ?? 300), `only ${happened.commands} commands`);
    assert(happened.leaders >= (expected.leaders ?? all.length), `only ${happened.leaders} leaders`);
    assert(
      happened.snapshotsRestored >= (expected.snapshotsRestored ?? 0),
      `only ${happened.snapshotsRestored} snapshots`,
    );
  });
}
