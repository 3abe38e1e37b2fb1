/** Long work of the debugger's commands is shown by a bar, with rate and time left, on a terminal only. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { bootstrap, DEFAULT_OPTIONS, type Message } from "../../core/mod.ts";
import { runOf } from "../../effects/debugger/run.ts";
import { linesOfRuns } from "../../effects/debugger/write_run.ts";
import { testsThatNeed } from "../permissions.ts";
import { type Drawn, DrawnBars } from "../terminal/drawn_bars.ts";
import { inFolder, type Ran, runWith } from "./command_line.ts";

const test = testsThatNeed("read", "write");

/** So many steps each of the recordings has. */
const STEPS = 2_000;

/** Runs `body` in a folder with recordings of nodes 1 and 2 of a cluster, which hear nothing but their clocks. */
async function inLongFolder(body: (folder: string, bytes: number) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/long`);
    const ticks = Array.from({ length: STEPS }, (): Message => ({ type: "Tick", random: 0.5 }));
    for (const id of [1, 2]) {
      const node = bootstrap({ id, options: { ...DEFAULT_OPTIONS, electionTick: 50_000 } }, [1, 2, 3]);
      assert(E.isRight(node));
      await Deno.writeTextFile(`${folder}/long/${id}.jsonl`, `${linesOfRuns([runOf(node.right, ticks)]).join("\n")}\n`);
    }
    await body(folder, (await Deno.stat(`${folder}/long/1.jsonl`)).size);
  });
}

/** Runs the program on a terminal on which a look at the clock takes a second. */
async function watched(...args: readonly string[]): Promise<{ readonly ran: Ran; readonly bars: DrawnBars }> {
  const bars = new DrawnBars(1_000);
  return { ran: await runWith({ terminal: true, drawing: bars }, ...args), bars };
}

/** How far a bar says that the work is. */
function doneIn(drawn: readonly Drawn[]): readonly number[] {
  return drawn.flatMap((one) => "done" in one ? [one.done] : []);
}

test("diff shows one bar for reading both recordings and for comparing them", async () => {
  await inLongFolder(async (folder, bytes) => {
    const path = `${folder}/long/1.jsonl`;
    const { bars: { drawn, started }, ran } = await watched("diff", path, path);
    assertEquals([ran.code, ran.err, started], [0, "", 1]);
    const [first] = drawn;
    assert(first.what === "start");
    assertEquals(first.total, 3 * bytes);
    const done = doneIn(drawn);
    assertEquals(done, done.toSorted((a, b) => a - b));
    const comparing = done.filter((bytesDone) => bytesDone > 2 * bytes);
    assert(comparing.length >= STEPS / 256 && comparing.every((bytesDone) => bytesDone <= 3 * bytes), String(done));
    assertEquals(drawn.at(-1), { what: "stop" });
  });
});

test("diff shows the comparison of two versions as well", async () => {
  await inLongFolder(async (folder, bytes) => {
    const { bars, ran } = await watched("diff", `${folder}/long`, "--with", `${folder}/second_vote.js`);
    assertEquals(ran.code, 0);
    const [first] = bars.drawn;
    assert(first.what === "start" && first.total === 4 * bytes && bars.started === 1);
    const done = doneIn(bars.drawn);
    assert(done.some((bytesDone) => bytesDone > bytes && bytesDone < 2 * bytes));
    assertEquals(done, done.toSorted((a, b) => a - b));
  });
});

test("fork shows how far the other future is, behind the reading", async () => {
  await inLongFolder(async (folder) => {
    const one = await watched("fork", `${folder}/long/1.jsonl`, "--at", "20", "--out", `${folder}/one.jsonl`);
    const last = one.bars.drawn.findLast((drawn) => drawn.what === "start");
    assert(last?.what === "start");
    assertEquals([one.ran.code, last.total], [0, STEPS]);
    const all = await watched("fork", `${folder}/long`, "--at", "20", "--out", `${folder}/all`);
    const begin = all.bars.drawn.findLastIndex((drawn) => drawn.what === "start");
    const start = all.bars.drawn[begin];
    assert(start.what === "start");
    assertEquals([all.ran.code, start.total], [0, 4 * STEPS - 20]);
    assert((doneIn(all.bars.drawn.slice(begin)).at(-1) ?? 0) > 2 * STEPS, "writing is work too");
    assertEquals(all.bars.drawn.at(-1), { what: "stop" });
  });
});

test("shrink shows its tries", async () => {
  await inLongFolder(async (folder) => {
    const args = ["shrink", `${folder}/cut/3.jsonl`, "--check", `${folder}/check.js`, "--out", `${folder}/less`];
    const { bars, ran } = await watched(...args, "--tries", "500");
    assertEquals(ran.code, 0);
    const tries = bars.drawn.findLast((drawn) => drawn.what === "start");
    assert(tries?.what === "start");
    assertEquals(tries.total, 500);
    assertEquals(bars.drawn.at(-1), { what: "stop" });
  });
});

test("export shows how far it is, but not between the lines that it prints on a terminal", async () => {
  await inLongFolder(async (folder, bytes) => {
    const path = `${folder}/long`;
    const { bars, ran } = await watched("export", path, "--out", `${folder}/copies`);
    assertEquals([ran.code, bars.started], [0, 1]);
    const [first] = bars.drawn;
    assert(first.what === "start");
    assertEquals(first.total, 2 * bytes);
    const piped = await watched("export", `${path}/1.jsonl`);
    assertEquals([piped.ran.code, piped.bars.started], [0, 1]);
    const printed = new DrawnBars(1_000);
    const { code } = await runWith({ terminal: true, drawing: printed, prints: true }, "export", `${path}/1.jsonl`);
    assertEquals([code, printed.drawn.length], [0, 0]);
  });
});

test("a bar that was begun is taken away when the work fails", async () => {
  await inLongFolder(async (folder) => {
    const [sound, cut] = [`${folder}/long/1.jsonl`, `${folder}/long/2.jsonl`];
    const text = await Deno.readTextFile(sound);
    await Deno.writeTextFile(cut, text.slice(0, text.length - 100));
    for (const args of [["diff", sound, cut], ["export", `${folder}/long`, "--out", `${folder}/copies`]]) {
      const { bars, ran } = await watched(...args);
      assertEquals([ran.code, bars.started], [2, 1], args[0]);
      assertEquals(bars.drawn.at(-1), { what: "stop" }, args[0]);
    }
  });
});
