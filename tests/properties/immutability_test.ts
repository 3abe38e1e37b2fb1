/**
 * Nodes, messages and outboxes are values: nobody changes one that exists.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { entryAt, type Message, type Node, type Outbox, proposal, step } from "../../core/mod.ts";
import type { Action } from "./action.ts";
import { canonical, hashOf } from "./canonical.ts";
import { deepFreeze } from "./freeze.ts";
import { plausibleMessages } from "./messages.ts";
import { assertAlways, budget } from "./run.ts";
import { anySchedule } from "./schedule.ts";
import { pastOf } from "./scenario.ts";
import { PLAIN, type Setup } from "./setup.ts";
import { type Reducer, World } from "./world.ts";

describe("A run whose nodes, messages and outboxes are all frozen", () => {
  it("is the same run", () => {
    assertAlways(anySchedule(60), budget(150), (setup, actions) => {
      assertEquals(resultsOf(setup, actions, frozen), resultsOf(setup, actions, step));
    });
  });

  const frozen: Reducer = (node, message) => deepFreeze(step(deepFreeze(node), deepFreeze(message)));

  // Every state and every outbox, in order.
  function resultsOf(setup: Setup, actions: readonly Action[], reducer: Reducer): readonly number[] {
    const results: number[] = [];
    const recording: Reducer = (node, message) => {
      const result = reducer(node, message);
      results.push(hashOf(result));
      return result;
    };
    const world = new World(setup, [], recording);
    for (const action of actions) world.act(action);
    return results;
  }
});

describe("Every state of a long run is still what it was when it was made", () => {
  it("after all others were made, and after other futures of some of them", () => {
    const kept = longRun({ ...PLAIN, spare: 2, options: { electionTick: 3, maxSizePerMsg: 40 } }, 30);
    assert(kept.length > 4000, `a long run has more than ${kept.length} states`);
    forkFrom(kept);
    assertUnchanged(kept);
  });

  it("also where the log fills a chunk of 1,024 entries and begins another", () => {
    const past = [1, 2, 3].map(() => pastOf(new Array<number>(1015).fill(1), 1, 1000));
    const kept = longRun({ ...PLAIN, past }, 12);
    const lengths = kept.map(({ node: { log } }) => log.last.index);
    assert(Math.min(...lengths) < 1024 && Math.max(...lengths) > 1030, "logs end before and behind the first chunk");
    forkFrom(kept);
    assertUnchanged(kept);
  });

  interface Kept {
    readonly node: Node;
    readonly message: Message;
    readonly outbox: Outbox;
    readonly hash: number;
  }

  function keep(node: Node, message: Message, outbox: Outbox): Kept {
    return { node, message, outbox, hash: hashOf([node, message, outbox]) };
  }

  // Schedules of all profiles, one after the other, in one cluster.
  function longRun(setup: Setup, count: number): Kept[] {
    const kept: Kept[] = [];
    const check = {
      name: "keep",
      stepped: ({ after, message, outbox }: { after: Node; message: Message; outbox: Outbox }) =>
        void kept.push(keep(after, message, outbox)),
    };
    const world = new World(setup, [check]);
    for (const actions of fc.sample(anySchedule(60), { seed: budget(1).seed, numRuns: count })) {
      for (const action of actions) world.act(action);
    }
    return kept;
  }

  // Other futures: entries that replace and follow what the state has, and whatever else a node may hear.
  function forkFrom(kept: Kept[]): void {
    const foreign = fc.sample(plausibleMessages(), { seed: 2, numRuns: 400 });
    const count = kept.length;
    for (let i = 0; i < count; i += 7) {
      let { node } = kept[i];
      for (const message of [...appends(node), ...foreign.slice(i % 390, (i % 390) + 5)]) {
        const [after, outbox] = step(node, message);
        kept.push(keep(after, message, outbox));
        node = after;
      }
    }
  }

  function appends({ id, term, commit, log }: Node): readonly Message[] {
    const from = id + 1;
    const higher = term + 1;
    const follow = (index: number) => [1, 2].map((k) => entryAt(proposal(Uint8Array.of(k)), index + k, higher));
    const header = { type: "Append", from, to: id, term: higher, commit: 0 } as const;
    const replaced = Math.max(commit, log.last.index - 1);
    return [
      { ...header, prev: log.last, entries: follow(log.last.index) },
      { ...header, prev: log.idAt(replaced), entries: follow(replaced) },
    ];
  }

  function assertUnchanged(kept: readonly Kept[]): void {
    for (const { node, message, outbox, hash } of kept) {
      if (hashOf([node, message, outbox]) === hash) continue;
      assertEquals("changed", canonical(node));
    }
  }
});
