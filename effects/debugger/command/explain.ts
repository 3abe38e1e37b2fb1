/**
 * `explain`: says in sentences why something happened.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { explainIndex } from "../explain/entry.ts";
import { explainLeadership, explainTerm } from "../explain/leadership.ts";
import { explainOddities } from "../explain/odd.ts";
import { linesOfSentences, type Sentence } from "../explain/sentence.ts";
import { explainStep } from "../explain/step.ts";
import type { Timeline } from "../timeline.ts";
import { answering, type CommandOptions, readTimeline, wholeNumber } from "./common.ts";

/** What to explain. */
export interface ExplainOptions extends CommandOptions {
  /** What became of this index. */
  readonly index?: string;
  /** What happened in this term. */
  readonly term?: string;
  /** What this step did: its number over all nodes, or `node:step`. */
  readonly step?: string;
  /** Of an etcd recording, the run. */
  readonly run?: string;
}

/** A part of an explanation. */
interface Chapter {
  readonly title: string;
  readonly sentences: readonly Sentence[];
}

/** Explains the recordings at `paths`. 0: done; 2: something cannot be read, or is not there. */
export function explainRecordings(
  paths: readonly string[],
  options: ExplainOptions,
  output: Output,
): Promise<ExitCode> {
  return answering(output, async () => {
    const { index, run, step, term } = options;
    if ([index, step, term].filter((one) => one !== undefined).length > 1) {
      throw new BadInput("Ask for one of --index, --term and --step.");
    }
    const timeline = await readTimeline(paths, run === undefined ? {} : { run }, output);
    const chapters = chaptersOf(timeline, options);
    if (options.json) output.out(JSON.stringify({ nodes: timeline.nodes, steps: timeline.length, chapters }));
    else for (const line of linesOf(chapters)) output.out(line);
    return 0;
  });
}

function chaptersOf(timeline: Timeline, { index, step, term }: ExplainOptions): readonly Chapter[] {
  if (index !== undefined) {
    const at = wholeNumber("--index", index);
    if (at === 0) throw new BadInput("--index: the first index is 1.");
    return [{ title: `Index ${at}`, sentences: explainIndex(timeline, at) }];
  }
  if (term !== undefined) {
    return [{ title: "", sentences: explainTerm(timeline, wholeNumber("--term", term)) }];
  }
  if (step !== undefined) return [{ title: "", sentences: explainStep(timeline, numberOf(timeline, step)) }];
  const oddities = explainOddities(timeline);
  const leadership = { title: "Leadership", sentences: explainLeadership(timeline) };
  return oddities.length === 0 ? [leadership] : [leadership, { title: "What else is odd", sentences: oddities }];
}

/** The step that is meant: `12` over all nodes, `2:12` of the last run of node 2 that has it. */
function numberOf(timeline: Timeline, text: string): number {
  const [, node, step] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (node === undefined || step === undefined) {
    const number = wholeNumber("--step", text);
    if (number >= 1 && number <= timeline.length) return number;
    throw new BadInput(`--step: there is no step ${number}; these recordings have the steps 1 to ${timeline.length}.`);
  }
  const runs = timeline.runs.filter((run) => run.node === Number(node)).toReversed();
  for (const { run } of runs) {
    const found = timeline.find(Number(node), run, Number(step));
    if (found !== null) return found;
  }
  throw new BadInput(`--step: node ${node} has no step ${step} in these recordings.`);
}

function linesOf(chapters: readonly Chapter[]): readonly string[] {
  return chapters.flatMap(({ sentences, title }, i) => {
    const lines = linesOfSentences(sentences);
    if (title === "") return lines;
    return [...(i === 0 ? [] : [""]), title, ...lines.map((line) => `  ${line}`)];
  });
}
