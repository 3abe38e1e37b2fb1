import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { Cluster, withCluster } from "./cluster.ts";
import type { NodeEvent, ProposeError } from "../../effects/node/raft_node.ts";

function right<A>(either: E.Either<ProposeError, A>): A {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
}

Deno.test("one node alone leads, applies and answers", async () => {
  await withCluster(1, {}, async (cluster) => {
    const node = await cluster.leader();
    assertEquals(right(await cluster.waitFor(node.propose(5))), 5);
    assertEquals(right(await cluster.waitFor(node.read(null))), 5);
  });
});

Deno.test("a command of the leader is applied on every node", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    assertEquals(right(await cluster.waitFor(leader.propose(2))), 2);
    assertEquals(right(await cluster.waitFor(leader.propose(3))), 5);
    await cluster.clock.advance(300);
    for (const id of [1, 2, 3]) assertEquals(cluster.counter(id).added, [2, 3]);
  });
});

Deno.test("a follower carries commands to the leader, and has the reply", async () => {
  await withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    const replies = await cluster.waitFor(Promise.all([1, 2, 3].map((by) => follower.propose(by))));
    assertEquals(replies.map(right), [1, 3, 6]);
  });
});

Deno.test("a read on any member sees what was written before", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    for (let i = 1; i <= 5; i++) {
      right(await cluster.waitFor(leader.propose(1)));
      for (const node of cluster.nodes.values()) assertEquals(right(await cluster.waitFor(node.read(null))), i);
    }
  });
});

Deno.test("many reads share a quorum round, and many writes a sync", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    const before = leader.status().counters;
    await cluster.waitFor(Promise.all(Array.from({ length: 100 }, () => leader.read(null))));
    await cluster.waitFor(Promise.all(Array.from({ length: 100 }, () => leader.propose(1))));
    const after = leader.status().counters;
    assert(after.readRounds - before.readRounds <= 2, `${after.readRounds - before.readRounds} rounds`);
    assert(after.syncs - before.syncs <= 3, `${after.syncs - before.syncs} syncs`);
  });
});

Deno.test("a stale read answers at once, even without a leader", async () => {
  const cluster = new Cluster(3);
  const node = await cluster.start(1);
  assertEquals(await node.read(null, { consistency: "stale" }), E.right(0));
  await cluster.close();
});

Deno.test("without a leader a command is rejected, for certain, at its deadline", async () => {
  const cluster = new Cluster(3);
  const node = await cluster.start(1);
  const outcome = await cluster.waitFor(node.propose(1, { timeoutMs: 700 }));
  assertEquals(outcome, E.left({ type: "Rejected", reason: "NoLeader", leader: O.none }));
  assert(cluster.clock.now() >= 700 && cluster.clock.now() <= 900, `${cluster.clock.now()}`);
  await cluster.close();
});

Deno.test("a command whose leader is cut off times out, since it may still be applied", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    cluster.isolate(leader.id);
    const outcome = await cluster.waitFor(leader.propose(7, { timeoutMs: 400 }));
    assertEquals(outcome, E.left({ type: "Timeout" }));
  });
});

Deno.test("a command that another leader's entry replaced is rejected for certain", async () => {
  await withCluster(3, {}, async (cluster) => {
    const old = await cluster.leader();
    cluster.isolate(old.id);
    const lost = old.propose(7, { timeoutMs: 60_000 });
    const others = [...cluster.nodes.keys()].filter((id) => id !== old.id);
    const leader = await cluster.leader(others);
    right(await cluster.waitFor(leader.propose(1)));
    cluster.network.healAll();
    const outcome = await cluster.waitFor(lost);
    assert(
      E.isLeft(outcome) && outcome.left.type === "Rejected" && outcome.left.reason === "Replaced",
      JSON.stringify(outcome),
    );
    for (const id of [1, 2, 3]) assertEquals(cluster.counter(id).added, [1]);
  });
});

Deno.test("an aborted command ends at once, one that was aborted before is rejected for certain", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    cluster.isolate(leader.id);
    const controller = new AbortController();
    const under = leader.propose(1, { signal: controller.signal });
    await cluster.clock.advance(10);
    controller.abort();
    assertEquals(await under, E.left({ type: "Timeout" }));
    const never = await leader.propose(1, { signal: controller.signal });
    assert(E.isLeft(never) && never.left.type === "Rejected" && never.left.reason === "Aborted");
  });
});

Deno.test("more commands than may wait are rejected as overload", async () => {
  await withCluster(3, { mostWaiting: 10 }, async (cluster) => {
    const leader = await cluster.leader();
    const outcomes = await cluster.waitFor(Promise.all(Array.from({ length: 15 }, () => leader.propose(1))));
    assertEquals(outcomes.filter(E.isRight).length, 10);
    const rejected = outcomes.filter(E.isLeft).map(({ left }) => left.type === "Rejected" ? left.reason : left.type);
    assertEquals(rejected, Array(5).fill("Overloaded"));
  });
});

Deno.test("a command that is too large is rejected", async () => {
  await withCluster(1, { mostCommandBytes: 3 }, async (cluster) => {
    const leader = await cluster.leader();
    const outcome = await leader.propose(1234);
    assert(E.isLeft(outcome) && outcome.left.type === "Rejected" && outcome.left.reason === "TooLarge");
  });
});

Deno.test("a node that was stopped goes on with what it had", async () => {
  await withCluster(3, {}, async (cluster) => {
    right(await cluster.waitFor((await cluster.leader()).propose(4)));
    for (const id of [1, 2, 3]) await cluster.stop(id);
    for (const id of [1, 2, 3]) await cluster.start(id);
    const leader = await cluster.leader();
    assertEquals(right(await cluster.waitFor(leader.read(null))), 4);
    assertEquals(right(await cluster.waitFor(leader.propose(1))), 5);
  });
});

Deno.test("when the leader dies, the others elect one and lose nothing", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    right(await cluster.waitFor(leader.propose(4)));
    await cluster.stop(leader.id);
    const next = await cluster.leader();
    assert(next.id !== leader.id);
    assertEquals(right(await cluster.waitFor(next.propose(1))), 5);
  });
});

Deno.test("the log is cut behind a snapshot, and a node that was away is sent one", async () => {
  await withCluster(3, { compaction: { entries: 20, keep: 5 } }, async (cluster) => {
    const leader = await cluster.leader();
    const away = [...cluster.nodes.keys()].find((id) => id !== leader.id) ?? 0;
    await cluster.stop(away);
    for (let i = 0; i < 100; i++) right(await cluster.waitFor(leader.propose(1)));
    assert(leader.status().first > 50, `first ${leader.status().first}`);
    assert(leader.status().applied - leader.status().first <= 40, `first ${leader.status().first}`);
    await cluster.start(away, { compaction: { entries: 20, keep: 5 } });
    assert(await cluster.clock.runUntil(() => cluster.counter(away).value === 100, 20_000));
    assert(cluster.node(away).status().first > 50);
    await cluster.stop(away);
    await cluster.start(away);
    assert(await cluster.clock.runUntil(() => cluster.counter(away).value === 100, 20_000));
  });
});

Deno.test("a session's command is applied once, however often it is sent", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    const session = right(await cluster.waitFor(leader.openSession()));
    cluster.isolate(leader.id);
    const under = session.propose(7, { timeoutMs: 60_000 });
    await cluster.clock.advance(1_500);
    cluster.network.healAll();
    assertEquals(right(await cluster.waitFor(under)), 7);
    assertEquals(right(await cluster.waitFor(session.propose(1))), 8);
    await cluster.clock.advance(500);
    for (const id of [1, 2, 3]) assertEquals(cluster.counter(id).added, [7, 1]);
    await cluster.waitFor(session.close());
    const closed = await cluster.waitFor(session.propose(1));
    assert(E.isLeft(closed) && closed.left.type === "Rejected" && closed.left.reason === "SessionExpired");
  });
});

Deno.test("a key makes a repeated command harmless, also after a restart and through a snapshot", async () => {
  const compaction = { entries: 10, keep: 2 };
  await withCluster(3, { compaction }, async (cluster) => {
    let leader = await cluster.leader();
    assertEquals(right(await cluster.waitFor(leader.propose(7, { idempotencyKey: "a" }))), 7);
    for (let i = 0; i < 40; i++) right(await cluster.waitFor(leader.propose(1)));
    for (const id of [1, 2, 3]) await cluster.stop(id);
    for (const id of [1, 2, 3]) await cluster.start(id, { compaction });
    leader = await cluster.leader();
    assertEquals(right(await cluster.waitFor(leader.propose(7, { idempotencyKey: "a" }))), 7);
    assertEquals(right(await cluster.waitFor(leader.read(null))), 47);
  });
});

Deno.test("the leadership is handed over, from the leader and from another node", async () => {
  await withCluster(3, {}, async (cluster) => {
    for (let to = 1; to <= 3; to++) {
      const leader = await cluster.leader();
      assertEquals(right(await cluster.waitFor(leader.transferLeadership(to))), to);
      assertEquals((await cluster.leader()).id, to);
    }
    const follower = await cluster.follower();
    assertEquals(right(await cluster.waitFor(follower.transferLeadership(follower.id))), follower.id);
    assertEquals((await cluster.leader()).id, follower.id);
  });
});

Deno.test("a leader that closes hands over first", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    const before = cluster.clock.now();
    await cluster.waitFor(leader.close());
    cluster.nodes.delete(leader.id);
    await cluster.leader();
    assert(cluster.clock.now() - before < 500, `${cluster.clock.now() - before} ms`);
  });
});

Deno.test("a node that joins is added as a learner, catches up, and votes", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    for (let i = 0; i < 10; i++) right(await cluster.waitFor(leader.propose(1)));
    await cluster.start(4, { join: true });
    const changed = right(await cluster.waitFor(leader.changeMembers({ add: new Map([[4, "node-4"]]) })));
    assertEquals(changed.voters, [1, 2, 3, 4]);
    assert(await cluster.clock.runUntil(() => cluster.counter(4).value === 10, 10_000));
    assertEquals(right(await cluster.waitFor(cluster.node(4).propose(1))), 11);
  });
});

Deno.test("many members change together through a joint configuration, asked for on any member", async () => {
  await withCluster(3, {}, async (cluster) => {
    for (const id of [4, 5]) await cluster.start(id, { join: true });
    const follower = await cluster.follower();
    const leader = await cluster.leader();
    const remove = [1, 2, 3].filter((id) => id !== leader.id && id !== follower.id);
    const add = new Map([[4, "node-4"], [5, "node-5"]]);
    const changed = right(await cluster.waitFor(follower.changeMembers({ add, remove })));
    assertEquals(changed.voters, [1, 2, 3, 4, 5].filter((id) => !remove.includes(id)));
    assertEquals(changed.votersOutgoing, []);
  });
});

Deno.test("a change that is not possible is rejected", async () => {
  await withCluster(1, {}, async (cluster) => {
    const leader = await cluster.leader();
    const outcome = await cluster.waitFor(leader.changeMembers({ remove: [1] }));
    assert(E.isLeft(outcome) && outcome.left.type === "Rejected" && outcome.left.reason === "InvalidChange");
  });
});

Deno.test("a node that has lost its disk is refused until it is removed and added again", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    right(await cluster.waitFor(leader.propose(1)));
    const lost = [1, 2, 3].find((id) => id !== leader.id) ?? 0;
    await cluster.stop(lost);
    cluster.storages.delete(lost);
    const events: NodeEvent[] = [];
    void (async () => {
      for await (const event of leader.events()) events.push(event);
    })();
    await cluster.start(lost);
    await cluster.clock.advance(5_000);
    assert(events.some((event) => event.type === "PeerRefused" && event.peer === lost));
    assertEquals(cluster.counter(lost).value, 0);
    await cluster.stop(lost);
    right(await cluster.waitFor(leader.changeMembers({ remove: [lost] })));
    await cluster.start(lost);
    right(await cluster.waitFor(leader.changeMembers({ add: new Map([[lost, `node-${lost}`]]) })));
    assert(await cluster.clock.runUntil(() => cluster.counter(lost).value === 1, 10_000));
  });
});

Deno.test("work of a leader ends before another one can be elected", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    let fence = 0;
    let aborted = 0;
    const work = leader.whileLeader((signal, term) => {
      fence = term;
      return new Promise<string>((resolve) =>
        signal.addEventListener("abort", () => {
          aborted = cluster.clock.now();
          resolve("ended");
        })
      );
    });
    await cluster.clock.advance(3_000);
    assertEquals([fence, aborted], [leader.status().term, 0]);
    cluster.isolate(leader.id);
    const others = [...cluster.nodes.keys()].filter((id) => id !== leader.id);
    await cluster.leader(others);
    const elected = cluster.clock.now();
    assertEquals(await cluster.waitFor(work), E.right("ended"));
    assert(aborted > 0 && aborted < elected, `aborted at ${aborted}, elected at ${elected}`);
  });
});

Deno.test("handing over ends the work of the leader before it leaves", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    let ended = false;
    const work = leader.whileLeader((signal) =>
      new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => {
          ended = leader.status().role === "leader";
          resolve();
        })
      )
    );
    await cluster.clock.advance(1_000);
    right(await cluster.waitFor(leader.transferLeadership()));
    await cluster.waitFor(work);
    assert(ended);
  });
});

Deno.test("whoever waits to lead can give up", async () => {
  await withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    const controller = new AbortController();
    const work = follower.whileLeader(() => Promise.resolve(1), { signal: controller.signal });
    await cluster.clock.advance(500);
    controller.abort();
    const outcome = await work;
    assert(E.isLeft(outcome) && outcome.left.reason === "Aborted");
  });
});

Deno.test("with a lease a leader reads without a quorum round, and after it ran out it asks again", async () => {
  await withCluster(3, { leaseReads: true }, async (cluster) => {
    const leader = await cluster.leader();
    right(await cluster.waitFor(leader.read(null)));
    const before = leader.status().counters;
    for (let i = 0; i < 10; i++) right(await cluster.waitFor(leader.read(null)));
    const after = leader.status().counters;
    assertEquals([after.readRounds - before.readRounds, after.leaseReads - before.leaseReads], [0, 10]);
    await cluster.clock.advance(2_000);
    cluster.isolate(leader.id);
    const outcome = await cluster.waitFor(leader.read(null, { timeoutMs: 500 }));
    assertEquals(outcome, E.left({ type: "Timeout" }));
  });
});

Deno.test("events tell what happens, and end with the node", async () => {
  const cluster = new Cluster(1);
  const node = await cluster.start(1);
  const seen: string[] = [];
  const listening = (async () => {
    for await (const event of node.events()) seen.push(event.type === "RoleChanged" ? event.to : event.type);
  })();
  await cluster.leader();
  await cluster.close();
  await listening;
  assertEquals(seen, ["preCandidate", "candidate", "leader", "Stopped"]);
  assertEquals(await node.stopped, { type: "Closed" });
});

Deno.test("whoever asks a node that has stopped is rejected", async () => {
  const cluster = new Cluster(1);
  const node = await cluster.start(1);
  await cluster.leader();
  await cluster.close();
  for (const outcome of [await node.propose(1), await node.read(null)]) {
    assert(E.isLeft(outcome) && outcome.left.type === "Rejected" && outcome.left.reason === "Aborted");
  }
});

Deno.test("a state machine that throws stops its node, and whoever waits is told", async () => {
  const cluster = new Cluster(1);
  const node = await cluster.start(1);
  await cluster.leader();
  cluster.counter(1).apply = () => {
    throw new Error("broken");
  };
  const outcome = await cluster.waitFor(node.propose(1));
  assert(E.isLeft(outcome) && outcome.left.type === "Unknown");
  assertEquals(await cluster.waitFor(node.stopped), { type: "StateMachineFailed", message: "broken" });
});

Deno.test("a node that is started at another address tells the cluster, and is reached there", async () => {
  await withCluster(3, {}, async (cluster) => {
    const leader = await cluster.leader();
    const moved = [1, 2, 3].find((id) => id !== leader.id) ?? 0;
    await cluster.stop(moved);
    await cluster.start(moved, { transport: cluster.network.transport("elsewhere"), address: "elsewhere" });
    const knows = (id: number): boolean =>
      cluster.node(id).status().members.some((member) =>
        member.id === moved && O.isSome(member.address) && member.address.value === "elsewhere"
      );
    assert(await cluster.clock.runUntil(() => [1, 2, 3].every(knows), 20_000));
    right(await cluster.waitFor(leader.propose(5)));
    assert(await cluster.clock.runUntil(() => cluster.counter(moved).value === 5, 5_000));
    assertEquals(right(await cluster.waitFor(cluster.node(moved).propose(1))), 6);
    assertEquals(leader.status().configuration.voters, [1, 2, 3]);
  });
});

Deno.test("nodes with different first members do not talk to each other", async () => {
  const cluster = new Cluster(3);
  await cluster.start(1);
  await cluster.start(2);
  await cluster.start(3, { cluster: new Map([[2, "node-2"], [3, "node-3"]]) });
  await cluster.clock.advance(5_000);
  assertEquals(O.isNone(cluster.node(3).status().lead), true);
  assertEquals(cluster.node(3).status().term <= 1, true);
  await cluster.close();
});

Deno.test("a node that has never answered does not become a voter", async () => {
  await withCluster(1, {}, async (cluster) => {
    const leader = await cluster.leader();
    const add = new Map([[4, "nowhere"]]);
    assertEquals(
      await cluster.waitFor(leader.changeMembers({ add }, { timeoutMs: 2_000 })),
      E.left({ type: "Timeout" }),
    );
    assertEquals(leader.status().configuration.learners, [4]);
    assertEquals(right(await cluster.waitFor(leader.propose(1))), 1); // nobody else is needed
    assertEquals(right(await cluster.waitFor(leader.changeMembers({ remove: [4] }))).learners, []);
  });
});

Deno.test("compact() resolves when the log is cut", async () => {
  await withCluster(1, { compaction: { keep: 1 } }, async (cluster) => {
    const leader = await cluster.leader();
    for (let i = 0; i < 20; i++) right(await cluster.waitFor(leader.propose(1)));
    const index = await cluster.waitFor(leader.compact());
    assertEquals([leader.status().snapshot, leader.status().first], [index, index]); // one entry stays
  });
});
