/**
 * `diff`: the first step in which two recordings differ, or two versions of the reducer on one recording.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { differenceToJson, MISSING, show } from "../difference.ts";
import { type FirstDifference, firstDifference, reducersDiffer } from "../first_difference.ts";
import type { Run } from "../run.ts";
import { describeMessage } from "../words.ts";
import { answering, type CommandOptions, loadReducer, readOne } from "./common.ts";

/** How to compare. */
export interface DiffOptions extends CommandOptions {
  /** A module with another version of `step`. */
  readonly with?: string;
}

/** Where two runs differ. */
interface Found {
  readonly run: Run;
  readonly found: FirstDifference;
}

/** Compares two recordings, or two reducers on one. 0: no difference; 1: one; 2: something cannot be read. */
export function diffRecordings(paths: readonly string[], options: DiffOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const [first, second, ...more] = paths;
    const isOne = options.with !== undefined;
    if (first === undefined || more.length > 0 || isOne !== (second === undefined)) {
      throw new BadInput("Name two recordings, or one and another version of the module with --with.");
    }
    const names = [first, options.with ?? second] as const;
    const found = options.with === undefined
      ? await betweenRecordings(first, second, output)
      : await betweenReducers(first, options.with, output);
    if (options.json) output.out(JSON.stringify(toJson(names, found)));
    else for (const line of describe(names, found)) output.out(line);
    return found === null ? 0 : 1;
  });
}

async function betweenReducers(path: string, specifier: string, output: Output): Promise<Found | null> {
  const other = await loadReducer(specifier);
  const { runs } = await readOne(path, output, { verify: false });
  for (const run of runs) {
    const found = reducersDiffer(run, other);
    if (found !== null) return { run, found };
  }
  return null;
}

async function betweenRecordings(a: string, b: string, output: Output): Promise<Found | null> {
  const [one, other] = [await readOne(a, output), await readOne(b, output)];
  const [{ node: { id: left } }, { node: { id: right } }] = [one.runs[0], other.runs[0]];
  if (left !== right) throw new BadInput(`${a} is a recording of node ${left}, and ${b} of node ${right}.`);
  for (const [i, run] of one.runs.entries()) {
    if (i >= other.runs.length) return { run, found: { what: "length", step: run.before + 1, longer: "first" } };
    const found = firstDifference(run, other.runs[i]);
    if (found !== null) return { run, found };
  }
  if (other.runs.length === one.runs.length) return null;
  const run = other.runs[one.runs.length];
  return { run, found: { what: "length", step: run.before + 1, longer: "second" } };
}

function describe([a, b]: readonly [string, string], found: Found | null): readonly string[] {
  if (found === null) return ["no difference"];
  const { run, found: difference } = found;
  const where = `run ${run.segment.run} of node ${run.node.id}`;
  const sides = (path: string, left: unknown, right: unknown, before: unknown): string => {
    const was = before === MISSING ? "" : ` (before the step: ${show(before)})`;
    return `  ${path}: ${show(left)} | ${show(right)}${was}`;
  };
  const legend = `  (left: ${a} | right: ${b})`;
  switch (difference.what) {
    case "start":
      return [
        `${where} begins in another state.`,
        legend,
        ...difference.differences.map(({ path, expected, actual }) => sides(path, expected, actual, MISSING)),
      ];
    case "input":
      return [
        `${where} is the same up to step ${
          difference.step - 1
        }. In step ${difference.step} the node is told something else:`,
        `  ${a}: ${describeMessage(difference.messages[0])}`,
        `  ${b}: ${describeMessage(difference.messages[1])}`,
        ...difference.differences.map(({ path, expected, actual }) => sides(path, expected, actual, MISSING)),
      ];
    case "outcome":
      return [
        `${where} is the same up to step ${difference.step - 1}. Step ${difference.step} comes out in another way.`,
        `  the node is told: ${describeMessage(difference.message)}`,
        legend,
        ...difference.differences.map(({ path, expected, actual, before }) => sides(path, expected, actual, before)),
      ];
    case "error":
      return [
        `${where} is the same up to step ${
          difference.step - 1
        }. In step ${difference.step} ${b} throws: ${difference.error}`,
        `  the node is told: ${describeMessage(difference.message)}`,
      ];
    case "length":
      return [`${where}: ${difference.longer === "first" ? b : a} is over before step ${difference.step}.`];
  }
}

function toJson(recordings: readonly [string, string], found: Found | null): unknown {
  if (found === null) return { recordings, same: true };
  const { run: { segment, node }, found: { what, ...rest } } = found;
  return {
    recordings,
    same: false,
    node: node.id,
    run: segment.run,
    what,
    step: "step" in rest ? rest.step : null,
    input: "message" in rest ? describeMessage(rest.message) : null,
    differences: "differences" in rest ? rest.differences.map(differenceToJson) : [],
    ...("error" in rest ? { error: rest.error } : {}),
    ...("longer" in rest ? { longer: rest.longer } : {}),
  };
}
