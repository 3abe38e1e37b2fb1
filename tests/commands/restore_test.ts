/** `restore`: what it makes of a backup, and what it refuses. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import { restore, type RestoreFlags } from "../../effects/commands/restore.ts";
import { backup } from "../../effects/commands/backup.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { SNAPSHOT, soundBackup } from "./sound_backup.ts";
import { httpOf, leaderOf, read, test, values, type World, write } from "./world.ts";

const CLUSTER = "1=127.0.0.1:7001,2=127.0.0.1:7002";

async function run(
  world: World,
  flags: Partial<RestoreFlags> = {},
  file = "backup",
): Promise<readonly [code: number, out: string, err: string]> {
  const output = new CapturedOutput();
  const usual: RestoreFlags = { newCluster: true, id: "1", cluster: CLUSTER, data: world.path("data") };
  const code = await restore(world.path(file), { ...usual, ...flags }, output);
  return [code, output.lines.join("\n"), output.errors.join("\n")];
}

async function withBackup(world: World, change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): Promise<void> {
  // No records of the shell, and a state machine without a state.
  await Deno.writeFile(world.path("backup"), change(await soundBackup([new Uint8Array([0])])));
}

test("a backup of one node becomes another node, which says what it did and what comes next", async (world) => {
  const old = await world.start({ id: "1", cluster: world.cluster(1), store: "memory" });
  await leaderOf([old]);
  await write(old, 0, 20);
  const { applied, term } = old.node.status();
  assertEquals(await backup(world.path("backup"), { http: httpOf(old) }, new CapturedOutput()), 0);
  await world.stop(old);
  const [cluster, data] = [world.cluster(1), world.path("data")];
  const [code, out, err] = await run(world, { cluster });
  assertEquals([code, err], [0, ""]);
  assertEquals(out.split("\n"), [
    `Node 1 has the state of ${world.path("backup")}: everything up to index ${applied}, term ${term}.`,
    "Then start it:",
    `  serve --id 1 --cluster ${cluster} --data ${data} --resp HOST:PORT --http HOST:PORT`,
    "The members of the old cluster must not run any more, or at least not at these addresses.",
  ]);
  const server = await world.start({ id: "1", cluster, data });
  await leaderOf([server]);
  assertEquals(await read(server, 21), [...values(20), "nothing"]);
  assert(server.node.status().term > term);
});

test("the other members are named, and a program gets an object", async (world) => {
  await withBackup(world);
  const [code, out] = await run(world);
  assertEquals(code, 0);
  assertStringIncludes(out, `  restore ${world.path("backup")} --new-cluster --id 2 --cluster ${CLUSTER} --data DIR`);
  const [, json, err] = await run(world, { data: world.path("other"), id: "2", json: true });
  const { index, term } = SNAPSHOT;
  assertEquals([JSON.parse(json), err], [
    {
      file: world.path("backup"),
      id: 2,
      data: world.path("other"),
      index,
      term,
      cluster: { 1: "127.0.0.1:7001", 2: "127.0.0.1:7002" },
    },
    "",
  ]);
});

test("a folder with anything in it is left alone", async (world) => {
  await withBackup(world);
  await Deno.mkdir(world.path("data"));
  await Deno.writeTextFile(world.path("data/file"), "precious");
  const [code, , err] = await run(world);
  assertEquals([code, err], [
    2,
    `Cannot restore into ${world.path("data")}: it is not empty. ` +
    "Choose another folder; if an earlier attempt was cut short, remove it.",
  ]);
  await Deno.remove(world.path("data/file"));
  assertEquals((await run(world))[0], 0, "an empty folder is good");
  assertEquals((await run(world))[0], 2, "what was restored is not overwritten");
  const [inFile, , why] = await run(world, { data: world.path("backup") });
  assertEquals([inFile, why.startsWith("Cannot restore into ")], [2, true], why);
});

test("wrong options are refused, with what to do", async (world) => {
  await withBackup(world);
  const wrong: readonly (readonly [Partial<RestoreFlags>, string])[] = [
    [{ newCluster: undefined }, "Cannot restore without --new-cluster"],
    [{ id: "x" }, 'Cannot use --id: "x" is not a whole number above 0.'],
    [{ cluster: "1=a" }, 'Cannot use --cluster: "a" is not host:port.'],
    [{ id: "3" }, "Cannot restore node 3: it is not in --cluster."],
  ];
  for (const [flags, why] of wrong) {
    const [code, , err] = await run(world, flags);
    assertEquals([code, err.startsWith(why)], [2, true], err);
  }
  assertEquals((await Array.fromAsync(Deno.readDir(world.folder))).map(({ name }) => name), ["backup"]);
});

test("a missing, cut or damaged backup is refused, and nothing is left of it", async (world) => {
  const [missing, , why] = await run(world);
  assertEquals([missing, why.startsWith(`Cannot open ${world.path("backup")}`)], [2, true], why);
  const changes: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
    () => new Uint8Array(0),
    (bytes) => bytes.slice(0, -1),
    (bytes) => bytes.with(2, bytes[2] ^ 1),
    (bytes) => bytes.with(bytes.length - 40, bytes[bytes.length - 40] ^ 1),
    (bytes) => bytes.with(bytes.length - 2, bytes[bytes.length - 2] ^ 1),
  ];
  for (const change of changes) {
    await withBackup(world, change);
    const [code, , err] = await run(world);
    assertEquals([code, err.startsWith(`Cannot open ${world.path("backup")}`)], [2, true], err);
    assertEquals((await Array.fromAsync(Deno.readDir(world.folder))).map(({ name }) => name), ["backup"]);
  }
});

test("a sound file that is no backup of a node is refused, and what is left has to be removed", async (world) => {
  await Deno.writeFile(world.path("backup"), await soundBackup([new Uint8Array([1]), new Uint8Array([200])]));
  const [code, , err] = await run(world);
  assertEquals(code, 1);
  assertStringIncludes(err, "Cannot restore: the backup is not what it should be");
  assertStringIncludes(err, `Remove ${world.path("data")} before you try again.`);
  assertEquals((await run(world))[0], 2);
});

test("a node that was restored does not start with other first members, and is no part of the old cluster", async (world) => {
  await withBackup(world);
  const data = world.path("data");
  assertEquals((await run(world))[0], 0);
  const other = await world.tryToStart({ id: "1", cluster: world.cluster(2), data });
  assert(E.isLeft(other) && other.left.includes(`the cluster that began with ${CLUSTER}`), JSON.stringify(other));
});
