/**
 * Finds places in numbers that ascend.
 *
 * @module
 */

/** How many of `length` ascending numbers are at most `limit`; `at` says the number at an index. */
export function countUpTo(length: number, at: (index: number) => number, limit: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the last of them that is at most `limit`; 0 if none is. */
export function lastUpTo(length: number, at: (index: number) => number, limit: number): number {
  return Math.max(0, countUpTo(length, at, limit) - 1);
}
