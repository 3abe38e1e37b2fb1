/**
 * TinyKV's part 3A: leadership transfers (thesis §3.10) between three live nodes of which the first one leads.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { NodeId, Outbox, RoleName } from "../../core/mod.ts";
import {
  assertLead,
  heartbeatResponse,
  leading,
  LIVE,
  Network,
  progressOf,
  rejectionsIn,
  removeNode,
  transferTo,
} from "./harness.ts";

Deno.test("TestLeaderTransferToUpToDateNode3A", () => {
  const network = ledByOne();
  transfer(network, 1, 2);
  check(network, "follower", 2);
  network.propose(1, "");
  transfer(network, 2, 1);
  check(network, "leader", 1);
});

Deno.test("TestLeaderTransferToUpToDateNodeFromFollower3A", () => {
  const network = ledByOne();
  transfer(network, 2, 2);
  check(network, "follower", 2);
  network.propose(1, "");
  transfer(network, 1, 1);
  check(network, "leader", 1);
});

Deno.test("TestLeaderTransferToSlowFollower3A", () => {
  const network = ledByOne();
  network.isolate(3);
  network.propose(1, "");
  network.recover();
  assertEquals(progressOf(network.member(1), 3).match, 1);
  transfer(network, 1, 3);
  check(network, "follower", 3);
});

Deno.test("TestLeaderTransferAfterSnapshot3A", () => {
  const network = ledByOne();
  const one = network.member(1);
  network.isolate(3);
  network.propose(1, "");
  one.nextEntries();
  one.compact();
  assertEquals(one.node.log.first, 3);
  network.recover();
  assertEquals(progressOf(one, 3).match, 1);
  const sent: string[] = [];
  network.hook(({ type, to }) => {
    if (to === 3) sent.push(type);
    return true;
  });
  transfer(network, 1, 3);
  network.inject([1, heartbeatResponse({ from: 3, to: 1, term: one.node.term })]);
  check(network, "follower", 3);
  const [snapshot, timeout] = [sent.indexOf("InstallSnapshot"), sent.indexOf("TimeoutNow")];
  assertEquals([snapshot >= 0, snapshot < timeout], [true, true], "node 3 campaigns as soon as the snapshot is stored");
});

Deno.test("TestLeaderTransferToSelf3A", () => {
  const network = ledByOne();
  assertEquals(rejectionsIn(transfer(network, 1, 1)), ["AlreadyLeader"]);
  check(network, "leader", 1);
});

Deno.test("TestLeaderTransferToNonExistingNode3A", () => {
  const network = ledByOne();
  assertEquals(rejectionsIn(transfer(network, 1, 4)), ["TransfereeUnknown"]);
  check(network, "leader", 1);
});

Deno.test("TestLeaderTransferReceiveHigherTermVote3A", () => {
  const network = ledByOne();
  network.isolate(3);
  transfer(network, 1, 3);
  assertPending(network, 3);
  // TinyKV's request to campaign carries an index and a term, which are to be ignored; here it has no room for them.
  network.campaign(2);
  check(network, "follower", 2);
});

Deno.test("TestLeaderTransferRemoveNode3A", async (t) => {
  await t.step("the target is removed before", () => {
    const network = ledByOne();
    network.inject([1, { type: "ApplyConfChange", change: removeNode(3) }]);
    assertEquals(rejectionsIn(transfer(network, 1, 3)), ["TransfereeUnknown"]);
    check(network, "leader", 1);
  });
  await t.step("the target is removed meanwhile, as in etcd's test", () => {
    const network = ledByOne();
    network.ignore("TimeoutNow");
    transfer(network, 1, 3);
    assertPending(network, 3);
    const outbox = network.inject([1, { type: "ApplyConfChange", change: removeNode(3) }]);
    assertEquals(rejectionsIn(outbox), ["TransfereeUnknown"]);
    check(network, "leader", 1);
  });
});

Deno.test("TestLeaderTransferBack3A", () => {
  const network = ledByOne();
  network.isolate(3);
  transfer(network, 1, 3);
  assertPending(network, 3);
  transfer(network, 1, 1);
  check(network, "leader", 1);
});

Deno.test("TestLeaderTransferSecondTransferToAnotherNode3A", () => {
  const network = ledByOne();
  network.isolate(3);
  transfer(network, 1, 3);
  assertPending(network, 3);
  assertEquals(rejectionsIn(transfer(network, 1, 2)), ["TransferReplaced"]);
  check(network, "follower", 2);
});

function ledByOne(): Network {
  const network = new Network([LIVE, LIVE, LIVE]);
  network.campaign(1);
  check(network, "leader", 1);
  return network;
}

/** The host of `at` wants `transferee` to lead. */
function transfer(network: Network, at: NodeId, transferee: NodeId): Outbox {
  return network.inject([at, transferTo(transferee)]);
}

/** Asserts the role of node 1, whom it follows, and that no transfer is left under way. */
function check(network: Network, role: RoleName, lead: NodeId): void {
  const { node } = network.member(1);
  assertEquals(node.role, role);
  assertLead(network.member(1), lead);
  if (node.role === "leader") assertEquals(node.own.transfer, O.none);
}

/** Asserts that node 1 still leads and waits until `transferee` has caught up. */
function assertPending(network: Network, transferee: NodeId): void {
  const { transfer } = leading(network.member(1)).own;
  assertEquals(O.isSome(transfer) && transfer.value.transferee, transferee);
}
