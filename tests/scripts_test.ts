/**
 * Runs every transcript in `scripts/` and compares what its commands print with what it says that they print.
 *
 * After a change that is meant, `UPDATE=1 deno test -A tests/scripts_test.ts` writes down what they print now; then the
 * difference has to be read as carefully as code.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Interpreter } from "./scripts/interpreter.ts";
import { isGranted, testsThatNeed } from "./permissions.ts";
import { introduction, replay } from "./scripts/transcript.ts";

const FOLDER = new URL("./scripts/", import.meta.url);
const GRANTED = isGranted("read", "env");
const UPDATE = GRANTED && Deno.env.get("UPDATE") === "1";
const test = testsThatNeed("read", "env");

const files = GRANTED ? [...Deno.readDirSync(FOLDER)] : [];
const names = files.map(({ name }) => name).filter((name) => name.endsWith(".txt")).sort();

for (const name of names) {
  test(`transcript: ${name.slice(0, -".txt".length).replaceAll("_", " ")}`, () => {
    const file = new URL(name, FOLDER);
    const expected = Deno.readTextFileSync(file);
    const interpreter = new Interpreter();
    const got = replay(expected, (line) => interpreter.run(line));
    if (UPDATE && got !== expected) Deno.writeTextFileSync(file, got);
    else assertEquals(got, expected, `${name} says something else; UPDATE=1 would rewrite it.`);
  });
}

test("every transcript begins by saying what it shows, and where that is written", () => {
  for (const name of names) {
    assert(
      /§\d|Figure \d/.test(introduction(Deno.readTextFileSync(new URL(name, FOLDER)))),
      `${name} names no section.`,
    );
  }
});

test("there are transcripts of every chapter", () => {
  const chapters = [...new Set(names.map((name) => name.split("_")[0]))];
  assertEquals(chapters, [
    "election",
    "fault",
    "flow",
    "membership",
    "persistence",
    "proposal",
    "read",
    "refused",
    "replication",
    "snapshot",
    "transfer",
  ]);
});

test("a transcript whose output is altered is told from what the commands print", () => {
  const [name] = names;
  const altered = Deno.readTextFileSync(new URL(name, FOLDER)).replace(/term=1/, "term=7");
  const interpreter = new Interpreter();
  assert(replay(altered, (line) => interpreter.run(line)) !== altered);
});

test("a command that means nothing is reported with its line", () => {
  const run = (line: string): readonly string[] => new Interpreter().run(line);
  assertThrows(() => replay("# §5\n> clutser", run), Error, 'Line 2, "clutser"');
  assertThrows(() => replay("> cluster nodes=3 nonsense=1", run), Error, '"nonsense" means nothing');
  assertThrows(() => replay("> campaign 1", run), Error, "node 1: it does not exist");
});
