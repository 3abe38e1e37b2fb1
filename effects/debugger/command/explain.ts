/**
 * `explain`: says in sentences why something happened.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { explainIndex, knowsIndex } from "../explain/entry.ts";
import { explainLeadership, explainTerm, termsIn } from "../explain/leadership.ts";
import { explainOddities } from "../explain/odd.ts";
import { linesOfSentences, type Sentence } from "../explain/sentence.ts";
import { explainStep } from "../explain/step.ts";
import { isRecording } from "../../recording/read_folder.ts";
import type { Timeline } from "../timeline.ts";
import { nodesInWords } from "../words.ts";
import { answering, type CommandOptions, NotFound, readTimeline, wholeNumber } from "./common.ts";

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

/** Explains the recordings at `paths`. 0: done; 1: it is not there, or they do not replay; 2: something cannot be read. */
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
    if (run !== undefined && (await Promise.all(paths.map(isRecording))).includes(true)) {
      throw new BadInput("--run chooses a run of a recording of etcd-io/raft; these are recordings of nodes.");
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
    if (!knowsIndex(timeline, at)) throw indexNotFound(timeline, at);
    return [{ title: `Index ${at}`, sentences: explainIndex(timeline, at) }];
  }
  if (term !== undefined) {
    const number = wholeNumber("--term", term);
    const terms = termsIn(timeline);
    if (!terms.includes(number)) throw termNotFound(number, terms);
    return [{ title: "", sentences: explainTerm(timeline, number) }];
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
    throw new NotFound(`--step: there is no step ${number}; these recordings have the steps 1 to ${timeline.length}.`);
  }
  const runs = timeline.runs.filter((run) => run.node === Number(node)).toReversed();
  if (runs.length === 0) {
    throw new NotFound(`--step: there is no node ${node}; these are recordings of ${nodesInWords(timeline.nodes)}.`);
  }
  for (const { run } of runs) {
    const found = timeline.find(Number(node), run, Number(step));
    if (found !== null) return found;
  }
  const known = runs.map(({ node, before, run, first, last }) => {
    const count = first === 0 ? 0 : timeline.step(last).step - before;
    return `${before + 1} to ${before + count} in run ${run} of node ${node}`;
  });
  throw new NotFound(
    `--step: node ${node} has no step ${step} in these recordings; there are the steps ${
      known.toReversed().join(", ")
    }.`,
  );
}

function indexNotFound(timeline: Timeline, index: number): NotFound {
  const ends = [...timeline.state(timeline.length).values()].map(({ log }) => log.last.index);
  return new NotFound(`--index: no node has ever held index ${index}; the logs reach to ${Math.max(...ends)}.`);
}

function termNotFound(term: number, terms: readonly number[]): NotFound {
  const [first, last] = [terms[0], terms[terms.length - 1]];
  const known = terms.length === 0 ? "no term" : first === last ? `term ${first}` : `the terms ${first} to ${last}`;
  return new NotFound(`--term: nobody campaigned for term ${term} or led it; these recordings have ${known}.`);
}

function linesOf(chapters: readonly Chapter[]): readonly string[] {
  return chapters.flatMap(({ sentences, title }, i) => {
    const lines = linesOfSentences(sentences);
    if (title === "") return lines;
    return [...(i === 0 ? [] : [""]), title, ...lines.map((line) => `  ${line}`)];
  });
}
