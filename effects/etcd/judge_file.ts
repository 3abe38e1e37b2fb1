/**
 * Judges a recording: every transition, every `init`, every ready line.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Effect, Outbox } from "../../core/mod.ts";
import { BadInput } from "./bad_input.ts";
import { parseLine } from "./check_line.ts";
import { type ReadCount, readLines } from "./reader.ts";
import type { HeaderLine, Line, LoadLine, ReadyLine, TransitionLine } from "./recorded.ts";
import { countIn, type Disagreement, emptyReport, type Report, SAMPLES, type Tally, tallyOf } from "./report.ts";
import { RunMemory } from "./run_memory.ts";
import { type StepFunction, Subject, type Verdict } from "./subject.ts";

/** What is judged, and what is said meanwhile. */
export interface JudgeFileOptions {
  /** Another reducer than the core's. */
  readonly step?: StepFunction | undefined;
  /** Counts what is read. */
  readonly count?: ReadCount;
  /** Is told now and then what has come of it so far. */
  readonly tell?: (report: Report) => Promise<void>;
}

/** Judges the file at `path`. Throws {@linkcode BadInput} if it is no recording. */
export async function judgeFile(path: string, { count, step, tell }: JudgeFileOptions = {}): Promise<Report> {
  const judge = new Judge(path, step);
  for await (const lines of readLines(path, count)) {
    for (let i = 0; i < lines.length; i++) judge.line(lines[i]);
    if (tell !== undefined) await tell(judge.report);
  }
  return judge.finish();
}

/** Judges the lines of one file, in order. */
export class Judge {
  /** What has come of the lines so far. */
  readonly report: Report = emptyReport();
  readonly #file: string;
  readonly #step: StepFunction | undefined;
  #number = 0;
  #header: HeaderLine | undefined;
  #subjects = new Map<string, Subject>();
  #memory = new RunMemory();
  #tally: Tally = { total: 0, agree: 0, excluded: 0, disagree: 0 };

  /** `file` is the name by which disagreements and bad lines are reported; `step` is judged, or else the core's reducer. */
  constructor(file: string, step?: StepFunction) {
    this.#file = file;
    this.#step = step;
  }

  /** The number of the last line. */
  get number(): number {
    return this.#number;
  }

  /** The name of the run that it belongs to. */
  get run(): string {
    return this.#header?.run ?? "";
  }

  /** Judges the next line. */
  line(text: string): void {
    this.#number++;
    const line = parseLine(text);
    if (E.isLeft(line)) throw this.#bad(line.left);
    this.#dispatch(line.right);
  }

  /** What it has come to. */
  finish(): Report {
    if (this.report.transitions.total === 0) {
      throw new BadInput(`${this.#file}: there is no transition to judge. Name a file that holds recorded runs.`);
    }
    return this.report;
  }

  #dispatch(line: Line): void {
    if ("step" in line || "tick" in line || "conf" in line) return this.#transition(line);
    if ("ready" in line) return this.#ready(line);
    if ("poke" in line) return this.#subject(line.node).poke(line);
    if ("load" in line) return this.#load(line);
    this.#header = line;
    this.#subjects = new Map();
    this.#memory = new RunMemory();
    this.#tally = tallyOf(this.report, line.kind);
    this.report.summary.runs++;
  }

  #load(line: LoadLine): void {
    if (this.#header === undefined) {
      throw this.#bad("a run has to begin with a header line. Put one before it, or copy the whole file.");
    }
    const subject = new Subject(line, this.#header.kind, this.#memory, this.#step);
    this.#subjects.set(line.node, subject);
    this.report.summary.nodes++;
    if (subject.init !== undefined) this.#count(this.report.init, subject.init, "init", line.node, line.init);
  }

  #transition(line: TransitionLine): void {
    const subject = this.#subject(line.node);
    const verdict = subject.transition(line);
    const { transitions, summary } = this.report;
    this.#count(transitions, verdict, "transition", line.node, line);
    this.#tally.total++;
    this.#tally[verdict.type]++;
    if (line.panic !== undefined) summary.refused++;
    this.#summarize(subject.outbox);
    summary.committed += subject.committed;
  }

  #ready(line: ReadyLine): void {
    this.#count(this.report.ready, this.#subject(line.node).ready(line), "ready", line.node, line);
  }

  #count(tally: Tally, verdict: Verdict, what: Disagreement["what"], node: string, input: unknown): void {
    tally.total++;
    tally[verdict.type]++;
    if (verdict.type === "agree") return;
    const { exclusions, samples } = this.report;
    if (verdict.type === "excluded") return countIn(exclusions, verdict.rule.name);
    if (samples.length >= SAMPLES) return;
    samples.push({
      file: this.#file,
      line: this.#number,
      run: this.run,
      node,
      what,
      input: inputOf(input),
      differences: verdict.differences,
    });
  }

  #summarize(outbox: Outbox): void {
    const { summary } = this.report;
    for (let i = 0; i < outbox.length; i++) {
      const effect: Effect = outbox[i];
      if (effect.type === "RestoreSnapshot") summary.snapshotsInstalled++;
      if (effect.type === "Send" && effect.message.type === "InstallSnapshot") summary.snapshotsSent++;
      if (effect.type !== "RoleChanged") continue;
      const { to, reason } = effect;
      if (to === "leader") summary.elected++;
      else countIn(to === "follower" ? summary.followings : summary.campaigns, reason.type);
    }
  }

  #subject(node: string): Subject {
    const subject = this.#subjects.get(node);
    if (subject !== undefined) return subject;
    throw this.#bad(`nothing was loaded for node "${node}" in this run. A load line has to come first.`);
  }

  #bad(what: string): BadInput {
    return new BadInput(`${this.#file}:${this.#number}: ${what}`);
  }
}

function inputOf(line: unknown): unknown {
  if (typeof line !== "object" || line === null) return line;
  if ("step" in line) return line.step;
  if ("conf" in line) return { conf: line.conf };
  if ("tick" in line) return "tick";
  return "ready" in line ? line.ready : line;
}
