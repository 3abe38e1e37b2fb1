/** The command `simulate`: what it is told, what it writes, and how it ends. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import { main } from "../../effects/cli.ts";
import { decodeHistory } from "../../effects/history/mod.ts";
import { simulate } from "../../effects/sim/command/command.ts";
import type { SimulateFlags } from "../../effects/sim/command/flags.ts";
import { RunRecording } from "../../effects/sim/command/recording.ts";
import { loadSubject } from "../../effects/sim/command/subject.ts";
import { makePlan } from "../../effects/sim/make_plan.ts";
import { PROFILES } from "../../effects/sim/profiles.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write");

/** Runs that take little time. */
const QUICK: SimulateFlags = { seconds: "3", nodes: "3", clients: "4", profile: "crash", workers: "1" };
/** What is simulated where something is to fail. */
const PLANTED = { subject: new URL("./simulate_planted.ts", import.meta.url).href };

async function run(flags: SimulateFlags, seam = {}): Promise<{ code: number; text: string; errors: string }> {
  const output = new CapturedOutput();
  const code = await simulate(flags, output, seam);
  return { code, text: output.lines.join("\n"), errors: output.errors.join("\n") };
}

for (
  const [flags, message] of [
    [
      ["--seeds", "ten"],
      'Cannot use --seeds: "ten" is no number and no range like 1..1000. Put commas between several.',
    ],
    [["--seeds", "9..3"], 'Cannot use --seeds: "9..3" ends before it begins. Write 3..9.'],
    [["--seeds", "4294967296"], "Cannot use --seeds: 4294967296 is more than 4294967295, the greatest seed."],
    [
      ["--seeds", "0..4294967295"],
      "Cannot use --seeds: these are more than 100,000,000. Use --minutes for a long run.",
    ],
    [["--minutes", "0"], 'Cannot use --minutes: "0" is not a number from 0.001 to 100000.'],
    [["--profile", "mild"], 'Cannot use --profile: "mild" is none of calm, network, disk, crash, members, chaos.'],
    [["--nodes", "0"], 'Cannot use --nodes: "0" is not a whole number from 1 to 9.'],
    [["--clients", "0"], 'Cannot use --clients: "0" is not a whole number from 1 to 100.'],
    [["--seconds", "-1"], 'Cannot use --seconds: "-1" is not a number from 0.1 to 86400.'],
    [["--workers", "none"], 'Cannot use --workers: "none" is not a whole number from 1 to 256.'],
    [["--export", "edn"], 'Cannot use --export: "edn" is not porcupine.'],
    [
      ["--history", "h"],
      "Cannot use --history by itself: add --export porcupine, which says what is written there.",
    ],
    [
      ["--export", "porcupine"],
      "Cannot write the histories of several runs as one: name a folder for them with --history.",
    ],
    [
      ["--export", "porcupine", "--seeds", "1", "--minutes", "1"],
      "Cannot write the histories of several runs as one: name a folder for them with --history.",
    ],
    [
      ["--export", "porcupine", "--seeds", "1", "--json"],
      "Cannot write a history and --json to the same output: name a file with --history.",
    ],
  ] as const
) {
  Deno.test(`simulate ${flags.join(" ")} is wrong use, and what to do is said`, async () => {
    const output = new CapturedOutput();
    assertEquals(await main(["simulate", ...flags], output), 2);
    assertEquals(output.errors, [`error: ${message}`]);
    assertEquals(output.lines, []);
  });
}

Deno.test("simulate --help shows examples", async () => {
  const output = new CapturedOutput();
  assertEquals(await main(["simulate", "--help"], output), 0);
  assertStringIncludes(output.lines.join("\n"), "deno task simulate --seeds 1..1000");
});

test("runs without a failure end with code 0 and a table of everything that was counted", async () => {
  const { code, text } = await run({ ...QUICK, seeds: "1..3,7", profile: "chaos", workers: "2" });
  assertEquals(code, 0, text);
  assertMatch(text, /^runs +4: seeds 1\.\.3,7, profile chaos, 2 at a time$/m);
  assertMatch(text, /^simulated +0\.\d\d hours in [\d.]+ s: [\d,]+ hours an hour$/m);
  assertMatch(text, /^faults +messages lost: [1-9]/m);
  assertMatch(text, /^ +crashes: \d/m);
  assertMatch(text, /^elections +[1-9]/m);
  assertMatch(text, /^requests +[1-9][\d,]* answered, [\d,]+ rejected, [\d,]+ unknown$/m);
  assertMatch(text, /^failures +none$/m);
  assertMatch(text, /^Append +[1-9].* +\d/m);
  assertMatch(text, /^ReadIndex +\d+ +\d+ +- +\d/m);
  assertMatch(text, /^Not seen: .* at a .*\.$/m);
  assertMatch(text, /^Not seen, and rare: .*InstallSnapshot at a .*\.$/m);
  assertMatch(text, /^That is no failure: fewer than 100 runs/m);
});

test("a hundred runs of the usual size that do not show what they have to show are a failure, fewer are not", async () => {
  const seam = { subject: new URL("./simulate_blind.ts", import.meta.url).href };
  const enough = await run({}, seam);
  assertEquals(enough.code, 1);
  assertMatch(enough.text, /^Not seen: Append at a follower, preCandidate, candidate, leader; AppendResponse at a /m);
  assertMatch(enough.text, /^So many runs have to show all of this: something keeps it from happening\.$/m);
  assertEquals(JSON.parse((await run({ json: true }, seam)).text).good, false);
  for (const flags of [{ seeds: "1..99" }, { profile: "calm" }, { seconds: "30" }, { nodes: "3" }]) {
    const { code, text } = await run(flags, seam);
    assertEquals(code, 0, text);
    assertMatch(text, /^That is no failure/m);
  }
});

test("a pair of message and role that cannot be is a failure, and is named, however few runs there are", async () => {
  const seam = { subject: new URL("./simulate_impossible.ts", import.meta.url).href };
  const { code, text } = await run({ seeds: "1" }, seam);
  assertEquals(code, 1);
  assertMatch(text, /^Seen, although it cannot be: Beat at a leader\. Either something is wrong/m);
  assertMatch(text, /^Beat +- +- +- +3$/m);
  const lines = await run({ seeds: "1", export: "porcupine" }, seam);
  assertEquals(lines.code, 1);
  assertMatch(lines.errors, /^Seen, although it cannot be: Beat at a leader\./m);
  const { good, unexpected } = JSON.parse((await run({ seeds: "1", json: true }, seam)).text);
  assertEquals([good, unexpected], [false, ["Beat leader"]]);
});

test("a failure that does not repeat itself is told without a line that repeats it and without a schedule", () =>
  inFolder(async (folder) => {
    const seam = { subject: new URL("./simulate_random.ts", import.meta.url).href };
    const flags = { ...QUICK, profile: "calm", seeds: "1", shrink: true, record: folder };
    const { code, text } = await run(flags, seam);
    assertEquals(code, 1);
    assertMatch(text, /^ +It does not repeat itself: /m);
    assertEquals([text.includes("To repeat it"), text.includes("The smallest schedule")], [false, false]);
  }));

test("however many workers there are, the result is the same", async () => {
  const [one, two] = await Promise.all(["1", "2"].map(async (workers) => {
    const { text } = await run({ ...QUICK, seeds: "1..6", workers, json: true }, PLANTED);
    const { tally, failures } = JSON.parse(text);
    return {
      tally,
      failures: failures.map(({ seed, hash, failure }: Record<string, unknown>) => [seed, hash, failure]),
    };
  }));
  assertEquals(one, two);
  assertEquals(one.tally.runs, 6);
});

test("a failure is told with its seed, a line that repeats it, a recording that replays, and the smallest schedule", () =>
  inFolder(async (folder) => {
    const flags = { ...QUICK, seeds: "1..8", shrink: true, record: `${folder}/failures` };
    const { code, text } = await run(flags, PLANTED);
    assertEquals(code, 1);
    assertMatch(text, /^failures +\d of 8 runs$/m);
    const [, seed, words] =
      /^Seed (\d+): At .* was violated: .*\n +To repeat it: deno task simulate (.*)$/m.exec(text) ?? [];
    assertEquals(words, `--seeds ${seed} --profile crash --nodes 3 --clients 4 --seconds 3`);
    assertMatch(text, /^ +The smallest schedule that \d+ runs have found:$/m);
    const output = new CapturedOutput();
    assertEquals(
      await main(["replay", "--unfinished", `${folder}/failures/seed-${seed}`], output),
      0,
      output.errors.join("\n"),
    );
    const replayed = output.lines.join("\n");
    assertMatch(replayed, /seed-\d+\/node-1: node 1, .* steps, as recorded/);
    assertMatch(replayed, /seed-\d+\/node-3: node 3, .* steps, as recorded/);
  }));

test("the line that repeats a failure does so: the same check, the same instant, the same hash", async () => {
  const all = JSON.parse((await run({ ...QUICK, seeds: "1..8", json: true }, PLANTED)).text);
  const [first] = all.failures;
  const { code, text } = await run({ ...QUICK, seeds: String(first.seed), json: true }, PLANTED);
  assertEquals(code, 1);
  const [again] = JSON.parse(text).failures;
  assertEquals([again.hash, again.failure], [first.hash, first.failure]);
});

test("a run is the same while it is recorded", () =>
  inFolder(async (folder) => {
    const { run } = await loadSubject(null);
    const plan = makePlan(5, { faults: PROFILES.chaos, seconds: 10 });
    const recording = new RunRecording();
    const recorded = await run(plan, recording);
    assertEquals(recorded.outcome.hash, (await run(plan)).outcome.hash);
    await recording.copyTo(folder);
    const output = new CapturedOutput();
    assertEquals(await main(["replay", "--json", "--unfinished", folder], output), 0);
    const { total, differences } = JSON.parse(output.lines[0]);
    assertEquals([differences, total.steps], [0, recorded.outcome.tally.steps]);
  }));

test("with --minutes seeds follow each other until the time is over", async () => {
  let now = 0;
  const clock = { now: () => now += 100, after: () => () => {}, soon: () => {} };
  const { text } = await run({ ...QUICK, seeds: "5,6", seconds: "1", minutes: "0.02", json: true }, { clock });
  const { seeds, tally } = JSON.parse(text);
  assertMatch(seeds, /^5\.\.\d+$/);
  assert(tally.runs > 2 && tally.runs < 12, seeds);
});

test("--export porcupine writes a history a line to the output in place of the table", async () => {
  const { code, text } = await run({ ...QUICK, seeds: "1", seconds: "8", export: "porcupine" });
  assertEquals(code, 0);
  const history = decodeHistory(text);
  assert(E.isRight(history) && history.right.length > 20);
  assert(history.right.every(({ op }) => op !== "incr"));
});

test("--history names the file for one run, and the folder for several", () =>
  inFolder(async (folder) => {
    const flags = { ...QUICK, export: "porcupine" };
    assertEquals((await run({ ...flags, seeds: "1", history: `${folder}/one.jsonl` })).code, 0);
    assertEquals((await run({ ...flags, seeds: "1,2", history: `${folder}/some` })).code, 0);
    const one = await Deno.readTextFile(`${folder}/one.jsonl`);
    assertEquals(await Deno.readTextFile(`${folder}/some/seed-1.jsonl`), one);
    assert((await Deno.readTextFile(`${folder}/some/seed-2.jsonl`)).length > 0);
  }));

test("a folder that cannot be written is wrong use", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const flags = { ...QUICK, seeds: "1", seconds: "1", export: "porcupine", history: `${folder}/file/h` };
    const { code, errors } = await run(flags);
    assertEquals(code, 2);
    assertMatch(errors, /^error: Cannot write: .* Name another folder or file\.$/);
  }));

test("a module that exports no subject breaks the run, and says so", async () => {
  const subject = new URL("../permissions.ts", import.meta.url).href;
  let message = "";
  await run({ ...QUICK, seeds: "1" }, { subject }).catch((error) => message = String(error));
  assertMatch(message, /Cannot run seed 1: Error: Cannot simulate .*permissions\.ts: it exports no subject/);
});
