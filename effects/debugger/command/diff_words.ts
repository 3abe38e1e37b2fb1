/**
 * What `diff` says: for people and for programs.
 *
 * @module
 */
import { describePlace } from "../../recording/record.ts";
import { differenceToJson, MISSING, show } from "../difference.ts";
import { describeMessage } from "../words.ts";
import type { Compared, Found } from "./diff_nodes.ts";

/** What the two sides are called. */
type Names = readonly [string, string];

type AnyFound = Found<number | string>;

/** A difference in full detail. */
export function describeFound([a, b]: Names, found: AnyFound | null): readonly string[] {
  if (found === null) return ["no difference"];
  const { difference, node, place, run } = found;
  const where = `run ${run} of node ${node}`;
  const at = place === null ? [] : [`  ${describePlace(place)}`];
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
        `${sameUpTo(where, difference.step)} In step ${difference.step} the node is told something else:`,
        `  ${a}: ${describeMessage(difference.messages[0])}`,
        `  ${b}: ${describeMessage(difference.messages[1])}`,
        ...difference.differences.map(({ path, expected, actual }) => sides(path, expected, actual, MISSING)),
      ];
    case "outcome":
      return [
        `${sameUpTo(where, difference.step)} Step ${difference.step} comes out in another way.`,
        ...at,
        `  the node is told: ${describeMessage(difference.message)}`,
        legend,
        ...difference.differences.map(({ path, expected, actual, before }) => sides(path, expected, actual, before)),
      ];
    case "error":
      return [
        `${sameUpTo(where, difference.step)} In step ${difference.step} ${b} throws: ${difference.error}`,
        ...at,
        `  the node is told: ${describeMessage(difference.message)}`,
      ];
    case "length":
      return [`${where}: ${difference.longer === "first" ? b : a} is over before step ${difference.step}.`];
  }
}

function sameUpTo(where: string, step: number): string {
  return step === 1 ? `${where} begins in the same state.` : `${where} is the same up to step ${step - 1}.`;
}

/** A difference, for programs. */
export function foundToJson(recordings: Names, found: AnyFound | null): object {
  return found === null ? { recordings, same: true } : { recordings, same: false, ...detailsOf(found) };
}

function detailsOf({ difference: { what, ...rest }, node, place, run }: AnyFound): object {
  return {
    node,
    run,
    what,
    step: "step" in rest ? rest.step : null,
    input: "message" in rest ? describeMessage(rest.message) : null,
    differences: "differences" in rest ? rest.differences.map(differenceToJson) : [],
    ...("error" in rest ? { error: rest.error } : {}),
    ...("longer" in rest ? { longer: rest.longer } : {}),
    ...place,
  };
}

/** What became of each node, a line each in this order, and the first difference in full detail. */
export function describeCluster(names: Names, compared: readonly Compared[]): readonly string[] {
  if (compared.every(({ found, only }) => found === null && only === null)) {
    return [`no difference in ${compared.length} nodes`];
  }
  const lines = compared.map((one) => `node ${one.node} ${verdict(names, one)}`);
  const [{ found, names: [a, b] }] = compared;
  if (found === null) return lines;
  return [...lines, "", "The first difference:", ...describeFound([a ?? names[0], b ?? names[1]], found)];
}

function verdict([a, b]: Names, { found, number, only }: Compared): string {
  if (only !== null) return `is only in ${only === "first" ? a : b}`;
  if (found === null) return "is the same";
  const { difference, run } = found;
  const ofAll = number === null ? "" : ` (step ${number} of all nodes in ${a})`;
  switch (difference.what) {
    case "start":
      return `begins run ${run} in another state${ofAll}`;
    case "input":
      return `is told something else in step ${difference.step} of run ${run}${ofAll}`;
    case "outcome":
      return `comes to something else in step ${difference.step} of run ${run}${ofAll}`;
    case "error":
      return `cannot take step ${difference.step} of run ${run} under ${b}${ofAll}`;
    case "length": {
      const shorter = difference.longer === "first" ? b : a;
      return `is over before step ${difference.step} of run ${run} in ${shorter}${ofAll}`;
    }
  }
}

/** What became of all nodes, for programs: the members of the first difference, and every node in this order. */
export function clusterToJson(recordings: Names, compared: readonly Compared[]): object {
  const same = compared.every(({ found, only }) => found === null && only === null);
  const [{ found }] = compared;
  const nodes = compared.map(({ found, names, node, number, only }) => ({
    node,
    recordings: names,
    same: found === null && only === null,
    ...(only === null ? {} : { only }),
    ...(found === null ? {} : { number, ...detailsOf(found) }),
  }));
  return { recordings, same, ...(found === null ? {} : detailsOf(found)), nodes };
}
