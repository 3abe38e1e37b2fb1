/**
 * Puts a timeline together from a recording of etcd's library. Its lines are in the order in which the calls happened, and
 * one file may hold many runs: each is a story of its own, and one of them has to be chosen.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Message, NO_EFFECTS, type Node, step as coreStep } from "../../core/mod.ts";
import { BadInput } from "../etcd/bad_input.ts";
import { parseLine } from "../etcd/check_line.ts";
import type { HeaderLine, Line, LoadLine, RunKind, TransitionLine } from "../etcd/recorded.ts";
import { RunMemory } from "../etcd/run_memory.ts";
import { Subject, type Verdict } from "../etcd/subject.ts";
import { type Place, RecordingError } from "../recording/record.ts";
import type { Timeline, TimelineError, TimelineOptions } from "./timeline.ts";
import { KEEP_EVERY } from "./timeline_build.ts";
import { growingWords } from "./timeline_growing.ts";
import { MessageKeys } from "./timeline_keys.ts";
import { orderAs } from "./timeline_order.ts";
import { Track } from "./timeline_track.ts";
import { timelineOf } from "./timeline_view.ts";

/** A node of a run: what is recorded of it, and its steps. */
interface Followed {
  readonly subject: Subject;
  readonly track: Track;
  /** The position of the track. */
  readonly position: number;
  /** The state that its steps have come to; null while the recorded one is none that we can have. */
  node: Node | null;
}

/** The timeline of the lines of `file`, or the first thing that is wrong with them. */
export async function buildEtcdTimeline(
  file: string,
  lines: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  options: TimelineOptions = {},
): Promise<Either<TimelineError, Timeline>> {
  const reading = new EtcdReading(file, options);
  try {
    for await (const some of lines) for (const line of some) reading.take(line);
    return E.right(reading.finish());
  } catch (error) {
    if (error instanceof Disagreement) return E.left({ message: error.message, place: error.place, differs: true });
    if (error instanceof RecordingError) return E.left({ message: error.message, place: error.place });
    if (error instanceof BadInput) return E.left({ message: error.message, place: null });
    throw error;
  }
}

/** Whether the first line of a file says that it is a recording of etcd's library. */
export function isEtcdHeader(text: string): boolean {
  const line = parseLine(text);
  return E.isRight(line) && "run" in line.right;
}

/** So many names of runs are enough to see what they are like. */
const NAMED = 3;

/** Throws {@linkcode BadInput} unless the run `wanted` is among those of `file`; without a wish, there has to be one only. */
export function checkRun(file: string, names: readonly string[], wanted?: string): void {
  if (names.length === 0) throw new BadInput(`${file}: there is no run in this file.`);
  if (wanted === undefined ? names.length === 1 : names.includes(wanted)) return;
  const some = names.slice(0, NAMED).map((name) => `"${name}"`).join(", ");
  const list = names.length > NAMED ? `${some} and ${names.length - NAMED} more` : some;
  const why = wanted === undefined ? "each of a cluster of its own" : `and none is called "${wanted}"`;
  const runs = names.length === 1 ? "there is one run" : `there are ${names.length} runs`;
  throw new BadInput(`${file}: ${runs} in this file, ${why}. Choose one with --run: ${list}.`);
}

/** The reducer comes to something else than was recorded. */
class Disagreement extends RecordingError {}

/** Follows the lines of one file. */
class EtcdReading {
  readonly #tracks: Track[] = [];
  readonly #sequence = growingWords();
  readonly #keys = new MessageKeys();
  readonly #step: NonNullable<TimelineOptions["step"]>;
  /** The names of the runs, as far as the file was read. */
  readonly #runs: string[] = [];
  #line = 0;
  #kind: RunKind | null = null;
  /** Whether the lines belong to a run that is left out. */
  #skips = false;
  #nodes = new Map<string, Followed>();
  #memory = new RunMemory();

  constructor(private readonly file: string, private readonly options: TimelineOptions) {
    this.#step = options.step ?? coreStep;
  }

  take(text: string): void {
    this.#line++;
    const line = parseLine(text);
    if (E.isLeft(line)) throw this.#failure(line.left);
    this.#read(line.right);
  }

  finish(): Timeline {
    checkRun(this.file, this.#runs, this.options.run);
    if (this.#sequence.length === 0) throw this.#failure("the recording is empty: it holds no steps");
    for (const track of this.#tracks) track.finish();
    const ordered = orderAs(this.#tracks, this.#keys.size, this.#sequence.finish());
    return timelineOf(this.#tracks, ordered, { timed: false, step: this.#step });
  }

  #read(line: Line): void {
    if ("run" in line) return this.#begin(line);
    if (this.#kind === null) throw this.#failure("a run has to begin with a header line");
    if (this.#skips || "ready" in line) return;
    if ("load" in line) return this.#load(line, this.#kind);
    const followed = this.#nodes.get(line.node);
    if (followed === undefined) throw this.#failure(`nothing was loaded for node "${line.node}" in this run`);
    if ("poke" in line) {
      followed.subject.poke(line);
      return this.#set(followed);
    }
    this.#transition(followed, line);
  }

  #begin({ kind, run }: HeaderLine): void {
    this.#kind = kind;
    this.#runs.push(run);
    const { run: wanted = this.#runs[0] } = this.options;
    // A second run is not told as if the first one went on; what is read then is the names of the others.
    this.#skips = run !== wanted || this.#keys.epoch > 0;
    this.#nodes = new Map();
    this.#memory = new RunMemory();
    if (!this.#skips) this.#keys.epoch++;
  }

  /** A state that a node already had is another one now: the run of the node goes on from there. */
  #load(line: LoadLine, kind: RunKind): void {
    const subject = new Subject(line, kind, this.#memory);
    if (subject.init?.type === "disagree") throw this.#disagrees(subject.init);
    const known = this.#nodes.get(line.node);
    const { keepEvery = KEEP_EVERY } = this.options;
    const track = known?.track ?? new Track(line.load.id, this.#keys, keepEvery);
    const position = known?.position ?? this.#tracks.push(track) - 1;
    const followed: Followed = { subject, track, position, node: null };
    this.#nodes.set(line.node, followed);
    this.#set(followed);
  }

  #transition(followed: Followed, line: TransitionLine): void {
    const { subject } = followed;
    const verdict = subject.transition(line);
    if (verdict.type === "disagree" && this.options.verify !== false) throw this.#disagrees(verdict);
    for (const message of subject.input) this.#add(followed, message);
    // The election timeout is drawn by the host here, and what is not judged is believed.
    if (line.drew !== undefined || verdict.type !== "agree") this.#set(followed);
  }

  #add(followed: Followed, message: Message): void {
    const { node: before, position, track } = followed;
    if (before === null) return;
    const [after, outbox] = this.#step(before, message);
    track.add({ ms: 0, before, message, after, outbox, place: this.#place });
    this.#sequence.push(position);
    followed.node = after;
  }

  #set(followed: Followed): void {
    const { subject, track } = followed;
    if (E.isLeft(subject.node)) {
      followed.node = null;
      return;
    }
    const state = subject.node.right;
    followed.node = state;
    if (track.runs.length > 0) return track.set(state);
    const run = this.#keys.epoch;
    track.begin({ run, before: 0, state, outbox: NO_EFFECTS, began: null, payloads: "full", place: this.#place });
  }

  #disagrees(verdict: Extract<Verdict, { readonly type: "disagree" }>): Disagreement {
    const [{ expected, field, got }] = verdict.differences;
    const values = `${JSON.stringify(expected)} was recorded, and ${JSON.stringify(got)} came out`;
    return new Disagreement(this.#place, `the reducer comes to something else: "${field}": ${values}`);
  }

  get #place(): Place {
    return { file: this.file, at: this.#line, unit: "line" };
  }

  #failure(reason: string): RecordingError {
    return new RecordingError(this.#place, reason);
  }
}
