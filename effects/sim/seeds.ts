/**
 * Which runs there are: their seeds.
 *
 * @module
 */

/** Seeds that follow each other. */
export interface SeedRange {
  /** The first. */
  readonly from: number;
  /** The last. */
  readonly to: number;
}

/** So many seeds, from 1 on; or these; or all of a range. */
export type Seeds = number | readonly number[] | SeedRange;

/** The greatest seed. */
export const MOST_SEED = 0xffff_ffff;

/** The seeds as ranges, in order. Throws `RangeError` if there are none, or if one of them is not usable. */
export function seedRanges(seeds: Seeds): readonly SeedRange[] {
  const ranges = rangesOf(seeds);
  const wrong = ranges.find(({ from, to }) => !isSeed(from) || !isSeed(to) || from > to);
  if (ranges.length > 0 && wrong === undefined) return ranges;
  throw new RangeError(
    `Cannot use these seeds: give a number of seeds, a list, or a range of whole numbers from 0 to ${MOST_SEED}.`,
  );
}

function rangesOf(seeds: Seeds): readonly SeedRange[] {
  if (typeof seeds === "number") return [{ from: 1, to: seeds }];
  if (typeof seeds !== "object" || seeds === null) return []; // programs without types hand in anything
  return "from" in seeds ? [seeds] : seeds.map((seed) => ({ from: seed, to: seed }));
}

/** The seeds, one after the other. */
export function* seedsIn(ranges: readonly SeedRange[]): Generator<number> {
  for (const { from, to } of ranges) for (let seed = from; seed <= to; seed++) yield seed;
}

/** How many there are. */
export function countSeeds(ranges: readonly SeedRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The seeds as they are written on a command line: "1..1000", "3,17". */
export function describeSeeds(ranges: readonly SeedRange[]): string {
  return ranges.map(({ from, to }) => from === to ? `${from}` : `${from}..${to}`).join(",");
}

function isSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed <= MOST_SEED;
}
