/**
 * Makes a list of anything as short as possible that still has a property: delta debugging (Zeller, "Yesterday, my program
 * worked. Today, it does not. Why?"; ddmin).
 *
 * @module
 */

/** How much may be tried. */
export interface MinimizeOptions {
  /** At most so many lists are tried; all that are needed if it is not given. */
  readonly tries?: number;
  /** Is called after each try, with the number of tries and the length of the shortest list so far. */
  readonly tried?: (tries: number, length: number) => void;
}

/** How many lists may still be tried. */
export class Tries {
  /** How many were tried. */
  count = 0;
  readonly #most: number;
  readonly #tried: MinimizeOptions["tried"];

  /** As `options` say. */
  constructor({ tries = Infinity, tried }: MinimizeOptions = {}) {
    this.#most = tries;
    this.#tried = tried;
  }

  /** Whether there are no more. */
  get over(): boolean {
    return this.count >= this.#most;
  }

  /** Takes one, while the shortest list has `length` elements. */
  take(length: number): void {
    this.count++;
    this.#tried?.(this.count, length);
  }
}

/**
 * A part of `list`, in its order, that still `holds`, and from which no element can be taken away alone (if there were
 * tries enough). `list` itself has to hold.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { minimize } from "./minimize.ts";
 *
 * const numbers = Array.from({ length: 100 }, (_, i) => i);
 * assertEquals(minimize(numbers, (some) => some.includes(17) && some.includes(71)), [17, 71]);
 * ```
 */
export function minimize<A>(
  list: readonly A[],
  holds: (part: readonly A[]) => boolean,
  options: MinimizeOptions | Tries = {},
): readonly A[] {
  return minimizeWith(list, (part) => holds(part) ? part : null, options);
}

/** The same, where `attempt` answers with as much of a part as is enough, or null if the part does not hold. */
export function minimizeWith<A>(
  list: readonly A[],
  attempt: (part: readonly A[]) => readonly A[] | null,
  options: MinimizeOptions | Tries = {},
): readonly A[] {
  const tries = options instanceof Tries ? options : new Tries(options);
  let best = list;
  for (let before = Infinity; best.length < before;) {
    before = best.length;
    const parts = partsOf(best);
    for (let next = parts.next(); !next.done && !tries.over;) {
      tries.take(best.length);
      const enough = attempt(next.value);
      best = enough ?? best;
      next = parts.next(enough);
    }
  }
  return best;
}

/**
 * Parts of `list` to try, in their turn: many elements are taken away at once first, then fewer, in the end each alone. The
 * answer to a part is as much of it as is enough, which the next ones are parts of; or null if it does not hold. Whoever
 * tries them may take his time.
 */
export function* partsOf<A>(list: readonly A[]): Generator<readonly A[], void, readonly A[] | null> {
  let best = list;
  for (let size = best.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length;) {
      const enough = yield best.toSpliced(at, size);
      if (enough === null) at += size;
      else best = enough;
    }
  }
}
