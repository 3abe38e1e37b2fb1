/**
 * A recording of a chaotic run under twelve broken reducers, by the commands: each is found at its first wrong step in every
 * life of every node, member by member, and made small.
 *
 * What should be found is worked out without the debugger: by a walk through what the cluster itself has done.
 */
import { assert, assertEquals } from "@std/assert";
import { contentOf } from "../../effects/disk/content_of.ts";
import type { Message, Node, Outbox } from "../../core/mod.ts";
import { loadReducer } from "../../effects/debugger/command/common.ts";
import { replayRecordings } from "../../effects/debugger/command/replay.ts";
import { differencesOf } from "../../effects/debugger/difference.ts";
import { readRuns, type Reducer, type Run } from "../../effects/debugger/run.ts";
import { play, runsOfScript, scriptOf } from "../../effects/debugger/script.ts";
import { doesTheSame, shrink } from "../../effects/debugger/shrink.ts";
import { linesOfRuns } from "../../effects/debugger/write_run.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/mod.ts";
import { diskFiles, readRecording } from "../../effects/recording/mod.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { applied } from "../mutants/copy.ts";
import { patchesOf } from "../mutants/mutant.ts";
import { MUTANTS } from "../mutants/mutants.ts";
import { testsThatNeed } from "../permissions.ts";
import { canonical } from "../properties/canonical.ts";
import { type Life, recordOn } from "../recording/lives.ts";
import { chaoticLives } from "./chaos.ts";
import { ROOT, run } from "./command_line.ts";
import { FAULTS } from "./faults.ts";

const test = testsThatNeed("read", "write");

/** In this run each of the faults makes a difference. */
const LIVES = chaoticLives(28);

/** What the nodes' own recorders have written, each in the folder of its node. */
const DISK = await recorded();

test("the run is as chaotic as it has to be, and the core replays it as it was recorded", async () => {
  await inRecordings(async (folder) => {
    const { code, json } = await replay(folder);
    const { configurations, elected, runs, snapshotsMade, steps } = json.total;
    const lives = [...LIVES.values()].flat();
    assertEquals([code, json.differences], [0, 0]);
    assertEquals([runs, steps], [lives.length, lives.flatMap(({ steps }) => steps).length]);
    assertEquals(json.recordings.map(({ differences }) => differences), [[], [], [], [], []]);
    assert(runs > 30 && steps > 5_000 && elected > 25 && configurations > 30 && snapshotsMade > 10);
  });
});

for (const { left, name, step } of FAULTS) {
  let walked: readonly Wrong[] | null = null;
  const allWrong = (): readonly Wrong[] => walked ??= firstWrong(step);

  test(`"${name}" is found at the first step that it changes, in every life of every node`, async () => {
    const wrong = allWrong();
    await inRecordings(async (folder) => {
      const { code, json } = await replay(folder, step);
      const found = json.recordings.flatMap(({ differences }) => differences);
      assertEquals([code, json.differences], [1, wrong.length]);
      assertEquals(found.map(placeOf), wrong.map(placeOf));
      for (const [i, { differences, guessed }] of found.entries()) {
        assertEquals(guessed, false);
        assertEquals(differences.map(({ before: _, ...difference }) => difference), wrong[i].differences);
        assertEquals(new Set(differences.map(({ path }) => memberIn(path))), wrong[i].members);
      }
    });
  });

  const inputs = left === 1 ? "one input" : `${left} inputs`;
  test(`"${name}" is brought down to ${inputs}, of which a recording can be made`, async () => {
    const shrunk = shrink(scriptOf(await earliest(allWrong())), doesTheSame(step), { tries: 1_000 });
    assert(shrunk !== null);
    const { length } = shrunk.script.lines;
    assert(length <= 40);
    assertEquals([length, [...play(shrunk.script)].length], [left, left]); // all of it is possible
    await inRecordings(async (folder) => {
      const file = `${folder}/shrunk.jsonl`;
      for (const runs of runsOfScript(shrunk.script).values()) {
        await Deno.writeTextFile(file, `${linesOfRuns(runs).join("\n")}\n`);
      }
      const [sound, broken] = [await replay(file), await replay(file, step)];
      assertEquals([sound.code, sound.json.total.steps], [0, left]);
      assertEquals(broken.code, 1);
      assertEquals(broken.json.recordings[0].differences.map((found) => found.step), [left]);
    });
  });
}

for (const name of ["obeys-stale-leaders", "elects-the-log-behind", "a-late-append-cuts-the-log"]) {
  test(`a patch of the sources, ${name}, is found and made small by the commands`, async () => {
    await inRecordings(async (folder) => {
      const core = await patchedCore(name, `${folder}/patched`);
      const wrong = firstWrong(await loadReducer(core));
      const replayed = await run("replay", ...[...LIVES.keys()].map((id) => `${folder}/${id}`), "--with", core);
      const named = replayed.out.matchAll(/run (\d+) of node (\d+), step (\d+) \((\w+)\): /g);
      assertEquals(replayed.code, 1);
      assertEquals(
        [...named].map(([, run, node, step, message]) => [Number(node), Number(run), Number(step), message]),
        wrong.map(placeOf),
      );
      const [{ node }] = wrong;
      const found = `${folder}/found`;
      const search = ["--out", found, "--tries", "1000", "--json"];
      const shrunk = await run("shrink", `${folder}/${node}`, "--with", core, ...search);
      const { inputs } = JSON.parse(shrunk.out);
      assert(shrunk.code === 0 && inputs.length <= 40, `${inputs.length} inputs`);
      assertEquals((await run("replay", `${found}.jsonl`)).code, 0);
      assertEquals((await run("replay", `${found}.jsonl`, "--with", core)).code, 1);
    });
  });
}

/** The first step of a life that comes out in another way under a reducer. */
interface Wrong {
  readonly node: number;
  /** The number of the life among those of the node, which is that of the run in its recording. */
  readonly run: number;
  readonly step: number;
  readonly message: Message["type"];
  readonly differences: readonly unknown[];
  /** The members of the state and the effects that are not the same. */
  readonly members: ReadonlySet<string>;
}

/** The first wrong step of each life that has one, found by comparing everything. */
function firstWrong(reducer: Reducer): readonly Wrong[] {
  const found: Wrong[] = [];
  for (const [node, lives] of LIVES) {
    for (const [i, life] of lives.entries()) {
      const wrong = firstWrongIn(life, reducer);
      if (wrong !== null) found.push({ node, run: i + 1, ...wrong });
    }
  }
  assert(found.length > 0, "the fault changes nothing");
  return found;
}

function firstWrongIn(life: Life, reducer: Reducer): Omit<Wrong, "node" | "run"> | null {
  let before = life.first;
  for (const [i, { after, message, outbox }] of life.steps.entries()) {
    const [other, wants] = reducer(before, message);
    const members = new Set([...othersOf("node.", after, other), ...othersOf("outbox", outbox, wants)]);
    if (members.size > 0) {
      const differences = [...differencesOf(after, other, "node"), ...differencesOf(outbox, wants, "outbox")];
      // JSON leaves out what is missing on one side.
      return { step: i + 1, message: message.type, differences: JSON.parse(JSON.stringify(differences)), members };
    }
    before = after;
  }
  return null;
}

/** The names of the members that are not the same, compared by their texts. */
function othersOf(prefix: string, one: Node | Outbox, other: Node | Outbox): readonly string[] {
  const [left, right] = [one, other].map((value) => new Map<string, unknown>(Object.entries(value)));
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    return a !== b && canonical(a) !== canonical(b);
  }).map((name) => prefix + name);
}

/** `node.vote` of `node.vote`, `outbox1` of `outbox[1].message.term`. */
function memberIn(path: string): string {
  return path.replace(/^outbox\[(\d+)\].*/, "outbox$1").replace(/^(node\.\w+).*/, "$1");
}

function placeOf({ node, run, step, message }: Omit<Wrong, "differences" | "members">): readonly unknown[] {
  return [node, run, step, message];
}

/** The recorded life in which the fault shows after the fewest steps. */
async function earliest(wrong: readonly Wrong[]): Promise<Run> {
  const [first] = wrong.toSorted((a, b) => a.step - b.step);
  const runs = await readRuns(readRecording(diskFiles(DISK, `${first.node}`)));
  return runs[first.run - 1];
}

/** What `replay --json` says. */
interface Said {
  readonly recordings: readonly { readonly differences: readonly SaidDifference[] }[];
  readonly differences: number;
  readonly total: Readonly<Record<"configurations" | "elected" | "runs" | "snapshotsMade" | "steps", number>>;
}

interface SaidDifference extends Omit<Wrong, "differences" | "members"> {
  readonly guessed: boolean;
  readonly differences: readonly { readonly path: string; readonly before?: unknown }[];
}

async function replay(path: string, step?: Reducer): Promise<{ readonly code: number; readonly json: Said }> {
  const output = new CapturedOutput();
  const code = await replayRecordings([path], { json: true, step }, output);
  assertEquals(output.errors, []);
  return { code, json: JSON.parse(output.lines.join("\n")) };
}

async function recorded(): Promise<MemoryDisk> {
  const disk = memoryDisk();
  for (const [id, lives] of LIVES) await recordOn(disk, lives, { folder: `${id}` });
  return disk;
}

/** Runs `body` in a folder that holds the recordings. */
async function inRecordings(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const id of LIVES.keys()) {
      await Deno.mkdir(`${folder}/${id}`);
      for (const name of DISK.list(`${id}`)) {
        await Deno.writeFile(`${folder}/${id}/${name}`, contentOf(DISK.open(`${id}/${name}`)));
      }
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The core with the patches of a mutant, in a new folder; returns its module. */
async function patchedCore(name: string, folder: string): Promise<string> {
  const mutant = MUTANTS.find((mutant) => mutant.name === name);
  assert(mutant !== undefined);
  await Deno.mkdir(`${folder}/core`, { recursive: true });
  for (const file of Deno.readDirSync(`${ROOT}/core`)) {
    const path = `core/${file.name}`;
    const patches = patchesOf(mutant).filter((patch) => patch.file === path);
    const text = await Deno.readTextFile(`${ROOT}/${path}`);
    const patched = patches.reduce((text, { find, replace }) => applied(text, path, find, replace), text);
    await Deno.writeTextFile(`${folder}/${path}`, patched);
  }
  return `${folder}/core/mod.ts`;
}
