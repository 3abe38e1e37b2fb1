import { assert, assertEquals } from "@std/assert";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { explore } from "../../effects/explore/command.ts";
import { Command } from "commander";
import { addExploreCommand } from "../../effects/explore/register.ts";

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly output: CapturedOutput }> {
  const output = new CapturedOutput();
  let code = -1;
  const program = new Command().exitOverride().configureOutput({
    writeOut: (text) => output.out(text),
    writeErr: (text) => output.err(text),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  addExploreCommand(program, output, (result) => code = result);
  await program.parseAsync(["explore", ...args], { from: "user" });
  return { code, output };
}

/** What the table says behind `name`. */
function lineOf({ lines }: CapturedOutput, name: string): string {
  return lines.find((line) => line.startsWith(name))?.slice(12).trim() ?? "";
}

Deno.test("explore writes a table, and 0 if all is well", async () => {
  const { code, output } = await run("--terms", "1", "--proposals", "1", "--in-flight", "1");
  assertEquals([code, output.errors], [0, []]);
  const names = output.lines.map((line) => line.slice(0, 12).trim()).filter((name) => name !== "");
  assertEquals(names, [
    ...[
      "states",
      "transitions",
      "machines",
      "symmetries",
      "depth",
      "speed",
      "memory",
      "collision",
      "invariants",
      "goals",
    ],
  ]);
  assert(output.lines[0].endsWith("all there are"));
});

Deno.test("explore --preset checks the number of states", async () => {
  const { code, output } = await run("--preset", "small");
  assertEquals([code, lineOf(output, "recorded")], [0, "5,089 states for the preset small"]);
});

Deno.test("explore says that it compares nothing where other options change a preset", async () => {
  const changed: readonly (readonly [args: readonly string[], names: string])[] = [
    [["--terms", "1"], "--terms"],
    [["--nodes", "2", "--in-flight", "1"], "--nodes, --in-flight"],
    [["--no-symmetry"], "--no-symmetry"],
    [["--max-states", "10"], "--max-states"],
  ];
  for (const [args, names] of changed) {
    const { code, output } = await run("--preset", "small", ...args);
    const sentence = `not compared: ${names} makes another exploration of the preset small`;
    assertEquals([code, lineOf(output, "recorded")], [0, sentence]);
  }
  const { output } = await run("--preset", "small", "--terms", "1", "--json");
  assertEquals(JSON.parse(output.lines[0]).preset, { name: "small", states: 5_089, changedBy: ["--terms"] });
});

Deno.test("explore --json writes one object", async () => {
  const { code, output } = await run("--terms", "1", "--proposals", "0", "--json");
  assertEquals([code, output.lines.length], [0, 1]);
  const { good, why, states, exhausted, bounds, counterexample } = JSON.parse(output.lines[0]);
  assertEquals([good, why, exhausted, bounds.terms, counterexample], [true, null, true, 1, null]);
  assert(states > 100);
});

Deno.test("explore --max-states stops early, which is no failure", async () => {
  const { code, output } = await run("--proposals", "2", "--max-states", "100");
  assertEquals([code, lineOf(output, "states")], [0, "100, and there are more"]);
  assert(lineOf(output, "invariants").endsWith("hold in the states that were looked at"));
  assert(lineOf(output, "proven").startsWith("nothing: it stopped early"));
  assert(output.lines.some((line) => line.endsWith(": not so far")));
});

Deno.test("explore says what it cannot be told, with exit code 2", async () => {
  const bad: readonly (readonly [args: readonly string[], sentence: string])[] = [
    [["--preset", "none"], "--preset none"],
    [["--crashes", "many"], "--crashes many"],
    [["--in-flight", "0"], "in flight"],
    [["--nodes", "0"], "choose 1 to 9"],
    [["--max-states", "-1"], "--max-states"],
    [["--max-states", "1.5"], "--max-states"],
  ];
  for (const [args, sentence] of bad) {
    const { code, output } = await run(...args);
    assertEquals([code, output.lines], [2, []]);
    assert(output.errors[0].startsWith("error: ") && output.errors[0].includes(sentence), output.errors[0]);
  }
});

Deno.test("a goal that is never reached is a failure of the command", async () => {
  const output = new CapturedOutput();
  assertEquals(await explore({ terms: "1", proposals: "1", timeouts: "0" }, output), 1);
  assert(output.lines.at(-1)?.startsWith("In no state it is true that a leader is elected in term 1"));
});

Deno.test("explore --recovery says from how many sets of machines it was tried", async () => {
  const { code, output } = await run("--terms", "1", "--proposals", "0", "--recovery", "--no-symmetry");
  assertEquals(code, 0);
  assert(output.lines.some((line) => /^recoveries +\d+ sets of machines tried$/.test(line)), output.lines.join("\n"));
});
