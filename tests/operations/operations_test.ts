/** Backups, clusters that begin with one, and the recovery of a cluster whose majority is lost. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { NO_MEMBERS } from "../../core/configuration.ts";
import { systemClock } from "../../effects/clock/clock.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import { type Backup, openBackup } from "../../effects/operations/backup_file.ts";
import { carryOutRecovery, planRecovery, type RecoveryPlan } from "../../effects/operations/recover.ts";
import { restoreBackup } from "../../effects/operations/restore.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import type { Storage } from "../../effects/storage/storage.ts";
import { Cluster, withCluster } from "../node/cluster.ts";

function right<A>(either: E.Either<unknown, A>): A {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
}

/** Copies a node's newest snapshot to `path` on another disk, as `backup` does over HTTP. */
async function backUp(cluster: Cluster, id: number, disk: MemoryDisk, path: string): Promise<void> {
  const made = right(await cluster.waitFor(cluster.node(id).backup()));
  const bytes = new Uint8Array(made.size);
  assertEquals(made.read(bytes, 0), made.size);
  made.close();
  const file = disk.open(path, { create: true });
  file.write(bytes, 0);
  file.close();
}

function backupOn(disk: MemoryDisk, path: string): Backup {
  return right(openBackup(disk, path, systemClock));
}

Deno.test("a backup holds everything that was acknowledged before, and a new cluster begins with it", async () => {
  const disk = memoryDisk();
  await withCluster(3, {}, async (cluster) => {
    const follower = await cluster.follower();
    for (let by = 1; by <= 20; by++) right(await cluster.waitFor(follower.propose(by)));
    right(await cluster.waitFor(follower.propose(1_000, { idempotencyKey: "once" })));
    await backUp(cluster, follower.id, disk, "backup");
  });
  const restored = new Cluster(3, 2);
  for (const [id] of restored.members) {
    const storage = fileStorage("data", { disk: memoryDisk(), clock: restored.clock });
    const backup = backupOn(disk, "backup");
    const restoring = restoreBackup(backup, storage, { id, members: restored.members, random: seededRandom(id) });
    right(await restored.waitFor(restoring));
    backup.close();
    restored.storages.set(id, storage);
    await restored.start(id);
  }
  const leader = await restored.leader();
  assertEquals(right(await restored.waitFor(leader.read(null))), 1_210);
  assertEquals(leader.status().configuration.voters, [1, 2, 3]);
  assertEquals(right(await restored.waitFor(leader.propose(1_000, { idempotencyKey: "once" }))), 1_210);
  assertEquals(right(await restored.waitFor(leader.propose(1))), 1_211);
  await restored.close();
});

Deno.test("a backup of three nodes can become a cluster of one", async () => {
  const disk = memoryDisk();
  await withCluster(3, {}, async (cluster) => {
    right(await cluster.waitFor((await cluster.leader()).propose(5)));
    await backUp(cluster, 1, disk, "backup");
  });
  const alone = new Cluster(1, 2);
  const storage = fileStorage("data", { disk: memoryDisk(), clock: alone.clock });
  const backup = backupOn(disk, "backup");
  right(
    await alone.waitFor(restoreBackup(backup, storage, { id: 1, members: alone.members, random: seededRandom(1) })),
  );
  alone.storages.set(1, storage);
  await alone.start(1);
  assertEquals(right(await alone.waitFor((await alone.leader()).read(null))), 5);
  await alone.close();
});

Deno.test("a backup is not restored into a folder that holds data, nor for a node that is no member", async () => {
  const disk = memoryDisk();
  await withCluster(1, {}, async (cluster) => {
    right(await cluster.waitFor((await cluster.leader()).propose(5)));
    await backUp(cluster, 1, disk, "backup");
    const members = cluster.members;
    const backup = backupOn(disk, "backup");
    await cluster.stop(1);
    const used = cluster.storages.get(1) ?? fileStorage("none", { disk });
    const again = await cluster.waitFor(restoreBackup(backup, used, { id: 1, members, random: seededRandom(1) }));
    assert(E.isLeft(again) && again.left.includes("already holds"), JSON.stringify(again));
    const empty = fileStorage("data", { disk: memoryDisk(), clock: cluster.clock });
    const stranger = await cluster.waitFor(restoreBackup(backup, empty, { id: 7, members, random: seededRandom(1) }));
    assert(E.isLeft(stranger) && stranger.left.includes("none of the first members"), JSON.stringify(stranger));
    await cluster.start(1);
  });
});

Deno.test("a damaged, cut or missing backup is refused, naming the file and the place", async () => {
  const disk = memoryDisk();
  await withCluster(1, {}, async (cluster) => {
    for (let by = 1; by <= 50; by++) right(await cluster.waitFor((await cluster.leader()).propose(by)));
    await backUp(cluster, 1, disk, "backup");
  });
  right(await backupOn(disk, "backup").verify());
  const size = backupOn(disk, "backup").size;
  for (let offset = 0; offset < size; offset += 7) {
    disk.flip("backup", offset);
    const opened = openBackup(disk, "backup", systemClock);
    const outcome = E.isLeft(opened) ? opened : await opened.right.verify();
    assert(E.isLeft(outcome) && outcome.left.includes("backup"), `a flipped bit at ${offset} was not noticed`);
    disk.flip("backup", offset);
  }
  const file = disk.open("backup");
  file.truncate(size - 1);
  file.close();
  assert(E.isLeft(openBackup(disk, "backup", systemClock)));
  const missing = openBackup(disk, "missing", systemClock);
  assert(E.isLeft(missing) && missing.left.includes("missing"));
});

async function recover(cluster: Cluster, storage: Storage): Promise<RecoveryPlan> {
  const opened = right(await cluster.waitFor(storage.open()));
  const known = { index: 0, configuration: { ...NO_MEMBERS, voters: [...cluster.members.keys()] } };
  const plan = right(planRecovery(opened, known));
  await cluster.waitFor(carryOutRecovery(opened, plan));
  await cluster.waitFor(opened.close());
  return plan;
}

Deno.test("when the majority is lost, one node goes on with what it has, and others can be added again", async () => {
  const cluster = await Cluster.started(5);
  const leader = await cluster.leader();
  for (let by = 1; by <= 10; by++) right(await cluster.waitFor(leader.propose(by)));
  cluster.isolate(leader.id);
  void leader.propose(100, { timeoutMs: 100 }); // nobody else has it
  await cluster.clock.advance(300);
  for (const id of cluster.members.keys()) await cluster.stop(id);
  cluster.network.healAll();
  const plan = await recover(cluster, cluster.storages.get(leader.id) ?? fileStorage("none"));
  assertEquals(plan.removed, [1, 2, 3, 4, 5].filter((id) => id !== leader.id));
  assert(plan.last > plan.commit, `${plan.last} > ${plan.commit}`);
  const node = await cluster.start(leader.id);
  await cluster.leader();
  assertEquals(right(await cluster.waitFor(node.read(null))), 155);
  assertEquals(node.status().configuration.voters, [leader.id]);
  const other = plan.removed[0];
  cluster.storages.delete(other);
  await cluster.start(other);
  right(await cluster.waitFor(node.changeMembers({ add: new Map([[other, `node-${other}`]]) })));
  assert(await cluster.clock.runUntil(() => cluster.counter(other).value === 155, 10_000));
  await cluster.close();
});

Deno.test("an empty folder cannot be recovered", async () => {
  const cluster = new Cluster(1);
  const opened = right(await cluster.waitFor(fileStorage("data", { disk: memoryDisk() }).open()));
  const plan = planRecovery(opened, { index: 0, configuration: NO_MEMBERS });
  assert(E.isLeft(plan) && plan.left.includes("no data"));
  await cluster.waitFor(opened.close());
  assertEquals(O.isNone(opened.found.identity), true);
});

Deno.test("nodes are restarted one after the other without a failed write", async () => {
  await withCluster(3, {}, async (cluster) => {
    await cluster.leader();
    let written = 0;
    let stop = false;
    const failures: string[] = [];
    const writing = (async () => {
      while (!stop) {
        const node = [...cluster.nodes.values()][written % cluster.nodes.size];
        const outcome = await node.propose(1, { timeoutMs: 5_000 });
        if (E.isRight(outcome)) written++;
        else if (outcome.left.type !== "Rejected" || outcome.left.reason !== "Aborted") {
          failures.push(JSON.stringify(outcome));
        }
      }
    })();
    await cluster.clock.advance(500);
    for (const id of [1, 2, 3]) {
      const node = cluster.node(id);
      cluster.nodes.delete(id); // no more requests to it
      await cluster.clock.advance(50);
      await cluster.waitFor(node.close());
      await cluster.start(id);
      await cluster.leader();
      await cluster.clock.advance(500);
    }
    stop = true;
    await cluster.waitFor(writing);
    assertEquals(failures, []);
    assert(written > 10, `${written}`);
    assertEquals(right(await cluster.waitFor((await cluster.leader()).read(null))), written);
  });
});
