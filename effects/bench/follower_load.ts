/**
 * What it takes to bring a follower back: by the log, and by a snapshot.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import { systemClock } from "../clock/clock.ts";
import type { ProcessCluster } from "../processes/cluster.ts";
import { RespClient } from "../processes/resp_client.ts";

/** What is written while a follower is down. */
export interface Backlog {
  /** How many writes, each an entry of its own. */
  readonly writes: number;
  /** The length of each value in bytes. */
  readonly valueBytes: number;
}

/** How a follower came back. */
export interface Return {
  /** Seconds from its start until everything was applied. */
  readonly seconds: number;
  /** Whether another leader was elected meanwhile. */
  readonly elections: number;
  /** The most memory that leader and follower used more than before, in MiB; null where the system does not tell. */
  readonly leaderMiB: number | null;
  readonly followerMiB: number | null;
}

/** Stops a follower, writes, starts it again, and measures until it has everything. */
export async function bringBack(cluster: ProcessCluster, leader: NodeId, backlog: Backlog): Promise<Return> {
  const follower = cluster.ids.find((id) => id !== leader) ?? 0;
  await cluster.stop(follower);
  await write(cluster.place(leader).resp, backlog);
  const before = await status(cluster, leader);
  const [leaderRss] = [rss(cluster, leader)];
  const started = await cluster.start(follower);
  if (E.isLeft(started)) throw new Error(started.left);
  const began = performance.now();
  const followerRss = rss(cluster, follower);
  let [mostLeader, mostFollower] = [leaderRss, followerRss];
  for (;;) {
    const now = await status(cluster, follower).catch(() => null);
    mostLeader = greater(mostLeader, rss(cluster, leader));
    mostFollower = greater(mostFollower, rss(cluster, follower));
    if (now !== null && now.applied >= before.commit) break;
    if (performance.now() - began > 300_000) throw new Error("The follower has not caught up within five minutes.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const seconds = (performance.now() - began) / 1_000;
  const after = await status(cluster, leader);
  return {
    seconds,
    elections: after.term - before.term,
    leaderMiB: difference(mostLeader, leaderRss),
    followerMiB: difference(mostFollower, followerRss),
  };
}

async function write(address: string, { writes, valueBytes }: Backlog): Promise<void> {
  const clients = await Promise.all(Array.from({ length: 16 }, () => RespClient.connect(address, systemClock)));
  const value = "v".repeat(valueBytes);
  let next = 0;
  await Promise.all(clients.map(async (client) => {
    if (E.isLeft(client)) throw new Error(client.left);
    while (next < writes) {
      // INCR beside SET: only SETs of one pipeline would become one entry.
      const burst = Array.from({ length: Math.min(64, writes - next) }, () => ["APPEND", `key${next++}`, value]);
      await Promise.all(burst.map((words) => client.right.ask(words, 30_000)));
    }
    await client.right.close();
  }));
}

async function status(cluster: ProcessCluster, id: NodeId): Promise<{ applied: number; commit: number; term: number }> {
  const response = await fetch(`http://${cluster.place(id).http}/status`);
  return await response.json();
}

/** Resident memory in MiB (Linux only). */
function rss(cluster: ProcessCluster, id: NodeId): number | null {
  const process = cluster.process(id);
  if (O.isNone(process)) return null;
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${process.value.pid}/status`));
    return line === null ? null : Number(line[1]) / 1024;
  } catch {
    return null;
  }
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
