/**
 * What `conform` and `replay` have in common: they judge files and say what came of it.
 *
 * @module
 */
import { BadInput } from "../etcd/bad_input.ts";
import type { Difference } from "../etcd/difference.ts";
import { RULES } from "../etcd/exclusions.ts";
import { checkFile, type ReadCount } from "../etcd/reader.ts";
import { judgeFile } from "../etcd/judge_file.ts";
import {
  addReport,
  type Disagreement,
  emptyReport,
  excesses,
  isGood,
  type Report,
  type Summary,
  type Tally,
} from "../etcd/report.ts";
import type { StepFunction } from "../etcd/subject.ts";
import { errorLine } from "../terminal/error_json.ts";
import type { Output } from "../terminal/output.ts";
import { Progress } from "../terminal/progress.ts";

/** How a program ends: all is good, something differs, or it was used in a wrong way. */
export type ExitCode = 0 | 1 | 2;

/** What came of judging some files. */
export interface Judgement {
  readonly files: readonly { readonly file: string; readonly report: Report }[];
  readonly total: Report;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** How to say it. */
export interface JudgeOptions {
  /** As one JSON object for programs, and not as lines for people. */
  readonly json?: boolean;
  /** Another reducer than the core's. */
  readonly step?: StepFunction | undefined;
}

/** Judges `files`, writes what came of it, and adds what `extra` has to say about everything. */
export async function judge(
  files: readonly string[],
  options: JudgeOptions,
  output: Output,
  extra: (judgement: Judgement) => readonly string[] = () => [],
): Promise<ExitCode> {
  const judgement = await judgeAll(files, options.step, output, (line) => options.json || output.out(line));
  if (options.json) output.out(JSON.stringify(toJson(judgement)));
  else for (const line of [...conclusion(judgement), ...extra(judgement)]) output.out(line);
  return isGood(judgement.total) ? 0 : 1;
}

/** Does some work, and turns bad input into a sentence, an object if programs are to read it, and the exit code for it. */
export async function answering(
  output: Output,
  work: () => Promise<ExitCode>,
  { json = false }: Pick<JudgeOptions, "json"> = {},
): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    output.err(`error: ${error.message}`);
    if (json) output.out(errorLine(error));
    return 2;
  }
}

async function judgeAll(
  files: readonly string[],
  step: StepFunction | undefined,
  output: Output,
  say: (line: string) => void,
): Promise<Judgement> {
  let bytes = 0;
  for (const file of files) bytes += await checkFile(file); // a file that is missing shows before anything is said
  const progress = new Progress(output, bytes);
  const started = performance.now();
  const total = emptyReport();
  const judged: { file: string; report: Report }[] = [];
  const count: ReadCount = { bytes: 0 };
  try {
    for (const file of files) {
      const before = total.transitions.total;
      const tell = ({ transitions }: Report) => progress.update(count.bytes, before + transitions.total);
      const report = await judgeFile(file, { count, step, tell });
      addReport(total, report);
      judged.push({ file, report });
      progress.makeRoom();
      say(`${file}: ${describeReport(report)}`);
    }
  } finally {
    progress.stop();
  }
  return { files: judged, total, seconds: (performance.now() - started) / 1000 };
}

function describeReport({ transitions, ready, init }: Report): string {
  return [
    describeTally(transitions, "transitions"),
    `${ready.total} ready, ${ready.disagree} disagree`,
    `${init.total} init, ${init.disagree} disagree`,
  ].join("; ");
}

function describeTally({ total, agree, excluded, disagree }: Tally, of?: string): string {
  return `${total}${of === undefined ? "" : ` ${of}`}, ${agree} agree, ${excluded} excluded, ${disagree} disagree`;
}

function conclusion({ total }: Judgement): readonly string[] {
  const { samples, exclusions, transitions, ready, init } = total;
  const lines = samples.flatMap(describeDisagreement);
  if (exclusions.size > 0) {
    lines.push("", "Excluded:");
    for (const [name, count] of exclusions) {
      const { kind, reason } = RULES[name];
      lines.push(`${String(count).padStart(8)}  ${name.padEnd(14)}  only in ${kind} runs: ${reason}`);
    }
  }
  for (const excess of excesses(total)) lines.push("", `Too much is excluded: ${excess}`);
  const all = lines.length > 0 ? [...lines, ""] : lines;
  return [
    ...all,
    `TOTAL: ${describeTally(transitions, "transitions")}`,
    `READY: ${describeTally(ready)}`,
    `INIT: ${describeTally(init)}`,
  ];
}

function describeDisagreement({ file, line, run, node, what, input, differences }: Disagreement): readonly string[] {
  return [
    "",
    `${file}:${line}: ${what} of node ${node} in run ${run} differs`,
    `  input: ${show(input, 400)}`,
    ...differences.map(({ field, expected, got }: Difference) =>
      `  ${field}: expected ${show(expected, 300)}, got ${show(got, 300)}`
    ),
  ];
}

function show(value: unknown, limit: number): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function toJson({ files, total, seconds }: Judgement): unknown {
  const tallies = ({ transitions, ready, init }: Report) => ({ transitions, ready, init });
  return {
    files: files.map(({ file, report }) => ({ file, ...tallies(report) })),
    total: tallies(total),
    exclusions: Object.fromEntries(total.exclusions),
    excesses: excesses(total),
    disagreements: total.samples,
    summary: summaryToJson(total.summary),
    seconds,
  };
}

function summaryToJson(summary: Summary): unknown {
  return {
    ...summary,
    campaigns: Object.fromEntries(summary.campaigns),
    followings: Object.fromEntries(summary.followings),
  };
}
