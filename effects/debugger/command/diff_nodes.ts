/**
 * Compares the recordings of a cluster's nodes, each with the other one of the same node, or each under two reducers.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../../core/entry.ts";
import { step as coreStep } from "../../../core/step.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { OpenRecording } from "../../recording/read_folder.ts";
import type { Place, SegmentRecord } from "../../recording/record.ts";
import type { Output } from "../../terminal/output.ts";
import { Progress } from "../../terminal/progress.ts";
import { type FirstDifference, firstDifference, reducersDiffer } from "../first_difference.ts";
import type { Reducer, Run } from "../run.ts";
import type { Timeline } from "../timeline.ts";
import { type ReadRecording, readRuns, readTimeline, watched } from "./common.ts";

/** Where two runs of a node differ; a run has the number of its first segment, or in a recording of etcd's library its name. */
export interface Found<Name extends number | string = number> {
  /** The node. */
  readonly node: NodeId;
  /** The run. */
  readonly run: Name;
  /** How they differ. */
  readonly difference: FirstDifference;
  /** Where the step is recorded, if that was kept. */
  readonly place: Place | null;
}

/** A node and its recordings on either side; null where it has none. */
export interface Pair {
  /** The node. */
  readonly node: NodeId;
  /** Its recordings; under two reducers, the same one twice. */
  readonly sides: readonly [OpenRecording | null, OpenRecording | null];
}

/** What came of comparing a node. */
export interface Compared {
  /** The node. */
  readonly node: NodeId;
  /** What its recordings are called, or the recording and the other version; null where there is none. */
  readonly names: readonly [string | null, string | null];
  /** The only side that has a recording of it; null if both have. */
  readonly only: "first" | "second" | null;
  /** Where it differs first; null if it does not, or if one side has nothing to compare. */
  readonly found: Found | null;
  /** The number of the differing step among those of all nodes of the first side; null if it is none of them. */
  readonly number: number | null;
}

/** Another version of the module. */
export interface Version {
  /** What it is called. */
  readonly name: string;
  /** Its reducer. */
  readonly step: Reducer;
}

/** One of two sides that are compared. */
export interface Side {
  /** What it is called. */
  readonly path: string;
  /** Its recordings. */
  readonly recordings: readonly OpenRecording[];
}

/** Every node of both sides with its recordings. Without another side, each recording stands beside itself. */
export async function pairsOf(
  path: string,
  recordings: readonly OpenRecording[],
  other: Side | null,
): Promise<readonly Pair[]> {
  const one = await nodesIn({ path, recordings });
  const two = other === null ? one : await nodesIn(other);
  if (other !== null && recordings.length === 1 && other.recordings.length === 1) sameNode(path, one, other.path, two);
  if (other !== null && one.cluster !== null && two.cluster !== null && one.cluster !== two.cluster) {
    throw new BadInput(`${path} is of the cluster "${one.cluster}", and ${other.path} of "${two.cluster}".`);
  }
  const nodes = [...new Set([...one.nodes.keys(), ...two.nodes.keys()])].sort((a, b) => a - b);
  return nodes.map((node) => ({ node, sides: [one.nodes.get(node) ?? null, two.nodes.get(node) ?? null] }));
}

interface Nodes {
  readonly cluster: string | null;
  readonly nodes: ReadonlyMap<NodeId, OpenRecording>;
}

async function nodesIn({ path, recordings }: Side): Promise<Nodes> {
  const nodes = new Map<NodeId, OpenRecording>();
  let known: string | null = null;
  for (const recording of recordings) {
    const { cluster, node } = await firstSegment(recording);
    const before = nodes.get(node);
    if (before !== undefined) {
      throw new BadInput(
        `${path}: ${before.name} and ${recording.name} are both of node ${node}. Name one of each node.`,
      );
    }
    nodes.set(node, recording);
    known ??= O.toNullable(cluster);
    if (O.isSome(cluster) && cluster.value !== known) {
      throw new BadInput(`${path}: there are recordings of the clusters "${known}" and "${cluster.value}". Name one.`);
    }
  }
  return { cluster: known, nodes };
}

async function firstSegment({ name, records }: OpenRecording): Promise<SegmentRecord> {
  for await (const some of records()) {
    for (const { record } of some) if (record.type === "Segment") return record;
  }
  throw new BadInput(`${name}: this recording does not say of which node it is.`);
}

function sameNode(a: string, one: Nodes, b: string, two: Nodes): void {
  const [[left], [right]] = [[...one.nodes.keys()], [...two.nodes.keys()]];
  if (left !== right) throw new BadInput(`${a} is a recording of node ${left}, and ${b} of node ${right}.`);
}

/** Compares each pair; with `other`, the core's reducer with that of another version. One bar shows all of it. */
export async function compareNodes(
  pairs: readonly Pair[],
  other: Version | null,
  output: Output,
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  const comparing = new Comparing(pairs, other?.step ?? null, output);
  try {
    await comparing.ready();
    for (const { node, sides } of pairs) {
      const [a, b] = sides;
      const found = a === null || b === null ? null : await comparing.compare(a, b);
      const only = b === null ? "first" : a === null ? "second" : null;
      compared.push({ node, names: [a?.name ?? null, other?.name ?? b?.name ?? null], only, found, number: null });
    }
  } finally {
    comparing.stop();
  }
  return compared;
}

/** Reads and compares. Each byte is work when it is read, and those of the first side once more when they are compared. */
class Comparing {
  readonly #other: Reducer | null;
  readonly #progress: Progress;
  #bytes = 0;
  #steps = 0;

  constructor(pairs: readonly Pair[], other: Reducer | null, output: Output) {
    this.#other = other;
    const work = ({ sides: [a, b] }: Pair) =>
      a === null || b === null ? 0 : other === null ? 2 * a.bytes + b.bytes : 2 * a.bytes;
    this.#progress = new Progress(output, pairs.reduce((sum, pair) => sum + work(pair), 0));
  }

  /** A comparison never waits. */
  ready(): Promise<void> {
    return this.#progress.ready();
  }

  async compare(a: OpenRecording, b: OpenRecording): Promise<Found | null> {
    const [left, right] = [await this.#read(a), this.#other === null ? await this.#read(b) : null];
    const total = stepsIn(left);
    const tell = (steps: number) => this.#show(a.bytes * Math.min(steps / total, 1), steps);
    const found = right === null ? this.#reducers(left, tell) : between(left, right, watched(coreStep, tell));
    this.#add(a.bytes, total);
    return found;
  }

  stop(): void {
    this.#progress.stop();
  }

  async #read(recording: OpenRecording): Promise<ReadRecording> {
    const verify = this.#other === null;
    const read = await readRuns(recording, { verify, tell: (bytes, steps) => this.#show(bytes, steps) });
    this.#add(recording.bytes, stepsIn(read));
    return read;
  }

  #reducers({ runs }: ReadRecording, tell: (steps: number) => void): Found | null {
    if (this.#other === null) return null;
    const other = watched(this.#other, tell);
    for (const run of runs) {
      const difference = reducersDiffer(run, other);
      if (difference !== null) return foundIn(run, difference);
    }
    return null;
  }

  #show(bytes: number, steps: number): void {
    this.#progress.show(this.#bytes + bytes, this.#steps + steps);
  }

  #add(bytes: number, steps: number): void {
    this.#bytes += bytes;
    this.#steps += steps;
  }
}

function between(one: ReadRecording, other: ReadRecording, step: Reducer): Found | null {
  for (const [i, run] of one.runs.entries()) {
    if (i >= other.runs.length) return foundIn(run, { what: "length", step: run.before + 1, longer: "first" });
    const difference = firstDifference(run, other.runs[i], step);
    if (difference !== null) return foundIn(run, difference);
  }
  if (other.runs.length === one.runs.length) return null;
  const run = other.runs[one.runs.length];
  return foundIn(run, { what: "length", step: run.before + 1, longer: "second" });
}

function foundIn({ node, segment }: Run, difference: FirstDifference): Found {
  return { node: node.id, run: segment.run, difference, place: null };
}

function stepsIn({ runs }: ReadRecording): number {
  return runs.reduce((sum, { inputs }) => sum + inputs.length, 0);
}

/**
 * What differs, in the order in which it happened on the first side, at `path`; then what is on one side only, and what is
 * the same.
 */
export async function inOrder(
  compared: readonly Compared[],
  path: string,
  output: Output,
): Promise<readonly Compared[]> {
  const same = compared.filter(({ found }) => found === null).sort((a, b) =>
    Number(b.only !== null) - Number(a.only !== null)
  );
  if (same.length === compared.length) return same;
  // What there is to note of the recordings was noted when they were compared.
  const timeline = await readTimeline([path], { verify: false }, { ...output, err: () => {} });
  const placed = compared.flatMap((one) => one.found === null ? [] : [{ one, at: positionOf(one.found, timeline) }]);
  placed.sort((a, b) => a.at - b.at);
  return [...placed.map(({ at, one }) => ({ ...one, number: Number.isInteger(at) ? at : null })), ...same];
}

/** The number of the step; where there is none on the first side, a little more than the last one of the node before it. */
function positionOf({ difference, node, run }: Found, timeline: Timeline): number {
  const runs = timeline.runs.filter((one) => one.node === node && one.run <= run && one.first > 0);
  if (difference.what === "start") return runs.find((one) => one.run === run)?.first ?? 0.5;
  return timeline.find(node, run, difference.step) ?? (runs.at(-1)?.last ?? 0) + 0.5;
}
