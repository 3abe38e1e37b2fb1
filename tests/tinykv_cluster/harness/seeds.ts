/**
 * How often a test runs.
 *
 * @module
 */
import { budget } from "../../properties/run.ts";

/** Seeds of the runs of a test: always the same, but `RAFTFOLD_RUNS` times as many, from `RAFTFOLD_SEED` on. */
export function seeds(count: number): readonly number[] {
  const { seed, runs } = budget(1);
  return Array.from({ length: count * runs }, (_, i) => seed + i);
}
