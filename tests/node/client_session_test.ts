/**
 * Commands of a session that wait for their turn.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { type Cluster, withCluster } from "./cluster.ts";

/** A session on a node that nobody hears. */
async function lonelySession(cluster: Cluster) {
  const follower = await cluster.follower();
  const session = await cluster.waitFor(follower.openSession());
  assert(E.isRight(session));
  cluster.isolate(follower.id);
  return session.right;
}

Deno.test("a command that waits for an earlier one of its session is answered by its own deadline", () =>
  withCluster(3, {}, async (cluster) => {
    const session = await lonelySession(cluster);
    const first = session.propose(1, { timeoutMs: 3_000 });
    const began = cluster.clock.now();
    const second = await cluster.waitFor(session.propose(2, { timeoutMs: 200 }));
    assert(cluster.clock.now() - began <= 300, `it took ${cluster.clock.now() - began} ms`);
    assert(E.isLeft(second) && second.left.type === "Rejected", "it was not sent, and certainly has no effect");
    await cluster.waitFor(first);
  }));

Deno.test("a command that waits for an earlier one of its session can be given up", () =>
  withCluster(3, {}, async (cluster) => {
    const session = await lonelySession(cluster);
    const first = session.propose(1, { timeoutMs: 3_000 });
    const gaveUp = new AbortController();
    const second = session.propose(2, { signal: gaveUp.signal });
    const began = cluster.clock.now();
    gaveUp.abort();
    const answer = await cluster.waitFor(second);
    assert(E.isLeft(answer) && answer.left.type === "Rejected" && answer.left.reason === "Aborted");
    assert(cluster.clock.now() - began < 100);
    await cluster.waitFor(first);
  }));

Deno.test("what comes behind a command that was given up still waits for those before it", () =>
  withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    const opened = await cluster.waitFor(follower.openSession());
    assert(E.isRight(opened));
    const session = opened.right;
    cluster.isolate(follower.id);
    const ended: string[] = [];
    const first = session.propose(1, { timeoutMs: 1_000 }).then(() => ended.push("first"));
    const second = session.propose(10, { timeoutMs: 100 }).then(() => ended.push("second"));
    const third = session.propose(100).then((answer) => {
      ended.push("third");
      return answer;
    });
    await cluster.waitFor(second);
    cluster.network.healAll();
    await cluster.waitFor(first);
    assert(E.isRight(await cluster.waitFor(third)));
    assertEquals(ended, ["second", "first", "third"]);
  }));
