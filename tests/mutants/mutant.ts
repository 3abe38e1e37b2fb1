/**
 * Faults of our own: each is a small patch of the sources, and something has to notice it.
 *
 * @module
 */
import type { Detector } from "./detector.ts";

/** A piece of a source file, and what stands there instead. */
export interface Patch {
  /** The file, from the root of the project. */
  readonly file: string;
  /** What is replaced: it occurs in the file exactly once, so that a patch cannot go stale unnoticed. */
  readonly find: string;
  /** What stands there instead. */
  readonly replace: string;
}

/** A fault, and how it is found. */
export interface Mutant extends Patch {
  /** Its name. */
  readonly name: string;
  /** Whether the reducer is wrong, or what is around it. */
  readonly area: "protocol" | "shell";
  /** What is wrong with it, and where that has happened, if anywhere. */
  readonly story: string;
  /** Further places, for a fault that two guards keep out. */
  readonly also?: readonly Patch[];
  /** What is not wrong and has to be so for the fault to show: the hunt without the fault has it too. */
  readonly circumstances?: readonly Patch[];
  /** How it is looked for. */
  readonly detector: Detector;
  /** The checks of which one has to object: by the name of the property, or what its name begins with. */
  readonly expected: readonly string[];
}

/** All places that a mutant changes. */
export function patchesOf({ also = [], circumstances = [], file, find, replace }: Mutant): readonly Patch[] {
  return [{ file, find, replace }, ...also, ...circumstances];
}
