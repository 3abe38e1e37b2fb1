/**
 * The lines of the nodes in pieces: from which step on a node has which role, or does not run.
 *
 * @module
 */
import type { Branch } from "../protocol.ts";

/** The pieces of all lines. */
export interface Pieces {
  /** For each node, the steps with which its pieces begin, in ascending order. */
  readonly starts: readonly (readonly number[])[];
  /** For each node, the roles of its pieces. */
  readonly roles: readonly (readonly number[])[];
}

/** The role of a node that does not run: between two runs, behind an orderly end, or where its recording has a gap. */
export const ABSENT = 4;

/** A node that runs takes a step, be it a tick, at least every so many milliseconds. */
const SILENT_MS = 1_000;

/** The pieces of a story. Nodes are followers before their first step, unless they began to run later than others. */
export function piecesOf(
  { columns, length, nodes, runs }: Pick<Branch, "columns" | "length" | "nodes" | "runs">,
): Pieces {
  const starts = nodes.map(() => [0]);
  const roles = nodes.map(() => [0]);
  const own = nodes.map((_, lane) => runs.filter((run) => run.lane === lane && run.first > 0));
  own.forEach(([run], lane) => {
    if (run !== undefined && columns.at[run.first - 1] - columns.at[0] > SILENT_MS) roles[lane][0] = ABSENT;
  });
  const begin = (lane: number, step: number, role: number): void => {
    if (roles[lane][roles[lane].length - 1] === role) return;
    starts[lane].push(step);
    roles[lane].push(role);
  };
  const at = nodes.map(() => 0);
  for (let number = 1; number <= length; number++) {
    const lane = columns.node[number - 1];
    const role = columns.role[number - 1];
    if (roles[lane][roles[lane].length - 1] !== role) begin(lane, number, role);
    const run = own[lane][at[lane]];
    if (run === undefined || run.last !== number) continue;
    at[lane]++;
    if (run.end === "closed" || at[lane] < own[lane].length) begin(lane, number, ABSENT);
  }
  return { starts, roles };
}

/** The role of a node after a step. */
export function roleAt({ roles, starts }: Pieces, lane: number, number: number): number {
  return roles[lane][pieceAt(starts[lane], number)];
}

/** The piece in which a step is. */
export function pieceAt(starts: readonly number[], number: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}
