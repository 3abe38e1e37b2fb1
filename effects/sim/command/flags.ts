/**
 * What `simulate` is told on its command line, checked.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import { decimalNumber, type Range, wholeNumber } from "../../torture/numbers.ts";
import type { PlanOptions } from "../make_plan.ts";
import { PLAN_LIMITS } from "../plan_options.ts";
import { PROFILE_NAMES, type ProfileName, PROFILES } from "../profiles.ts";
import { countSeeds, type SeedRange } from "../seeds.ts";
import { parseSeeds } from "./seed_list.ts";

/** The options as they are written, by their long names. */
export interface SimulateFlags {
  /** Which seeds: numbers and ranges with commas between them. */
  readonly seeds?: string;
  /** How long to go on, with further seeds; it may have decimals. */
  readonly minutes?: string;
  /** What goes wrong, by name. */
  readonly profile?: string;
  /** How many nodes. */
  readonly nodes?: string;
  /** How many clients. */
  readonly clients?: string;
  /** Simulated seconds of each run. */
  readonly seconds?: string;
  /** Whether leaders answer reads by their lease. */
  readonly leaseReads?: boolean;
  /** How many runs at the same time. */
  readonly workers?: string;
  /** Whether to look for the smallest schedule that fails. */
  readonly shrink?: boolean;
  /** The folder for the recordings of runs that fail. */
  readonly record?: string;
  /** The form of histories that are written for other programs. */
  readonly export?: string;
  /** Where histories go: a file for one run, a folder for several. */
  readonly history?: string;
  /** Whether to write one JSON object. */
  readonly json?: boolean;
}

/** The options, checked. */
export interface SimulateSettings {
  /** Which seeds. */
  readonly ranges: readonly SeedRange[];
  /** Milliseconds until no further seed begins; null if the seeds are the end. */
  readonly forMs: number | null;
  /** What goes wrong. */
  readonly profile: ProfileName;
  /** How a seed becomes a plan. */
  readonly plan: PlanOptions;
  /** How many runs at the same time. */
  readonly workers: number;
  /** Whether to look for the smallest schedule that fails. */
  readonly shrink: boolean;
  /** The folder for recordings; null for one of its own. */
  readonly record: string | null;
  /** Where histories go; null if nowhere. */
  readonly histories: Histories | null;
  /** Whether to write one JSON object. */
  readonly json: boolean;
  /** The command line that runs `seed` again. */
  readonly repeat: (seed: number) => string;
}

/** Where histories go. */
export type Histories =
  | { readonly type: "Lines" }
  | { readonly type: "File"; readonly path: string }
  | { readonly type: "Folder"; readonly path: string };

/** Checks the options; on the left what is wrong, and what to do. `cores` is what this machine has. */
export function simulateSettings(flags: SimulateFlags, cores: number): Either<string, SimulateSettings> {
  try {
    return E.right(checked(flags, cores));
  } catch (error) {
    if (error instanceof WrongFlag) return E.left(error.message);
    throw error;
  }
}

class WrongFlag extends Error {}

function checked(flags: SimulateFlags, cores: number): SimulateSettings {
  const whole = (flag: string, text: string | undefined, range: Range): number | undefined =>
    text === undefined ? undefined : required(wholeNumber(flag, text, range));
  const ranges = required(parseSeeds(flags.seeds ?? "1..100"));
  const minutes = flags.minutes === undefined
    ? null
    : required(decimalNumber("--minutes", flags.minutes, { least: 0.001, most: 100_000 }));
  const profile = profileName(flags.profile ?? "chaos");
  const seconds = flags.seconds === undefined
    ? undefined
    : required(decimalNumber("--seconds", flags.seconds, PLAN_LIMITS.seconds));
  return {
    ranges,
    forMs: minutes === null ? null : minutes * 60_000,
    profile,
    plan: {
      faults: PROFILES[profile],
      nodes: whole("--nodes", flags.nodes, PLAN_LIMITS.nodes),
      clients: whole("--clients", flags.clients, PLAN_LIMITS.clients),
      seconds,
      leaseReads: flags.leaseReads,
    },
    workers: whole("--workers", flags.workers, { least: 1, most: 256 }) ?? cores,
    shrink: flags.shrink === true,
    record: flags.record ?? null,
    histories: histories(flags, countSeeds(ranges) === 1 && minutes === null),
    json: flags.json === true,
    repeat: (seed) => command({ ...flags, profile, seeds: String(seed) }),
  };
}

function profileName(text: string): ProfileName {
  const profile = PROFILE_NAMES.find((name) => name === text);
  if (profile !== undefined) return profile;
  throw new WrongFlag(`Cannot use --profile: "${text}" is none of ${PROFILE_NAMES.join(", ")}.`);
}

function histories({ export: form, history, json }: SimulateFlags, isOne: boolean): Histories | null {
  if (form === undefined) {
    if (history === undefined) return null;
    throw new WrongFlag("Cannot use --history by itself: add --export porcupine, which says what is written there.");
  }
  if (form !== "porcupine") throw new WrongFlag(`Cannot use --export: "${form}" is not porcupine.`);
  if (history !== undefined) return { type: isOne ? "File" : "Folder", path: history };
  if (!isOne) {
    throw new WrongFlag("Cannot write the histories of several runs as one: name a folder for them with --history.");
  }
  if (json) throw new WrongFlag("Cannot write a history and --json to the same output: name a file with --history.");
  return { type: "Lines" };
}

function required<A>(checked: Either<string, A>): A {
  if (E.isLeft(checked)) throw new WrongFlag(checked.left);
  return checked.right;
}

function command(flags: SimulateFlags): string {
  const given: readonly (readonly [string, string | undefined])[] = [
    ["--seeds", flags.seeds],
    ["--profile", flags.profile],
    ["--nodes", flags.nodes],
    ["--clients", flags.clients],
    ["--seconds", flags.seconds],
  ];
  const words = given.flatMap(([flag, value]) => value === undefined ? [] : [flag, value]);
  return ["deno task simulate", ...words, ...(flags.leaseReads ? ["--lease-reads"] : [])].join(" ");
}
