/** `backup`: what it keeps, what it refuses, and that nothing is left of what went wrong. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as O from "fp-ts/Option";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import { systemClock } from "../../effects/clock/clock.ts";
import { backup, type BackupFlags, type BackupParts } from "../../effects/commands/backup.ts";
import { denoDisk } from "../../effects/disk/deno_disk.ts";
import { type Disk, DiskError } from "../../effects/disk/disk.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import { openBackup } from "../../effects/operations/backup_file.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { withServer } from "../http/client.ts";
import { FakeFile, rejected } from "../http/fake_node.ts";
import { testsThatNeed } from "../permissions.ts";
import { SNAPSHOT, soundBackup } from "./sound_backup.ts";
import { httpOf, leaderOf, right, test, write } from "./world.ts";

const online = testsThatNeed("net");
const BYTES = await soundBackup();
const ELSEWHERE: BackupFlags = { http: "127.0.0.1:1" };

/** Parts in memory. */
function partsWith(answer: () => Response | Promise<Response>, disk: Disk = memoryDisk()): BackupParts {
  return { disk, clock: systemClock, token: () => undefined, ask: () => Promise.resolve(answer()) };
}

/** An answer that says how long it is. */
function answerOf(bytes: BodyInit, length = BYTES.length): Response {
  return new Response(bytes, { headers: { "content-length": `${length}` } });
}

/** What comes of a backup as "file", and what it says. */
async function run(parts: BackupParts, flags = ELSEWHERE): Promise<readonly [code: number, said: string]> {
  const output = new CapturedOutput();
  const code = await backup("file", flags, output, parts);
  if (code !== 0) assertEquals(output.lines, [], "what is no result goes elsewhere");
  return [code, [...output.lines, ...output.errors].join("\n")];
}

test("a backup of a running node is checked and has all that was acknowledged", async (world) => {
  const server = await world.start({ id: "1", cluster: world.cluster(1), store: "memory" });
  await leaderOf([server]);
  await write(server, 0, 20);
  const [file, output] = [world.path("a file"), new CapturedOutput()];
  const { applied, term } = server.node.status();
  assertEquals(await backup(file, { http: httpOf(server) }, output), 0, output.errors.join());
  const opened = right(openBackup(denoDisk(""), file, systemClock));
  right(await opened.verify());
  opened.close();
  assertEquals(opened.snapshot.index, applied);
  assertStringIncludes(output.lines.join(), `${file} holds everything up to index ${applied}, term ${term}: `);
  assertEquals((await Array.fromAsync(Deno.readDir(world.folder))).map(({ name }) => name).sort(), ["1", "a file"]);

  const json = new CapturedOutput();
  assertEquals(await backup(world.path("b"), { http: httpOf(server), json: true }, json), 0);
  const bytes = Deno.statSync(world.path("b")).size;
  assertEquals(json.lines.map((line) => JSON.parse(line)), [
    { file: world.path("b"), bytes, index: applied, term, voters: [1] },
  ]);
  assertEquals(json.errors, []);
});

test("a file that exists is never overwritten, and nobody is asked", async (world) => {
  await Deno.writeTextFile(world.path("file"), "precious");
  const output = new CapturedOutput();
  assertEquals(await backup(world.path("file"), ELSEWHERE, output), 2);
  assertEquals(output.errors, [
    `Cannot write ${world.path("file")}: there is such a file already. Choose another name.`,
  ]);
  assertEquals(await Deno.readTextFile(world.path("file")), "precious");
});

test("what cannot be written is said", async (world) => {
  const parts = (file: string) => ({ ...partsWith(() => answerOf(BYTES)), disk: denoDisk(file === "file" ? "." : "") });
  for (const [file, code] of [[world.path(""), 2], [world.path("missing/file"), 1]] as const) {
    const output = new CapturedOutput();
    assertEquals(await backup(file, ELSEWHERE, output, parts(file)), code);
    assertStringIncludes(output.errors.join(), "Cannot write");
  }
});

Deno.test("an address that is none is refused before anybody is asked", async () => {
  const parts = partsWith(() => {
    throw new Error("was asked");
  });
  assertEquals(await run(parts, { http: "nowhere" }), [2, 'Cannot use --http: "nowhere" is not host:port.']);
});

test("the token comes from a file or from the environment", async (world) => {
  const tokenFile = world.path("token");
  await Deno.writeTextFile(tokenFile, "secret\nand a remark");
  const server = await world.start({ id: "1", cluster: world.cluster(1), store: "memory", tokenFile });
  await leaderOf([server]);
  const http = httpOf(server);
  const attempt = async (flags: Partial<BackupFlags>, token?: string): Promise<readonly [number, string]> => {
    const parts = { disk: memoryDisk(), clock: systemClock, token: () => token };
    const ask: BackupParts["ask"] = (url, headers) => fetch(url, { headers });
    return await run({ ...parts, ask }, { http, ...flags });
  };
  assertEquals((await attempt({ tokenFile }))[0], 0);
  assertEquals((await attempt({ tokenFile }, "wrong"))[0], 0, "the file counts");
  assertEquals((await attempt({}, "secret"))[0], 0);
  for (const token of [undefined, "", "wrong"]) {
    const [code, said] = await attempt({}, token);
    assertEquals(code, 2);
    assertStringIncludes(
      said,
      "asks for a token, or for another one. Give its token with --token-file, or in RAFTFOLD_",
    );
    assert(!said.includes("wrong"), "no secret is shown");
  }
  await Deno.writeTextFile(world.path("empty"), "\n");
  for (const name of ["missing", "empty"]) {
    const [code, said] = await attempt({ tokenFile: world.path(name) });
    assertEquals([code, /^Cannot (read|use) the token file /.test(said)], [2, true], said);
  }
});

online("where nobody listens, that is said", async () => {
  const parts = { ...partsWith(() => answerOf("")), ask: (url: string) => fetch(url) };
  const [code, said] = await run(parts, { http: "127.0.0.1:1" });
  assertEquals([code, said.startsWith("Cannot ask http://127.0.0.1:1/backup: ")], [1, true], said);
});

online("what a node says instead of a backup is passed on", () =>
  withServer({}, async ({ node, server }) => {
    const parts = { ...partsWith(() => answerOf("")), ask: (url: string) => fetch(url) };
    node.outcome = O.some(rejected("NoLeader"));
    assertEquals(await run(parts, { http: server.address }), [
      1,
      `Cannot take a backup from ${server.address}: it answered 503. Cannot serve the request: no leader is known.`,
    ]);
  }));

Deno.test("whatever else answers is not taken for a node", async () => {
  const answers: Record<string, () => Response> = {
    "it answered 404.": () => new Response("<html>", { status: 404 }),
    "it answered 500.": () => new Response('{"error": 5}', { status: 500 }),
    "it did not answer as a node does.": () => new Response("hello"),
  };
  for (const [why, answer] of Object.entries(answers)) {
    assertEquals(await run(partsWith(answer)), [1, `Cannot take a backup from 127.0.0.1:1: ${why}`]);
  }
});

test("a redirection is not followed: the token is for the node alone", async (world) => {
  const listening = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const thief = Deno.serve(listening, () => answerOf(BYTES));
  const server = Deno.serve(listening, () => Response.redirect(`http://127.0.0.1:${thief.addr.port}/backup`, 307));
  const output = new CapturedOutput();
  const code = await backup(world.path("file"), { http: `127.0.0.1:${server.addr.port}` }, output);
  assertEquals([code, output.errors[0].startsWith("Cannot ask ")], [1, true]);
  await Promise.all([thief.shutdown(), server.shutdown()]);
});

online("a transfer that breaks off leaves no file", () =>
  withServer({}, async ({ node, server }) => {
    node.file = new FakeFile(BYTES);
    node.file.readable = 20_000;
    const disk = memoryDisk();
    const parts = { ...partsWith(() => answerOf(""), disk), ask: (url: string) => fetch(url) };
    const [code, said] = await run(parts, { http: server.address });
    assertEquals(code, 1);
    assertStringIncludes(said, `of ${BYTES.length} bytes.`);
    assertEquals(disk.list(""), []);
  }));

Deno.test("too few bytes, too many, and damaged ones leave no file", async () => {
  const damaged = BYTES.slice();
  damaged[20_000] ^= 4;
  const bodies: Record<string, BodyInit> = {
    "Only 40000 of ": BYTES.slice(0, 40_000),
    "More came than the ": new Uint8Array([...BYTES, 0]),
    "What was received is no sound backup. Cannot open file.part: at byte ": damaged,
    "What was received is no sound backup. Cannot open file.part: at byte 0": new Uint8Array(BYTES.length),
  };
  for (const [why, body] of Object.entries(bodies)) {
    const disk = memoryDisk();
    const [code, said] = await run(partsWith(() => answerOf(body), disk));
    assertEquals([code, said.startsWith(why), disk.list("")], [1, true, []], said);
  }
});

Deno.test("a node from which nothing comes is given up", async () => {
  const clock = new SimulatedClock();
  let canceled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(BYTES.slice(0, 1_000)),
    cancel: () => void (canceled = true),
  });
  const disk = memoryDisk();
  const [code, said] = await clock.waitFor(run({ ...partsWith(() => answerOf(body), disk), clock }));
  assertEquals([code, said], [1, `Nothing came for 60 seconds, after 1000 of ${BYTES.length} bytes.`]);
  assertEquals([canceled, disk.list("")], [true, []]);
  assertEquals(clock.now() >= 60_000, true);
});

Deno.test("what an earlier attempt has left is replaced", async () => {
  const disk = memoryDisk();
  const left = disk.open("file.part", { create: true });
  left.write(new Uint8Array(100_000), 0);
  left.close();
  assertEquals((await run(partsWith(() => answerOf(BYTES), disk)))[0], 0);
  assertEquals(disk.list(""), ["file"]);
  const backup = right(openBackup(disk, "file", systemClock));
  right(await backup.verify());
  assertEquals([backup.snapshot, backup.size], [SNAPSHOT, BYTES.length]);
  backup.close();
});

Deno.test("two processes do not write the same file", async () => {
  const disk = memoryDisk();
  const unlock = disk.lock("file.part");
  assertEquals(await run(partsWith(() => answerOf(BYTES), disk)), [
    1,
    "Cannot write file.part: another process is writing it.",
  ]);
  if (O.isSome(unlock)) unlock.value();
});

Deno.test("a file that somebody else makes meanwhile is not overwritten", async () => {
  const disk = memoryDisk();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      disk.open("file", { create: true }).close();
      controller.enqueue(BYTES);
      controller.close();
    },
  }, { highWaterMark: 0 });
  assertEquals(await run(partsWith(() => answerOf(body), disk)), [
    1,
    "Cannot write file: there is such a file already.",
  ]);
  assertEquals(disk.list(""), ["file"]);
  assertEquals(disk.open("file").size(), 0);
});

Deno.test("a disk that fills up or fails leaves no file", async () => {
  const full = memoryDisk({ capacity: 30_000 });
  const [code, said] = await run(partsWith(() => answerOf(BYTES), full));
  assertEquals([code, said], [1, "Cannot write file.part: No space left on device (file.part)"]);
  assertEquals(full.list(""), []);
  for (const operation of ["create", "truncate", "write", "sync", "rename", "syncFolder"] as const) {
    const disk = memoryDisk();
    disk.fail(operation);
    const [code, said] = await run(partsWith(() => answerOf(BYTES), disk));
    assertEquals([code, said.startsWith("Cannot write file")], [1, true], `${operation}: ${said}`);
    if (operation !== "syncFolder") assert(!disk.list("").includes("file"), operation);
  }
});

Deno.test("a folder that cannot be read is said", async () => {
  const disk: Disk = {
    ...memoryDisk(),
    list() {
      throw new DiskError("Failed", "x", "Input/output error (x)");
    },
  };
  assertEquals(await run(partsWith(() => answerOf(BYTES), disk)), [2, "Cannot write file: Input/output error (x)"]);
});

Deno.test("what is no failure of the disk is no message but a defect", async () => {
  const disk: Disk = {
    ...memoryDisk(),
    list() {
      throw new TypeError("a defect");
    },
  };
  await assertRejects(() => run(partsWith(() => answerOf(BYTES), disk)), TypeError, "a defect");
});
