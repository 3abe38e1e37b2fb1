/**
 * Hunts for all mutants and writes the table of what has found them: `deno run -A tests/mutants/table.ts`.
 *
 * @module
 */
import { SourceCopy } from "./copy.ts";
import { describeDetector, type Detector, type Found } from "./detector.ts";
import * as detectors from "./detectors.ts";
import { huntFor } from "./hunts.ts";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";

/** Where the table is. */
export const TABLE = new URL("../../docs/mutants.md", import.meta.url);

const HEAD = `# Faults of our own

What is a check worth that has never objected to anything? The faults in this table were put into the sources, one at a
time, and the simulator or the model checker had to find each of them. Many have happened: to other implementations of
Raft, to databases, or in papers. The patches are in \`tests/mutants/list/\`; a fault that is not found any more is a test
that fails. \`RAFTFOLD_MUTANTS=name deno test -A tests/mutants\` looks for one of them,
\`deno run -A tests/mutants/table.ts\` writes this page. Below the
tables is how each is looked for; of a simulation, what differs from the profile (rates are a minute).
`;

const COLUMNS = "| Fault | What is wrong | Found by | Check that objects | After |\n| :- | :- | :- | :- | -: |\n";

/** The names in the first column of the tables of `page`. */
export function namesIn(page: string): readonly string[] {
  return [...page.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
}

/** The names of the detectors, as the page calls them. */
const NAMES: ReadonlyMap<Detector, string> = new Map(
  Object.entries(detectors).map(([name, detector]) => [detector, name.toLowerCase().replaceAll("_", " ")]),
);

function row(mutant: Mutant, { check, count }: Found): string {
  const unit = mutant.detector.by === "simulator" ? "seed" : "state";
  const after = `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
  const cells = [
    `\`${mutant.name}\``,
    mutant.story,
    NAMES.get(mutant.detector) ?? "",
    check ?? "none",
    after,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}

async function huntForAll(mutants: readonly Mutant[]): Promise<ReadonlyMap<Mutant, Found>> {
  const found = new Map<Mutant, Found>();
  const waiting = [...mutants];
  const worker = async (): Promise<void> => {
    const copy = SourceCopy.make();
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const began = performance.now();
      const caught = await huntFor(mutant, copy);
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      console.log(`${mutant.name}: ${caught.check ?? "NOT CAUGHT"} after ${caught.count}, ${seconds} s`);
      found.set(mutant, caught);
    }
    copy.remove();
  };
  await Promise.all([worker(), worker()]);
  return found;
}

function page(found: ReadonlyMap<Mutant, Found>): string {
  const table = (title: string, area: Mutant["area"]): string => {
    const rows = MUTANTS.filter((mutant) => mutant.area === area).map((mutant) => {
      const caught = found.get(mutant);
      if (caught === undefined || caught.check === null) throw new Error(`${mutant.name} was not caught.`);
      return row(mutant, caught);
    });
    return `\n## ${title}\n\n${COLUMNS}${rows.join("")}`;
  };
  const list = [...NAMES].map(([detector, name]) => `- ${name}: ${describeDetector(detector)}\n`).join("");
  return HEAD + table("In the reducer", "protocol") + table("In the shell", "shell") +
    `\n## What looks for them\n\n${list}`;
}

if (import.meta.main) {
  Deno.writeTextFileSync(TABLE, page(await huntForAll(MUTANTS)));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", TABLE.pathname] }).output();
}
