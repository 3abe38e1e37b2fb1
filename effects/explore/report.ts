/**
 * What an exploration says at its end.
 *
 * @module
 */
import type { Exploration } from "./exploration.ts";
import type { TaskPreset } from "./flags.ts";

/** A table for people, of a preset or of other bounds; `why` says what is wrong, if anything is. */
export function reportLines(
  exploration: Exploration,
  preset: TaskPreset | null,
  why: string | null,
): readonly string[] {
  const { states, transitions, depth, exhausted, computed, hosts, inputs, symmetries, ms } = exploration;
  const rows: readonly (readonly [string, string])[] = [
    ["states", `${figure(states)}${exhausted ? ": all there are" : ", and there are more"}`],
    ...(preset === null ? [] : [["recorded", recorded(preset)] as const]),
    ["transitions", `${figure(transitions)}, of which ${figure(computed)} had to be computed`],
    ["machines", `${figure(hosts)} distinct, and ${figure(inputs)} inputs`],
    ["symmetries", symmetries > 1 ? `${symmetries} numberings of the nodes are one state` : "none"],
    ...(exploration.recoveries === 0
      ? []
      : [["recoveries", `${figure(exploration.recoveries)} sets of machines tried`] as const]),
    ["depth", `${depth} actions`],
    [
      "speed",
      ms > 0 ? `${figure(Math.round(states * 1000 / ms))} states a second, ${(ms / 1000).toFixed(1)} s` : "unknown",
    ],
    ["memory", `${exploration.bytesPerState} bytes a state`],
    ["collision", `a state was missed with a probability of ${exploration.collisionProbability.toExponential(1)}`],
    [
      "invariants",
      `${exploration.invariants.length} ${why === null ? `hold${whereOf(exploration)}` : "were looked at"}`,
    ],
    ...(isPart(exploration)
      ? [["proven", "nothing: it stopped early, and any of the other states may be bad"] as const]
      : []),
    ...exploration.goals.map(({ name, trace }, i): readonly [string, string] => [
      i === 0 ? "goals" : "",
      `${name}: ${trace === null ? (exhausted ? "never" : "not so far") : `after ${trace.story.length} actions`}`,
    ]),
  ];
  const table = rows.map(([name, text]) => `${name.padEnd(12)} ${text}`);
  return why === null ? table : [...table, "", ...why.split("\n")];
}

/** One object for programs. */
export function reportJson(exploration: Exploration, preset: TaskPreset | null, why: string | null): unknown {
  const { limits: { settings: _, ...bounds }, goals, counterexample, ...numbers } = exploration;
  return {
    good: why === null,
    why,
    bounds,
    preset,
    ...numbers,
    goals: goals.map(({ name, trace }) => ({ name, story: trace === null ? null : trace.story })),
    counterexample: counterexample === null ? null : {
      check: counterexample.check,
      sentence: counterexample.sentence,
      story: counterexample.story,
    },
  };
}

function recorded({ name, states, changedBy }: TaskPreset): string {
  return changedBy.length === 0
    ? `${figure(states)} states for the preset ${name}`
    : `not compared: ${changedBy.join(", ")} makes another exploration of the preset ${name}`;
}

// It stopped, and not because something was found.
function isPart({ exhausted, counterexample }: Exploration): boolean {
  return !exhausted && counterexample === null;
}

function whereOf(exploration: Exploration): string {
  return isPart(exploration) ? " in the states that were looked at" : "";
}

function figure(n: number): string {
  return n.toLocaleString("en");
}
