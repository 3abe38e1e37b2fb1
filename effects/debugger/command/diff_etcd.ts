/**
 * The first step in a recording of etcd's library of which another version of the reducer makes something else.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Message } from "../../../core/message.ts";
import type { Node } from "../../../core/node.ts";
import { type Step, step as coreStep } from "../../../core/step.ts";
import { Judge } from "../../etcd/judge_file.ts";
import { checkFile, readLines } from "../../etcd/reader.ts";
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { stepDiffers } from "../first_difference.ts";
import type { Reducer } from "../run.ts";
import type { Found } from "./diff_nodes.ts";

/** Compares the core's reducer with `other` on every step of the recording at `path`, from the states recorded in it. */
export async function diffEtcd(path: string, other: Reducer, output: Output): Promise<Found<string> | null> {
  const comparing = new Comparing(path, other);
  const progress = new Progress(output, await checkFile(path));
  const count = { bytes: 0 };
  try {
    for await (const lines of readLines(path, count)) {
      for (const text of lines) {
        const found = comparing.line(text);
        if (found !== null) return found;
      }
      await progress.update(count.bytes, comparing.steps);
    }
  } finally {
    progress.stop();
  }
  comparing.finish();
  return null;
}

/** Follows the lines, as they are judged, and takes each step once more. */
class Comparing {
  /** How many steps were compared. */
  steps = 0;
  readonly #path: string;
  readonly #other: Reducer;
  readonly #judge: Judge;
  #run = "";
  /** How many steps each node of the run has taken. */
  readonly #taken = new Map<NodeId, number>();
  #found: Found<string> | null = null;

  constructor(path: string, other: Reducer) {
    this.#path = path;
    this.#other = other;
    this.#judge = new Judge(path, (before, message) => this.#step(before, message));
  }

  line(text: string): Found<string> | null {
    this.#judge.line(text);
    return this.#found;
  }

  /** Throws if there was nothing to compare. */
  finish(): void {
    this.#judge.finish();
  }

  #step(before: Node, message: Message): Step {
    const [after, outbox] = coreStep(before, message);
    const { number: at, run } = this.#judge;
    if (this.#run !== run) this.#taken.clear();
    this.#run = run;
    const number = (this.#taken.get(before.id) ?? 0) + 1;
    this.#taken.set(before.id, number);
    this.steps++;
    const difference = stepDiffers({ number, ms: 0, before, message, after, outbox }, this.#other);
    if (difference !== null) {
      this.#found ??= { node: before.id, run, difference, place: { file: this.#path, at, unit: "line" } };
    }
    return [after, outbox];
  }
}
