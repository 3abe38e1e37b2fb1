/**
 * `explain`: says in sentences why something happened.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { explainIndex, knowsIndex } from "../explain/entry.ts";
import type { Describer, TellOptions } from "../explain/entry_words.ts";
import { describeKvData } from "../explain/kv_data.ts";
import { explainLeadership, explainTerm, termsIn } from "../explain/leadership.ts";
import { explainOddities } from "../explain/odd.ts";
import { linesOfSentences, type Sentence } from "../explain/sentence.ts";
import { explainStep } from "../explain/step.ts";
import { explainTicket, stepsWithTicket } from "../explain/ticket.ts";
import { isRecording } from "../../recording/read_folder.ts";
import type { Timeline } from "../timeline.ts";
import { nodesInWords } from "../words.ts";
import {
  answering,
  type CommandOptions,
  load,
  loadReducer,
  NotAsRecorded,
  NotFound,
  readTimeline,
  wholeNumber,
} from "./common.ts";

/** What to explain. */
export interface ExplainOptions extends CommandOptions {
  /** What became of this index. */
  readonly index?: string;
  /** What happened in this term. */
  readonly term?: string;
  /** What this step did: its number over all nodes, or `node:step`. */
  readonly step?: string;
  /** What became of what a host asked for with this ticket. */
  readonly ticket?: string;
  /** With `ticket`, of which node the host is. */
  readonly node?: string;
  /** Of an etcd recording, the run. */
  readonly run?: string;
  /** The module whose `step` is to tell the story. */
  readonly with?: string;
  /** The module whose default export says what commands are. */
  readonly data?: string;
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
    const { index, node, run, step, term, ticket } = options;
    if ([index, step, term, ticket].filter((one) => one !== undefined).length > 1) {
      throw new BadInput("Ask for one of --index, --term, --step and --ticket.");
    }
    if (node !== undefined && ticket === undefined) throw new BadInput("--node goes with --ticket.");
    if (run !== undefined && (await Promise.all(paths.map(isRecording))).includes(true)) {
      throw new BadInput("--run chooses a run of a recording of etcd-io/raft; these are recordings of nodes.");
    }
    const { departs, timeline } = await timelineOf(paths, options, output);
    const words = options.data === undefined ? {} : { describe: await describerIn(options.data) };
    const chapters = [...departs, ...chaptersOf(timeline, options, words)];
    if (options.json) output.out(JSON.stringify({ nodes: timeline.nodes, steps: timeline.length, chapters }));
    else for (const line of linesOf(chapters)) output.out(line);
    return 0;
  }, options);
}

/** The timeline under the version that is asked for; and a word about it, if that one departs from what was recorded. */
async function timelineOf(
  paths: readonly string[],
  { run, with: other }: ExplainOptions,
  output: Output,
): Promise<{ readonly timeline: Timeline; readonly departs: readonly Chapter[] }> {
  const options = run === undefined ? {} : { run };
  if (other === undefined) return { timeline: await readTimeline(paths, options, output), departs: [] };
  const step = await loadReducer(other);
  try {
    return { timeline: await readTimeline(paths, { ...options, step }, output), departs: [] };
  } catch (error) {
    if (!(error instanceof NotAsRecorded)) throw error;
    const timeline = await readTimeline(paths, { ...options, step, verify: false }, output);
    const text = `This is what ${other} makes of the recorded inputs, not what was recorded: ${
      error.message.split("\n")[0]
    }`;
    return { timeline, departs: [{ title: "Another version", sentences: [{ depth: 0, text, steps: [] }] }] };
  }
}

/** The default export of a module, asked before the one for the commands of RaftKV. */
async function describerIn(specifier: string): Promise<Describer> {
  const describe = (await load(specifier)).default;
  if (typeof describe !== "function") throw new BadInput(`${specifier}: the default export is no function.`);
  return (data) => {
    try {
      const said: unknown = describe(data);
      return typeof said === "string" ? said : describeKvData(data);
    } catch (error) {
      throw new BadInput(`${specifier}: it failed on a command (${error instanceof Error ? error.message : error}).`);
    }
  };
}

function chaptersOf(
  timeline: Timeline,
  { index, node, step, term, ticket }: ExplainOptions,
  words: TellOptions,
): readonly Chapter[] {
  if (index !== undefined) {
    const at = wholeNumber("--index", index);
    if (at === 0) throw new BadInput("--index: the first index is 1.");
    if (!knowsIndex(timeline, at)) throw indexNotFound(timeline, at);
    return [{ title: `Index ${at}`, sentences: explainIndex(timeline, at, words) }];
  }
  if (term !== undefined) {
    const number = wholeNumber("--term", term);
    const terms = termsIn(timeline);
    if (!terms.includes(number)) throw termNotFound(number, terms);
    return [{ title: "", sentences: explainTerm(timeline, number) }];
  }
  if (step !== undefined) return [{ title: "", sentences: explainStep(timeline, numberOf(timeline, step), words) }];
  if (ticket !== undefined) {
    const steps = stepsOf(timeline, ticket, node);
    return [{ title: "", sentences: explainTicket(timeline, steps, words) }];
  }
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

/** The steps that have a ticket: on every node, or on one. */
function stepsOf(timeline: Timeline, ticket: string, node: string | undefined): readonly number[] {
  const asked = node === undefined ? null : wholeNumber("--node", node);
  if (asked !== null && !timeline.nodes.includes(asked)) {
    throw new NotFound(`--node: there is no node ${asked}; these are recordings of ${nodesInWords(timeline.nodes)}.`);
  }
  const number = wholeNumber("--ticket", ticket);
  const steps = stepsWithTicket(timeline, number, asked);
  if (steps.length > 0) return steps;
  const who = asked === null ? "no host" : `the host of node ${asked} never`;
  throw new NotFound(`--ticket: ${who} asked for anything with ticket ${number} in these recordings.`);
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
