/**
 * What the command `explore` can be told.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Bounds, BUDGETS } from "./bounds.ts";
import { PRESETS } from "./presets.ts";

/** The options of the command, as they were written. */
export interface ExploreFlags {
  readonly preset?: string;
  readonly nodes?: string;
  readonly spares?: string;
  readonly terms?: string;
  readonly timeouts?: string;
  readonly proposals?: string;
  readonly duplicates?: string;
  readonly crashes?: string;
  readonly beats?: string;
  readonly changes?: string;
  readonly snapshots?: string;
  readonly reads?: string;
  readonly transfers?: string;
  readonly checks?: string;
  readonly unreachable?: string;
  readonly drops?: string;
  readonly inFlight?: string;
  /** Whether messages on one way keep their order. */
  readonly ordered?: boolean;
  readonly forwarding?: boolean;
  readonly delayedWrites?: boolean;
  readonly delayedApplies?: boolean;
  readonly preVote?: boolean;
  readonly checkQuorum?: boolean;
  readonly symmetry?: boolean;
  readonly recovery?: boolean;
  readonly maxStates?: string;
  readonly record?: string;
  readonly json?: boolean;
}

/** A preset that is to be explored. */
export interface TaskPreset {
  /** Its name. */
  readonly name: string;
  /** How many states it has. */
  readonly states: number;
  /** The options that make another exploration of it, so that the number of states says nothing. */
  readonly changedBy: readonly string[];
}

/** What is to be done. */
export interface Task {
  /** The bounds. */
  readonly bounds: Bounds;
  /** The preset, if it is one. */
  readonly preset: TaskPreset | null;
  /** Whether symmetries are used. */
  readonly symmetry: boolean;
  /** Whether it is tried that the cluster can always go on. */
  readonly recovery: boolean;
  /** Where to stop, if there are more. */
  readonly maxStates: number | undefined;
}

/** Options that change nothing about the states. */
const OF_NO_EFFECT: readonly string[] = ["preset", "recovery", "record", "json"];

const COUNTS = ["nodes", "spares", "terms", "inFlight", ...BUDGETS] as const;

/** What `flags` say; on the left what is wrong with them. */
export function readFlags(flags: ExploreFlags): Either<string, Task> {
  const given: Partial<Record<typeof COUNTS[number], number>> = {};
  for (const name of COUNTS) {
    const text = flags[name];
    if (text === undefined) continue;
    const count = Number(text);
    if (!Number.isInteger(count) || count < 0) return E.left(`Cannot use --${dashed(name)} ${text}: it is no count.`);
    given[name] = count;
  }
  const maxStates = flags.maxStates === undefined ? undefined : Number(flags.maxStates);
  if (maxStates !== undefined && !(Number.isInteger(maxStates) && maxStates >= 1)) {
    return E.left(`Cannot use --max-states ${flags.maxStates}: it is no count.`);
  }
  const {
    ordered,
    forwarding,
    delayedWrites,
    delayedApplies,
    preVote,
    checkQuorum,
    symmetry = true,
    recovery = false,
  } = flags;
  const behaviour: Bounds = {
    ...(ordered ? { ordered } : {}),
    ...(forwarding ? { forwarding } : {}),
    ...(delayedWrites ? { delayedWrites } : {}),
    ...(delayedApplies ? { delayedApplies } : {}),
    ...(preVote || checkQuorum ? { options: { preVote: preVote ?? false, checkQuorum: checkQuorum ?? false } } : {}),
  };
  const others = { ...given, ...behaviour };
  if (flags.preset === undefined) return E.right({ bounds: others, preset: null, symmetry, recovery, maxStates });
  const preset = PRESETS[flags.preset];
  if (preset === undefined) {
    return E.left(`Cannot use --preset ${flags.preset}: choose one of ${Object.keys(PRESETS).join(", ")}.`);
  }
  return E.right({
    bounds: { ...preset.bounds, ...others },
    preset: { name: flags.preset, states: preset.states, changedBy: changersIn(flags) },
    symmetry,
    recovery,
    maxStates,
  });
}

// A switch that is as it would be anyway changes nothing.
function changersIn(flags: ExploreFlags): readonly string[] {
  return Object.entries(flags)
    .filter(([name, value]) => !OF_NO_EFFECT.includes(name) && value !== undefined && value !== (name === "symmetry"))
    .map(([name]) => name === "symmetry" ? "--no-symmetry" : `--${dashed(name)}`);
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
