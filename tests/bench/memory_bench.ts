/**
 * Memory per step: `deno bench -A tests/bench/memory_bench.ts` prints the figures, and then times the runs that they are
 * about. How they are measured is said in `measure.ts`.
 *
 * @module
 */
import type { Figures } from "./measure.ts";
import { record, replay } from "./recorded_run.ts";

// A young generation in which nothing is collected while 3,200 proposals are replicated, and collections on demand.
const FLAGS = "--v8-flags=--expose-gc,--min-semi-space-size=128,--max-semi-space-size=128";

console.log(table(await measured()));

for (const together of [1, 64]) {
  const run = record({ proposals: 3_200, together });
  Deno.bench(`${run.inputs.length} steps, ${together} proposals at a time`, () => replay(run, () => {}));
}

async function measured(): Promise<Figures> {
  const program = new URL("./measure.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), { args: ["run", FLAGS, program], stdin: "null" });
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`Cannot measure: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function table({ allocated, retained, kinds }: Figures): string {
  return [
    "",
    ...rows("Bytes allocated per step, three nodes that replicate 64-byte proposals", allocated),
    ...rows("Bytes retained per step when every state of the run is kept", retained),
    ...rows("Bytes allocated per step, by kind", kinds),
  ].join("\n");
}

function rows(title: string, figures: Readonly<Record<string, number>>): readonly string[] {
  const row = ([name, bytes]: [string, number]): string => `  ${name.padEnd(56)} ${bytes.toFixed(0).padStart(6)} B`;
  return [title, ...Object.entries(figures).map(row), ""];
}
