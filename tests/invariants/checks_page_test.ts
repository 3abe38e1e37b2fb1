/** The page that lists all checks has each of them, with its name, its sentence and those who apply it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { explore } from "../../effects/explore/mod.ts";
import * as invariants from "../../effects/invariants/mod.ts";
import { JUDGEMENTS } from "../../effects/sim/mod.ts";
import { counter } from "../examples/counter.ts";
import { testsThatNeed } from "../permissions.ts";
import * as majorities from "../properties/checks/majorities.ts";
import { allChecks } from "../properties/checks/mod.ts";
import * as promises from "../properties/checks/promises.ts";
import * as whole from "../properties/checks/whole.ts";

const test = testsThatNeed("read");

/** A line of the table. */
interface Row {
  readonly name: string;
  readonly sentence: string;
  readonly source: string;
  readonly code: string;
  readonly by: readonly string[];
}

const ROOT = new URL("../../", import.meta.url);
const MAKERS: ReadonlyMap<string, string> = new Map(
  [invariants, majorities, promises, whole].flatMap((module) => Object.entries(module)).flatMap(checkOf),
);

/** The name of a function that makes a check, and that of the check. */
function checkOf([maker, value]: readonly [string, unknown]): readonly (readonly [string, string])[] {
  if (typeof value !== "function" || value.length > 0 || /^[A-Z]/.test(maker)) return [];
  const made: unknown = value();
  if (typeof made !== "object" || made === null || !("name" in made) || typeof made.name !== "string") return [];
  return [[maker, made.name]];
}

async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

async function rows(): Promise<readonly Row[]> {
  const lines = (await textOf("docs/checks.md")).split("\n").filter((line) => line.startsWith("| ")).slice(1);
  return lines.filter((line) => !/^\| :?-/.test(line)).map((line) => {
    const [name, sentence, source, code, by] = line.slice(2, -1).split(" | ").map((cell) => cell.trim());
    return { name, sentence, source, code: code.replaceAll("`", ""), by: by.split(", ") };
  });
}

async function namesBy(who: string): Promise<readonly string[]> {
  return (await rows()).filter(({ by }) => by.includes(who)).map(({ name }) => name).sort();
}

/** The text of all sources below a folder. */
async function* sourcesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) yield* sourcesIn(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield await textOf(`${folder}/${name}`);
  }
}

test("the page has every check of the simulator: of its nodes, of its clients and of its own", async () => {
  const own: string[] = [];
  for await (const text of sourcesIn("effects/sim")) {
    own.push(...[...text.matchAll(/\bfail\(\s*"([A-Z][^"]+)"/g)].map(([, name]) => name));
  }
  assert(own.length >= 10, own.join("\n"));
  const all = [...invariants.allChecks().map(({ name }) => name), ...Object.keys(JUDGEMENTS), ...own];
  assertEquals(await namesBy("simulator"), [...new Set(all)].sort());
});

test("the page has every property of the model checker", async () => {
  const app = { machine: counter, command: () => 1 };
  const bounds = { nodes: 1, terms: 1, proposals: 1 };
  const explored = await explore(bounds, { app, invariant: () => null, recovery: true });
  assertEquals(await namesBy("explorer"), [...explored.invariants].sort());
});

test("the page has every check of the random schedules, and every one that can be shrunk with", async () => {
  assertEquals(await namesBy("properties"), allChecks().map(({ name }) => name).sort());
  const makers = Object.entries(invariants).flatMap(checkOf).map(([, name]) => name);
  assert(makers.length >= 22);
  assertEquals(await namesBy("shrink"), makers.sort());
});

test("a name on the page is one of the code that it names, and the sentence is what that says of it", async () => {
  for (const { name, sentence, code } of await rows()) {
    if (code === "JUDGEMENTS") assertEquals(Object.entries(JUDGEMENTS).find(([key]) => key === name)?.[1], sentence);
    else if (code.includes("/")) assertStringIncludes(await textOf(code), `"${name}"`);
    else assertEquals(MAKERS.get(code), name);
  }
});

test("what the page says of a function, and the sections, are in its comment", async () => {
  let docs = "";
  for (const folder of ["effects/invariants", "tests/properties/checks"]) {
    for await (const text of sourcesIn(folder)) docs += text;
  }
  for (const { sentence, source, code } of await rows()) {
    if (!MAKERS.has(code)) continue;
    const before = docs.slice(0, docs.indexOf(`export function ${code}(`));
    const comment = before.slice(before.lastIndexOf("/**")).replaceAll(/\s*\n \*\s*/g, " ");
    const plain = (text: string): string =>
      text.replaceAll(/ \([^()]*[§F][^()]*\)/g, "").replaceAll(/\W+/g, " ").trim();
    assertStringIncludes(plain(comment), plain(sentence.split(": whole")[0]), code);
    for (const [section] of comment.matchAll(/§[\d.]*\d|Figure \d/g)) assertStringIncludes(source, section, code);
  }
});

test("every line says where its demand comes from, and who applies it", async () => {
  const all = await rows();
  for (const { name, source, by } of all) {
    assert(/§|Figure|contract|design|the user/.test(source), name);
    for (const who of by) assert(["simulator", "explorer", "properties", "shrink"].includes(who), `${name}: ${who}`);
  }
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
});

test("the invariants that guard a section of the paper are there", async () => {
  const core = await textOf("docs/core.md");
  const table = core.slice(core.indexOf("## Where the paper lives"), core.indexOf("## Glossary"));
  const guards = [...table.matchAll(/`([a-z]\w+)`/g)].map(([, name]) => name).filter((name) => name !== "core");
  assert(guards.length > 20);
  for (const guard of guards) assert(MAKERS.has(guard), guard);
});

test("the bounds of liveness that are written down are those of the code", async () => {
  const page = await textOf("docs/simulation.md");
  const [run, judge] = [await textOf("effects/sim/run_plan.ts"), await textOf("effects/sim/clients/judge_recovery.ts")];
  for (
    const [code, constant, row] of [
      [run, "ELECTIONS = 10;", /10 E \+ 2 s +\| `ELECTIONS`, `SLACK_MS`/],
      [run, "PATIENCE = 60;", /60 E \+ 2 s +\| `PATIENCE`, `SLACK_MS`/],
      [run, "SLACK_MS = 2_000;", /600 E \+ 20 s +\| ten times/],
      [judge, "RECOVERY_TIMEOUTS = 30;", /30 E +\| `RECOVERY_TIMEOUTS`/],
    ] as const
  ) {
    assertStringIncludes(code, `const ${constant}`);
    assertMatch(page, row);
  }
});
