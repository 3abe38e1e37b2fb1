/**
 * Hunts by exploration.
 *
 * @module
 */
import { explore } from "../../effects/explore/explore.ts";
import type { Exploration, Found } from "./detector.ts";

/** Looks at one state after the other until something is wrong, or a goal has turned out to be out of reach. */
export async function hunt({ bounds, keepUseless, most }: Exploration): Promise<Found> {
  const { counterexample, exhausted, goals, states: count } = await explore(bounds, {
    maxStates: most,
    keepUseless,
  });
  if (counterexample !== null) return { check: counterexample.check, sentence: counterexample.sentence, count };
  const missed = exhausted ? goals.find(({ trace }) => trace === null) : undefined;
  return missed === undefined
    ? { check: null, sentence: "", count }
    : { check: "Goals are in reach", sentence: `not so that ${missed.name}`, count };
}
