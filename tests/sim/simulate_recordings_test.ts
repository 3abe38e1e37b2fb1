/** Where the recordings of a simulation are that has failed in a test. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { main } from "../../effects/cli.ts";
import { simulate, type SimulateOptions, SimulationFailure } from "../../effects/sim/simulate.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { counter } from "../examples/counter.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write");

const OPTIONS: SimulateOptions = { seeds: [3], faults: "calm", seconds: 1, nodes: 3, clients: 2, shrinkRuns: 0 };

async function messageOf(options: SimulateOptions): Promise<string> {
  const app = { machine: counter, command: () => 1, judge: () => "it is wrong" };
  const { message } = await assertRejects(() => simulate(app, options), SimulationFailure);
  return message;
}

async function totalOf(folder: string): Promise<{ readonly runs: number; readonly steps: number }> {
  const output = new CapturedOutput();
  assertEquals(await main(["replay", "--json", `${folder}/seed-3`], output), 0, output.errors.join("\n"));
  const { runs, steps } = JSON.parse(output.lines[0]).total;
  return { runs, steps };
}

test("a simulation that fails says where the recordings of its nodes are, and they replay", () =>
  inFolder(async (folder) => {
    const told = (await messageOf({ ...OPTIONS, recordings: folder })).split("\n");
    assertEquals(told[2], `The recording: deno task replay ${folder}/seed-3 --unfinished`);
    assert(told[1].endsWith(`recordings: ${JSON.stringify(folder)} })`), told[1]);
    assertEquals(told.toSpliced(1, 2), (await messageOf(OPTIONS)).split("\n").toSpliced(1, 1));
    const nodes = await Array.fromAsync(Deno.readDir(`${folder}/seed-3`), ({ name }) => name);
    assertEquals(nodes.sort(), ["node-1", "node-2", "node-3"]);
    const { runs, steps } = await totalOf(folder);
    assertEquals([runs, steps > 100], [3, true]);
    const other = { ...OPTIONS, faults: { crashes: 100 }, seconds: 10, nodes: 4, recordings: folder };
    await messageOf(other);
    assert((await totalOf(folder)).runs > 4);
    await messageOf({ ...OPTIONS, recordings: folder });
    assertEquals(await totalOf(folder), { runs, steps }); // those of the last failure only
  }));

test("what was wrong is told also where no recording can be written, and why none can", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const told = (await messageOf({ ...OPTIONS, recordings: `${folder}/file` })).split("\n");
    assertMatch(told[0], /^Seed 3: .*it is wrong/);
    assertMatch(told[2], /^There is no recording: Not a directory/);
  }));
