/**
 * `shrink`: the smallest list of inputs that still violates a property, as a recording and as a test.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Check } from "../../invariants/check.ts";
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { type PropertyForm, testOf } from "../test_file.ts";
import type { Reducer, Run } from "../run.ts";
import { runsOfScript, type Script, scriptOf, scriptOfTimeline } from "../script.ts";
import { doesTheSame, type Property, shrink, type Shrunken, type StepCheck } from "../shrink.ts";
import { describeMessage, many } from "../words.ts";
import { linesOfRuns } from "../write_run.ts";
import {
  answering,
  chosenRun,
  type CommandOptions,
  load,
  loadReducer,
  makeRoomFor,
  NotFound,
  openNodes,
  readOne,
  readTimeline,
  wholeNumber,
  writeFile,
} from "./common.ts";

/** How to search. */
export interface ShrinkCommandOptions extends CommandOptions {
  /** A module that says the property by its default export. */
  readonly check?: string;
  /** A module with the `step` that is checked; without `check`, the property is that it does what the core does. */
  readonly with?: string;
  /** The run, by the number of its first segment. */
  readonly run?: string;
  /** At most so many lists are tried. */
  readonly tries?: string;
  /** What the files are called: this with `.jsonl` and `_test.ts`. */
  readonly out?: string;
  /** Where the test imports this module from. */
  readonly module?: string;
}

/** What is to be shown, and how a test says it. */
interface Goal {
  readonly property: Property;
  readonly form: PropertyForm;
  readonly reducer: Reducer | undefined;
}

/** What the files are called if nobody says it. */
const OUT = "shrunk";

/** Shrinks the recordings at `paths`. 0: done; 1: nothing violates the property; 2: something cannot be read. */
export function shrinkRecordings(
  paths: readonly string[],
  options: ShrinkCommandOptions,
  output: Output,
): Promise<ExitCode> {
  return answering(output, async () => {
    const goal = await goalOf(options);
    const tries = wholeNumber("--tries", options.tries ?? "20000");
    if (tries === 0) throw new BadInput("--tries: at least one list has to be tried.");
    await checkFiles(paths, options); // a long search is not to be lost at its end
    const scripts = await scriptsOf(paths, options, output);
    const progress = new Progress(output, tries);
    let found: Shrunken | null = null;
    try {
      await progress.ready();
      for (const script of scripts) {
        found ??= shrink(script, goal.property, {
          step: goal.reducer,
          tries,
          tried: (count) => progress.show(count, count),
        });
      }
    } finally {
      progress.stop();
    }
    if (found === null) throw new NotFound("Nothing in these recordings violates the property.");
    await write(found, goal, options, output);
    return 0;
  }, options);
}

/** Throws {@linkcode BadInput} if what will be found cannot be written, or would be written over what is read. */
async function checkFiles(paths: readonly string[], { out = OUT }: ShrinkCommandOptions): Promise<void> {
  if (out === "" || out.endsWith("/")) {
    throw new BadInput(`--out: "${out}" is a folder. Name files in it: ${out}found.`);
  }
  const found = absolute(out);
  for (const file of (await openNodes(paths)).flatMap(({ files }) => files)) {
    const path = absolute(file);
    if (path.startsWith(found) && /^(-\d+)?\.jsonl$/.test(path.slice(found.length))) {
      throw new BadInput(`${file}: this recording would be written over. Choose another name with --out.`);
    }
  }
  await makeRoomFor(`${out}_test.ts`);
}

async function goalOf({ check, with: other }: ShrinkCommandOptions): Promise<Goal> {
  if (check === undefined && other === undefined) {
    throw new BadInput("Name a property with --check, or another version of the module with --with.");
  }
  const reducer = other === undefined ? undefined : await loadReducer(other);
  if (check !== undefined) return { ...propertyIn(check, (await load(check)).default), reducer };
  if (reducer === undefined) throw new BadInput("Name another version of the module with --with.");
  return { property: doesTheSame(reducer), form: "same", reducer: undefined };
}

function propertyIn(name: string, value: unknown): Pick<Goal, "property" | "form"> {
  if (isStepCheck(value)) return { property: () => value, form: "step" };
  if (isFactory(value)) return { property: value, form: "factory" };
  if (isCheck(value)) return { property: () => value, form: "check" };
  throw new BadInput(`${name}: its default export is neither a function nor a check.`);
}

async function scriptsOf(
  paths: readonly string[],
  options: ShrinkCommandOptions,
  output: Output,
): Promise<readonly Script[]> {
  const [path, ...more] = paths;
  if (path === undefined) throw new BadInput("Name a recording.");
  if (more.length > 0) {
    if (options.run !== undefined) throw new BadInput("--run chooses a run of one recording, and these are several.");
    return [scriptOfTimeline(await readTimeline(paths, { verify: false }, output))];
  }
  const recording = await readOne(path, output, { verify: false });
  if (options.run === undefined) return recording.runs.map(scriptOf);
  return [scriptOf(chosenRun(recording, wholeNumber("--run", options.run)))];
}

async function write(
  found: Shrunken,
  { form, reducer }: Goal,
  options: ShrinkCommandOptions,
  output: Output,
): Promise<void> {
  const { objection, script, tries } = found;
  const { out = OUT, module = "@raftfold/raftfold" } = options;
  const recordings: string[] = [];
  const runs = runsOfScript(script, reducer);
  for (const [id, some] of runs) {
    const file = runs.size === 1 ? `${out}.jsonl` : `${out}-${id}.jsonl`;
    await writeRun(file, some, reducer);
    recordings.push(file);
  }
  const other = options.with === undefined ? "" : from(out, options.with);
  const test = `${out}_test.ts`;
  const { core, tools } = modulesOf(from(out, module));
  await writeFile(
    test,
    testOf(script, {
      name: `found by shrinking: ${objection.sentence}`,
      core,
      reducer: form === "same" || other === "" ? core : other,
      property: form === "same" ? other : from(out, options.check ?? ""),
      form,
      debugger: tools,
    }),
  );
  if (options.json) {
    const inputs = script.lines.map((
      line,
    ) => [line.node, line.type === "told" ? describeMessage(line.message) : "starts again"]);
    return output.out(JSON.stringify({ inputs, sentence: objection.sentence, tries, recordings, test }));
  }
  output.out(
    `${many(script.lines.length, "input")} of ${many(runs.size, "node")}, after ${
      many(tries, "try", "tries")
    }: ${objection.sentence}`,
  );
  for (const line of script.lines) {
    output.out(`  ${line.node} ← ${line.type === "told" ? describeMessage(line.message) : "starts again"}`);
  }
  output.out(`${recordings.join(", ")} and ${test} hold them.`);
}

async function writeRun(file: string, runs: readonly Run[], reducer: Reducer | undefined): Promise<void> {
  await writeFile(file, `${linesOfRuns(runs, reducer).join("\n")}\n`);
}

/** The modules in the package or the folder `module`. */
function modulesOf(module: string): { readonly core: string; readonly tools: string } {
  if (!isPath(module)) return { core: `${module}/core`, tools: `${module}/debugger` };
  const folder = module.replace(/\/+$/, "");
  return { core: `${folder}/core/mod.ts`, tools: `${folder}/effects/debugger/mod.ts` };
}

function isPath(specifier: string): boolean {
  return /^(\.|\/|file:)/.test(specifier);
}

/** What a file beside `out` imports a module as, whose path is one from the working directory. */
function from(out: string, specifier: string): string {
  if (/^[a-z]+:|^@/.test(specifier)) return specifier;
  const base = absolute(out).split("/").slice(0, -1);
  const target = absolute(specifier).split("/");
  let same = 0;
  while (same < base.length && same < target.length - 1 && base[same] === target[same]) same++;
  const up = base.slice(same).map(() => "..");
  return [...(up.length === 0 ? ["."] : up), ...target.slice(same)].join("/");
}

function absolute(path: string): string {
  return decodeURIComponent(new URL(path, `file://${Deno.cwd()}/`).pathname);
}

function isStepCheck(value: unknown): value is StepCheck {
  return typeof value === "function" && value.length > 0;
}

function isFactory(value: unknown): value is Property {
  return typeof value === "function";
}

function isCheck(value: unknown): value is Check {
  return typeof value === "object" && value !== null && "name" in value && ("stepped" in value || "started" in value);
}
