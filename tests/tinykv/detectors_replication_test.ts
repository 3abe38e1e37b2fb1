/**
 * Detectors of faults in replication (§5.3, §7), configuration changes (§6) and transfers (thesis §3.10) that TinyKV's own
 * tests do not notice. Node 1 of {1, 2, 3} with ten ticks to an election and one to a heartbeat, unless said otherwise.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { isConfChange, proposeConfChange } from "../../core/mod.ts";
import {
  addNode,
  append,
  appendResponse,
  assertRole,
  at,
  becomeLeader,
  entries,
  leading,
  LIVE,
  logOf,
  logState,
  Member,
  Network,
  progressOf,
  propose,
  rejectionsIn,
  transferTo,
} from "./harness.ts";

const THREE = [1, 2, 3];

Deno.test("D8 an acknowledgement of an older term counts for nothing", () => {
  const member = new Member(1, { members: THREE, hardState: { term: 1 } });
  becomeLeader(member);
  assertEquals(logOf(member), entries("1:2"));
  member.step(appendResponse({ from: 2, to: 1, term: 1 }, 1));
  assertEquals(member.node.commit, 0);
  assertEquals(progressOf(member, 2).match, 0);
});

Deno.test("D9 a follower acknowledges what was verified, not what it holds", () => {
  const log = entries("1:1", "2:1", "3:1");
  const member = new Member(1, { members: THREE, log });
  member.step(append({ from: 2, to: 1, term: 2 }, { prev: at(1, 1) }));
  assertEquals(member.readOutbox(), [appendResponse({ from: 1, to: 2, term: 2 }, 1)]);
  assertEquals(logOf(member), log);
});

Deno.test("D15 an acknowledgement that was overtaken does not move a peer back", () => {
  const member = new Member(1, { members: THREE });
  becomeLeader(member);
  member.step(propose("x"));
  assertEquals(member.node.log.last.index, 2);
  for (const index of [2, 1]) {
    member.step(appendResponse({ from: 2, to: 1, term: 1 }, index));
    const { match, next } = progressOf(member, 2);
    assertEquals([match, next], [2, 3], `after the acknowledgement of ${index}`);
  }
});

Deno.test("D16 a leader that hands over accepts no proposals, but not for ever", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  const one = network.member(1);
  network.campaign(1);
  network.isolate(3);
  network.inject([1, transferTo(3)]);
  assertEquals(rejectionsIn(network.propose(1, "x")), ["TransferInProgress"]);
  assertEquals(logOf(one), entries("1:1"));
  one.tick(9);
  assertEquals(O.isSome(leading(one).own.transfer), true, "an election timeout has not passed yet");
  one.tick();
  assertEquals(leading(one).own.transfer, O.none);
  assertEquals(rejectionsIn(network.propose(1, "x")), []);
  assertEquals(logOf(one), entries("1:1", "2:1 x"));
});

Deno.test("D17 only one configuration change is under way at a time", () => {
  const member = new Member(1, { members: [1, 2] });
  becomeLeader(member);
  assertEquals(rejectionsIn(member.step(propose(proposeConfChange(addNode(3))))), []);
  assertEquals(rejectionsIn(member.step(propose(proposeConfChange(addNode(4))))), ["ConfChangePending"]);
  assertEquals(logOf(member).map(({ type }) => type), ["normal", "confChangeV2", "empty"]);
  assertEquals(logOf(member).filter(isConfChange).length, 1);
});

Deno.test("D18 what is committed is not cut off", () => {
  const log = entries("1:1", "2:1", "3:1");
  const member = new Member(1, { members: THREE, log, hardState: { term: 1, commit: 3 } });
  member.step(append({ from: 2, to: 1, term: 2 }, { entries: entries("1:2") }));
  assertEquals(member.readOutbox(), [appendResponse({ from: 1, to: 2, term: 2 }, 3)]);
  assertEquals(logState(member), { commit: 3, applied: 0, entries: log });
});

Deno.test("D19 a peer gets a snapshot in place of what the leader has forgotten", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  const one = network.member(1);
  network.campaign(1);
  network.isolate(3);
  for (let i = 0; i < 5; i++) network.propose(1, `x${i}`);
  one.nextEntries();
  one.compact();
  assertEquals([one.node.log.first, one.node.log.length], [7, 0]);
  network.recover();
  const sent: string[] = [];
  network.hook(({ type, to }) => {
    if (to === 3) sent.push(type);
    return true;
  });
  network.beat(1);
  assertEquals(sent.filter((type) => type === "InstallSnapshot").length, 1);
  assertEquals(network.member(3).node.commit, 6);
});

Deno.test("D20 a heartbeat tells a peer of a commit whose broadcast was lost", () => {
  const network = new Network([LIVE, LIVE, LIVE]);
  const [one, , three] = network.members;
  network.campaign(1);
  let appends = 0;
  network.hook(({ type, to }) => type !== "Append" || to !== 3 || ++appends !== 2);
  network.propose(1, "x");
  assertEquals(appends, 2, "the proposal, and that it is committed");
  assertRole(one, "leader", 1);
  assertEquals([one.node.commit, three.node.commit], [2, 1]);
  assertEquals(logOf(three), entries("1:1", "2:1 x"));
  network.beat(1);
  assertEquals(three.node.commit, 2);
});
