/**
 * Sources of chance that do not influence each other.
 *
 * @module
 */
import { type Random, seededRandom } from "../random/random.ts";

/** A source that `seed` and `name` determine: another name is another source. */
export function chanceOf(seed: number, name: string): Random {
  let state = mixed(seed);
  for (let i = 0; i < name.length; i++) state = mixed(state ^ name.charCodeAt(i));
  return seededRandom(state);
}

function mixed(state: number): number {
  const spread = Math.imul(state + 0x9e3779b9, 0x85ebca6b);
  return Math.imul(spread ^ (spread >>> 13), 0xc2b2ae35) ^ (spread >>> 16);
}
