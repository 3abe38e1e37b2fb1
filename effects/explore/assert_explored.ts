/**
 * An exploration as an assertion, for tests.
 *
 * @module
 */
import type { Exploration } from "./exploration.ts";

/** An exploration did not come out as it should; the message is the story. */
export class ExplorationFailure extends Error {
  /** The name of the error. */
  override readonly name = "ExplorationFailure";
  /** What came of it. */
  readonly exploration: Exploration;

  /** Something is wrong with `exploration`; `message` says what. */
  constructor(message: string, exploration: Exploration) {
    super(message);
    this.exploration = exploration;
  }
}

/** What is demanded. */
export interface Demands {
  /** The number of distinct states, if it is known. */
  readonly states?: number;
  /** Whether it may end before all states were seen. */
  readonly partial?: boolean;
}

/**
 * Throws {@linkcode ExplorationFailure} unless every property holds in every state, all states were seen and every goal was
 * reached.
 */
export function assertExplored(exploration: Exploration, { states, partial = false }: Demands = {}): void {
  const why = failureOf(exploration, partial);
  if (why !== null) throw new ExplorationFailure(why, exploration);
  if (states !== undefined && exploration.states !== states) {
    throw new ExplorationFailure(`There are ${exploration.states} distinct states, and not ${states}.`, exploration);
  }
}

/** What is wrong with an exploration, in as many lines as that takes; null if nothing is. */
export function failureOf({ counterexample, exhausted, states, goals }: Exploration, partial: boolean): string | null {
  if (counterexample !== null) {
    const { check, sentence, story } = counterexample;
    return [`${check}: ${sentence}.`, ...story].join("\n");
  }
  if (!exhausted) return partial ? null : `Only ${states} states were looked at: there are more within these bounds.`;
  const missed = goals.filter(({ trace }) => trace === null).map(({ name }) => name);
  return missed.length === 0 ? null : `In no state it is true that ${missed.join(", or that ")}.`;
}
