/** `recover`: what it says, whom it asks, and what it refuses. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import * as O from "fp-ts/Option";
import { type Entry, entryAt, proposal } from "../../core/entry.ts";
import { recover, type RecoverFlags, type RecoverParts } from "../../effects/commands/recover.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { freeAddresses } from "../../effects/processes/ports.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import type { Storage } from "../../effects/storage/storage.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { bytes, leaderOf, read, right, test, values, type World, write } from "./world.ts";

const MEMBERS = new Map([[1, "127.0.0.1:7001"], [2, "127.0.0.1:7002"], [3, "127.0.0.1:7003"]]);
const LIST = "1=127.0.0.1:7001,2=127.0.0.1:7002,3=127.0.0.1:7003";
const IDENTITY = { cluster: "00112233aabbccdd", id: 2, incarnation: "0123456789abcdef", members: MEMBERS };

/** Fills the storage of node 2 of three, whose log has entries up to `last`, with what it may have left. */
async function fill(storage: Storage, last: number, commit: number): Promise<void> {
  const opened = right(await storage.open());
  await opened.identify(IDENTITY);
  const entries: readonly Entry[] = Array.from({ length: last }, (_, i) => entryAt(proposal(bytes("x")), i + 1, 5));
  const hardState = O.some({ term: 5, vote: O.none, commit });
  opened.write([{ type: "Persist", hardState, entries, snapshot: O.none, sync: true, then: [] }]);
  await opened.sync();
  await opened.close();
}

/** What is in the storage of node 2: term, commit index, last index. */
async function stateIn(storage: Storage): Promise<readonly [term: number, commit: number, last: number]> {
  const opened = right(await storage.open());
  const { hardState, log } = opened.found;
  await opened.close();
  return O.isSome(hardState) ? [hardState.value.term, hardState.value.commit, log.last.index] : [0, 0, 0];
}

type Run = readonly [code: number, out: readonly string[], err: readonly string[]];

async function run(world: World, flags: Partial<RecoverFlags> = {}, parts: Partial<RecoverParts> = {}): Promise<Run> {
  const output = new CapturedOutput();
  const usual: RecoverFlags = { forceNewCluster: true, id: "2", data: world.path("2"), yes: true };
  const code = await recover({ ...usual, ...flags }, output, { ask: O.none, storage: fileStorage, ...parts });
  return [code, output.lines, output.errors];
}

const raftIn = (world: World): Storage => fileStorage(world.path("2/raft"));

test("it says what may be lost, what comes true, and what to do next", async (world) => {
  await fill(raftIn(world), 10, 7);
  assertEquals(await run(world), [0, [
    "Node 2 becomes the only member of its cluster.",
    "Removed for good: nodes 1 and 3. They must never be started again.",
    "Lost: whatever the others have committed behind index 10, term 5, where the log of this node ends.",
    "Coming true: 3 entries, 8 to 10, of which this node does not know whether they were committed.",
    "Node 2 can be started, with the first members as before:",
    `  serve --id 2 --cluster ${LIST} --data ${world.path("2")} --resp HOST:PORT`,
    "Then add others, each with an id that was never used, --join and an empty folder:",
    `  serve --id NEW --cluster ${LIST} --join --listen HOST:PORT --data DIR, and RAFT MEMBER ADD NEW HOST:PORT`,
  ], []]);
  assertEquals(await stateIn(raftIn(world)), [6, 12, 12]);
  const [code, out] = await run(world, { store: "memory" });
  assertEquals([code, ...out.slice(1, 4), out[5]], [
    0,
    "No other member is removed.",
    "Lost: whatever the others have committed behind index 12, term 6, where the log of this node ends.",
    "No entry of this node is in doubt.",
    `  serve --id 2 --cluster ${LIST} --data ${world.path("2")} --store memory --resp HOST:PORT`,
  ]);
});

test("a program gets an object, and people what is said on the other stream", async (world) => {
  await fill(raftIn(world), 10, 7);
  const [code, out, err] = await run(world, { json: true });
  assertEquals([code, out.map((line) => JSON.parse(line))], [
    0,
    [{ id: 2, commit: 7, last: 10, lastTerm: 5, removed: [1, 3], appended: 2 }],
  ]);
  assertEquals(err.length, 4);
});

test("somebody at a terminal has to type the id of the node", async (world) => {
  await fill(raftIn(world), 10, 7);
  const questions: string[] = [];
  const typing = (text: string): Partial<RecoverParts> => ({
    ask: O.some((question) => {
      questions.push(question);
      return text;
    }),
  });
  for (const text of ["", "y\n", "22\n"]) {
    const [code, , err] = await run(world, { yes: undefined }, typing(text));
    assertEquals([code, err], [1, ["Nothing was changed."]]);
  }
  assertEquals(await stateIn(raftIn(world)), [5, 7, 10]);
  assertEquals((await run(world, { yes: false }, typing("2\n")))[0], 0);
  assertEquals(await stateIn(raftIn(world)), [6, 12, 12]);
  assertEquals(questions[0], "Type the node's id, 2, to go on: ");
});

test("where nobody is at a terminal, nothing is done without --yes", async (world) => {
  await fill(raftIn(world), 10, 7);
  const [code, , err] = await run(world, { yes: undefined });
  assertEquals([code, err], [2, ["Nothing was changed: give --yes, or confirm at a terminal."]]);
  assertEquals(await stateIn(raftIn(world)), [5, 7, 10]);
});

test("wrong options are refused, and no folder is made", async (world) => {
  const wrong: readonly (readonly [Partial<RecoverFlags>, string])[] = [
    [{ forceNewCluster: undefined }, "Cannot recover without --force-new-cluster: "],
    [{ id: "0" }, 'Cannot use --id: "0" is not a whole number above 0.'],
    [{ store: "redis" }, 'Cannot use --store: "redis" is none of sqlite, memory.'],
    [{}, `Cannot recover: there is no folder ${world.path("2")}/raft. Name the folder that the node was started with.`],
  ];
  for (const [flags, why] of wrong) {
    const [code, out, err] = await run(world, flags);
    assertEquals([code, out, err.join().startsWith(why)], [2, [], true], err.join());
  }
  assertEquals(await Array.fromAsync(Deno.readDir(world.folder)), []);
});

test("a folder of another node, or of none, is refused", async (world) => {
  await fill(raftIn(world), 10, 7);
  assertEquals(await run(world, { id: "1" }), [
    2,
    [],
    [`Cannot recover node 1: the folder ${world.path("2")} belongs to node 2.`],
  ]);
  await Deno.mkdir(world.path("empty/raft"), { recursive: true });
  assertEquals(await run(world, { data: world.path("empty") }), [
    2,
    [],
    ["Cannot recover: the folder holds no data of a node."],
  ]);
});

test("a damaged log is refused, naming file and offset", async (world) => {
  await fill(raftIn(world), 10, 7);
  const [segment] = [...Deno.readDirSync(world.path("2/raft"))].map(({ name }) => name).filter((name) =>
    name.endsWith(".seg")
  );
  const path = world.path(`2/raft/${segment}`);
  const content = await Deno.readFile(path);
  await Deno.writeFile(path, content.with(200, content[200] ^ 1));
  const [code, , err] = await run(world);
  assertEquals(code, 2);
  assertStringIncludes(err.join(), path);
  assertStringIncludes(err.join(), "at byte ");
});

test("a disk that fails while the plan is carried out is a failure", async (world) => {
  await Deno.mkdir(world.path("2/raft"), { recursive: true });
  const disk = memoryDisk();
  const storage = fileStorage("raft", { disk });
  await fill(storage, 10, 7);
  const ask = O.some(() => {
    disk.fail("sync");
    return "2";
  });
  const [code, , err] = await run(world, { yes: false }, { ask, storage: () => storage });
  assertEquals([code, err.join().startsWith("Cannot go on: the disk has failed.")], [1, true], err.join());
});

test("a node that runs is left alone", async (world) => {
  const server = await world.start({ id: "1", cluster: world.cluster(1) });
  await leaderOf([server]);
  const [code, out, err] = await run(world, { id: "1", data: world.path("1") });
  assertEquals([code, out], [2, []]);
  assertStringIncludes(err.join(), "Stop the node first.");
  await write(server, 0, 1);
});

for (const store of ["sqlite", "memory"]) {
  test(`where the log was cut, who is a member comes from what stands for it: ${store}`, async (world) => {
    const cluster = world.cluster(1);
    const flags = { id: "1", cluster, store, compactEntries: "5", keepEntries: "1" };
    const server = await world.start(flags);
    await leaderOf([server]);
    await write(server, 0, 30);
    // The first members are not the members any more: they cannot be what is known.
    const learner = await world.start({ id: "9", cluster, join: true, listen: freeAddresses(1)[0], store: "memory" });
    right(await server.node.changeMembers({ learners: new Map([[9, learner.node.status().address]]) }));
    right(await learner.node.read({ type: "CountKeys", cf: "default" }));
    const { applied } = server.node.status();
    await write(server, 30, 35);
    await write(server, 35, 40);
    // As long as the learner receives a snapshot, the log is kept for it.
    while (server.node.status().first <= applied) await server.node.compact();
    await world.stop(server);
    const [code, out, err] = await run(world, { id: "1", data: world.path("1"), store });
    assertEquals([code, out[1]], [0, "Removed for good: node 9. They must never be started again."], err.join());
    const again = await world.start(flags);
    await leaderOf([again]);
    assertEquals(await read(again, 40), values(40));
    assertEquals(again.node.status().configuration.learners, []);
    await world.stop(again);
    if (store === "memory") return;
    await Deno.remove(world.path("1/kv"), { recursive: true });
    const [refused, , why] = await run(world, { id: "1", data: world.path("1") });
    assertEquals([refused, why.join().startsWith("Cannot recover: the log begins behind ")], [2, true], why.join());
  });
}

test("a store that cannot be opened is refused", async (world) => {
  await fill(raftIn(world), 10, 7);
  await Deno.mkdir(world.path("2/kv"));
  await Deno.writeTextFile(world.path("2/kv/pairs-1.db"), "this is no database, however long it is".repeat(100));
  const [code, , err] = await run(world);
  assertEquals(code, 2, err.join());
  assertEquals(await stateIn(raftIn(world)), [5, 7, 10]);
});
