/**
 * The bench itself: a test that runs on it may rely on this.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as O from "fp-ts/Option";
import { append, assertRole, entries, heartbeat, LIVE, logOf, Member, Network, propose, seeded } from "./harness.ts";

Deno.test("a member makes what it writes durable before its next input", () => {
  const member = new Member(1, { members: [1] });
  member.step({ type: "Campaign" });
  member.step(propose("x"));
  const { disk, node } = member;
  assertEquals(disk.hardState, O.some({ term: 1, vote: O.some(1), commit: 2 }));
  assertEquals(disk.log.slice(1, 2), entries("1:1", "2:1 x"));
  assertEquals([node.stable, node.commit, node.applied], [2, 2, 0]);
  assertEquals(member.nextEntries(), entries("1:1", "2:1 x"));
  assertEquals(member.node.applied, 2);
});

Deno.test("a member that starts from its disk knows its vote and its log", () => {
  const before = new Member(1, { members: [1, 2] });
  before.step(append({ from: 2, to: 1, term: 3 }, { entries: entries("1:3 x"), commit: 1 }));
  const { hardState, log } = before.disk;
  assert(O.isSome(hardState), "a hard state was written");
  const after = new Member(1, { members: [1, 2], hardState: hardState.value, log: log.slice(1, log.last.index) });
  assertRole(after, "follower", 3);
  assertEquals(logOf(after), entries("1:3 x"));
  assertEquals(after.nextEntries(), entries("1:3 x"));
});

Deno.test("an objection that no test expects is an error", () => {
  const member = new Member(1, { members: [1, 2] });
  assertThrows(() => member.step(heartbeat({ from: 2, to: 1, term: 1 }, 5)), Error, "CommitBeyondLog");
});

Deno.test("an injected message arrives whatever the network loses", () => {
  const network = new Network([LIVE, LIVE]);
  network.isolate(2);
  network.ignore("Heartbeat");
  network.inject([2, heartbeat({ from: 1, to: 2, term: 1 })]);
  assertRole(network.member(2), "follower", 1);
});

Deno.test("a link loses its share of the messages, and the same ones for the same seed", () => {
  const run = () => {
    const network = new Network([LIVE, LIVE], seeded(5));
    network.campaign(1);
    network.drop(1, 2, 0.3);
    let arrived = 0;
    network.hook(({ type }) => {
      if (type === "Heartbeat") arrived++;
      return true;
    });
    for (let i = 0; i < 1000; i++) network.beat(1);
    return arrived;
  };
  const arrived = run();
  assert(650 < arrived && arrived < 750, `${arrived} of 1000 arrived`);
  assertEquals(run(), arrived);
});
