import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { Log } from "../../core/mod.ts";
import {
  changesOf,
  describeChanged,
  describeDifference,
  differencesOf,
  differenceToJson,
  MISSING,
  plain,
  stepDifferences,
} from "../../effects/debugger/difference.ts";
import { nodesOfEachRole } from "../properties/pool.ts";
import { everyChange } from "../recording/changed.ts";
import * as samples from "../wire/samples.ts";

const { follower, leader } = samples.NODES;

Deno.test("a node differs from itself in nothing, however often it is copied", () => {
  for (const node of [...Object.values(samples.NODES), ...nodesOfEachRole(5)]) {
    assertEquals(differencesOf(node, node), []);
    const { log } = node;
    const copy = { ...structuredCloned(node), log: Log.of(log.snapshot, log.slice(log.first, log.last.index)) };
    assertEquals(differencesOf(node, copy), []);
  }
});

Deno.test("every change of a node in one place is one difference or several at that place", () => {
  for (const node of nodesOfEachRole(2)) {
    for (const { path, value } of everyChange(node)) {
      const found = differencesOf(node, value);
      assert(found.length > 0, path);
      const [top] = path.replace(/^\./, "").split(/[.[?]/);
      if (path.startsWith(".configuration.members")) continue; // peers are named by it
      for (const one of found) assert(one.path.startsWith(top), `${path}: ${one.path}`);
    }
  }
});

Deno.test("what a leader knows of its peers stands under their numbers", () => {
  if (leader.role !== "leader") throw new Error("There is no leader.");
  const [first, ...others] = leader.own.progress;
  const member = leader.configuration.members[0];
  const other = { ...leader, own: { ...leader.own, progress: [{ ...first, match: first.match + 1 }, ...others] } };
  const [difference] = differencesOf(leader, other, "node");
  assertEquals(difference.path, `node.own.progress.${member}.match`);
  assertEquals([difference.expected, difference.actual], [first.match, first.match + 1]);
});

Deno.test("an option is its value or nothing, and an entry stands under its index", () => {
  const voted = { ...follower, vote: O.some(7) };
  assertEquals(differencesOf({ ...follower, vote: O.none }, voted), [{ path: "vote", expected: null, actual: 7 }]);
  const entry = { index: 1, term: 1, type: "normal", data: Uint8Array.of(1), size: 5 } as const;
  const log = Log.of({ index: 0, term: 0 }, [entry]);
  assertEquals(differencesOf({ log }, { log: Log.of({ index: 0, term: 0 }, [{ ...entry, term: 2 }]) }), [
    { path: "log.1.term", expected: 1, actual: 2 },
  ]);
  const [missing] = differencesOf({ log }, { log: Log.after() });
  assertEquals([missing.path, missing.actual], ["log.1", MISSING]);
  assertEquals(plain({ log, none: O.none, some: O.some(Infinity) }), {
    log: { snapshot: { index: 0, term: 0 }, 1: { ...entry, data: "AQ==" } },
    none: null,
    some: "Infinity",
  });
});

Deno.test("a step's difference says what was before, expected and came out", () => {
  const expected = { ...follower, vote: O.some(2), term: follower.term + 1 };
  const actual = { ...expected, vote: O.some(3) };
  const before = { ...follower, vote: O.none };
  const effect = { type: "SnapshotWanted", to: 4 } as const;
  const differences = stepDifferences(before, [expected, []], [actual, [effect]]);
  assertEquals(differences.map(describeDifference), [
    "node.vote: expected 2, but it is 3 (before: none)",
    'outbox[0]: expected nothing, but it is {"type":"SnapshotWanted","to":4}',
  ]);
  assertEquals(differences.map(differenceToJson), [
    { path: "node.vote", before: null, expected: 2, actual: 3 },
    { path: "outbox[0]", actual: { type: "SnapshotWanted", to: 4 } },
  ]);
});

Deno.test("what a step changes is told member by member", () => {
  assertEquals(changesOf(follower, follower), []);
  const after = { ...follower, commit: follower.commit + 1, lead: O.none };
  assertEquals(changesOf({ ...follower, lead: O.some(1) }, after).map(describeChanged), [
    "lead: 1 → none",
    `commit: ${follower.commit} → ${follower.commit + 1}`,
  ]);
});

/** A copy of all that is not a class. */
function structuredCloned<A extends object>(value: A): A {
  return { ...value, ...Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)])) };
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Log) return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copy);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)]));
}
