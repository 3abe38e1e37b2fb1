/**
 * The combinations that a search has been at.
 *
 * @module
 */

/**
 * Which combinations were there. A combination is a key, and a sorted list of what was spent to get there: one that has
 * spent less can do all that one which has spent more can do.
 */
export class Visited {
  readonly #least = new Map<string, readonly (readonly number[])[]>();

  /** Adds a combination, or returns false if one was there that could do as much. */
  add(key: string, spent: readonly number[]): boolean {
    const before = this.#least.get(key);
    if (before === undefined) {
      this.#least.set(key, [spent]);
      return true;
    }
    if (before.some((less) => isPart(less, spent))) return false;
    this.#least.set(key, [...before.filter((more) => !isPart(spent, more)), spent]);
    return true;
  }
}

/** Whether every number of `part` is in `whole`, as often. Both are sorted. */
function isPart(part: readonly number[], whole: readonly number[]): boolean {
  let at = 0;
  for (const number of part) {
    while (at < whole.length && whole[at] < number) at++;
    if (whole[at] !== number) return false;
    at++;
  }
  return true;
}
