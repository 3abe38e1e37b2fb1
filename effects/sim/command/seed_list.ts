/**
 * Seeds on a command line.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import { countSeeds, MOST_SEED, type SeedRange } from "../seeds.ts";

/** So many seeds at the most. */
const MOST_SEEDS = 100_000_000;

/** The seeds that `text` names, like 17, 1..1000 or 1..10,17; on the left what is wrong with it. */
export function parseSeeds(text: string): Either<string, readonly SeedRange[]> {
  const ranges: SeedRange[] = [];
  for (const part of text.split(",")) {
    const [, first, last = first] = /^\s*(\d+)(?:\.\.(\d+))?\s*$/.exec(part) ?? [];
    if (first === undefined) {
      return E.left(
        `Cannot use --seeds: "${part}" is no number and no range like 1..1000. Put commas between several.`,
      );
    }
    const [from, to] = [Number(first), Number(last)];
    if (from > to) return E.left(`Cannot use --seeds: "${part}" ends before it begins. Write ${to}..${from}.`);
    if (to > MOST_SEED) return E.left(`Cannot use --seeds: ${to} is more than ${MOST_SEED}, the greatest seed.`);
    ranges.push({ from, to });
  }
  return countSeeds(ranges) <= MOST_SEEDS ? E.right(ranges) : E.left(
    `Cannot use --seeds: these are more than ${MOST_SEEDS.toLocaleString("en")}. Use --minutes for a long run.`,
  );
}
