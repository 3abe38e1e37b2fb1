/**
 * `diff`: the first step in which two recordings differ, or two versions of the reducer on one; of a node or of a cluster.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { answering, type CommandOptions, isOfEtcd, loadReducer, openNodes } from "./common.ts";
import { clusterToJson, describeCluster, describeFound, foundToJson } from "./diff_words.ts";
import { diffEtcd } from "./diff_etcd.ts";
import { Unfinished } from "./unfinished.ts";
import { compareNodes, type Found, inOrder, type Pair, pairsOf, type Version } from "./diff_nodes.ts";

/** How to compare. */
export interface DiffOptions extends CommandOptions {
  /** A module with another version of `step`. */
  readonly with?: string;
}

/** What is said of a comparison. */
interface Answer {
  readonly same: boolean;
  readonly lines: readonly string[];
  readonly json: object;
}

/** Compares two recordings, or two reducers on one. 0: no difference; 1: one; 2: something cannot be read. */
export function diffRecordings(paths: readonly string[], options: DiffOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const [first, second, ...more] = paths;
    const isOne = options.with !== undefined;
    if (first === undefined || more.length > 0 || isOne !== (second === undefined)) {
      throw new BadInput("Name two recordings, or one and another version of the module with --with.");
    }
    const { json, lines, same } = options.with === undefined
      ? await betweenRecordings(first, second, output)
      : await betweenReducers(first, options.with, output);
    if (options.json) output.out(JSON.stringify(json));
    else lines.forEach((line) => output.out(line));
    return same ? 0 : 1;
  }, options);
}

async function betweenReducers(path: string, specifier: string, output: Output): Promise<Answer> {
  const unfinished = new Unfinished();
  const other = { name: specifier, step: await loadReducer(specifier) };
  const names = [path, specifier] as const;
  if (await isOfEtcd(path)) return answerOf(names, await diffEtcd(path, other.step, output));
  const recordings = unfinished.in(await openNodes([path]));
  const found = await answer(names, await pairsOf(path, recordings, null), other, output);
  unfinished.tell(output);
  return found;
}

async function betweenRecordings(a: string, b: string, output: Output): Promise<Answer> {
  const unfinished = new Unfinished();
  const [left, right] = [unfinished.in(await openNodes([a])), unfinished.in(await openNodes([b]))];
  const found = await answer([a, b], await pairsOf(a, left, { path: b, recordings: right }), null, output);
  unfinished.tell(output);
  return found;
}

/** One pair is told as such; several are a cluster. */
async function answer(
  names: readonly [string, string],
  pairs: readonly Pair[],
  other: Version | null,
  output: Output,
): Promise<Answer> {
  const compared = await compareNodes(pairs, other, output);
  if (pairs.length === 1) return answerOf(names, compared[0].found);
  const ordered = await inOrder(compared, names[0], output);
  return {
    same: ordered.every(({ found, only }) => found === null && only === null),
    lines: describeCluster(names, ordered),
    json: clusterToJson(names, ordered),
  };
}

function answerOf(names: readonly [string, string], found: Found<number | string> | null): Answer {
  return { same: found === null, lines: describeFound(names, found), json: foundToJson(names, found) };
}
