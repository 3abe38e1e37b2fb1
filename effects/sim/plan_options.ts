/**
 * What a plan can be asked for, checked: a mistake there would not be an error later, but runs that prove nothing.
 *
 * @module
 */
import { CALM, type Faults } from "./faults.ts";
import { MOST_SEED } from "./seeds.ts";

/** What a plan is to be like. What is not given, the seed decides. */
export interface PlanOptions {
  /** What goes wrong. */
  readonly faults: Faults;
  /** Simulated seconds in which it does; 60 if it is not given. */
  readonly seconds?: number;
  /** How many nodes; mostly five, sometimes three or four. */
  readonly nodes?: number;
  /** How many clients; two to eight. */
  readonly clients?: number;
  /** Milliseconds of an election timeout. */
  readonly electionMs?: number;
  /** Whether leaders answer reads by their lease. */
  readonly leaseReads?: boolean;
}

/** From where to where a number may be. */
interface Limits {
  /** The least. */
  readonly least: number;
  /** The most. */
  readonly most: number;
}

/** How large a run may be. */
export const PLAN_LIMITS = {
  nodes: { least: 1, most: 9 },
  clients: { least: 1, most: 100 },
  seconds: { least: 0.1, most: 86_400 },
  electionMs: { least: 10, most: 600_000 },
} as const;

const PROBABILITY: Limits = { least: 0, most: 1 };
/** Times in a minute. */
const RATE: Limits = { least: 0, most: 1_000 };
/** Plans multiply it by four, and a clock has to go on. */
const DRIFT: Limits = { least: 0, most: 0.2 };
const MOST_DELAY_MS = 600_000;

/** Throws a `RangeError` that names what cannot be used, and says what it may be. */
export function checkPlanOptions(seed: number, options: PlanOptions): void {
  const { clients, electionMs, faults, leaseReads, nodes, seconds } = options;
  checkWhole("seed", seed, { least: 0, most: MOST_SEED });
  if (nodes !== undefined) checkWhole("nodes", nodes, PLAN_LIMITS.nodes);
  if (clients !== undefined) checkWhole("clients", clients, PLAN_LIMITS.clients);
  if (seconds !== undefined) checkNumber("seconds", seconds, PLAN_LIMITS.seconds);
  if (electionMs !== undefined) checkNumber("electionMs", electionMs, PLAN_LIMITS.electionMs);
  if (leaseReads !== undefined && typeof leaseReads !== "boolean") refuse("leaseReads", leaseReads, "true or false");
  checkFaults(faults);
}

/** Throws a `RangeError` if `value` is no whole number within `limits`. */
export function checkWhole(option: string, value: unknown, limits: Limits): void {
  if (isWithin(value, limits) && Number.isInteger(value)) return;
  refuse(option, value, `a whole number from ${limits.least} to ${limits.most}`);
}

/** Throws the `RangeError` that says that `option` cannot be `value`, and what it may be. */
export function refuse(option: string, value: unknown, allowed: string): never {
  const shown = typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new RangeError(`Cannot use ${option}: ${shown} is not ${allowed}.`);
}

function checkFaults(faults: Faults): void {
  if (typeof faults !== "object" || faults === null) refuse("faults", faults, "a collection of faults");
  for (const [name, value] of Object.entries(faults)) {
    const option = `faults.${name}`;
    switch (name) {
      case "loss":
      case "duplication":
      case "reordering":
      case "clientRetries":
        checkNumber(option, value, PROBABILITY);
        break;
      case "clockDrift":
        checkNumber(option, value, DRIFT);
        break;
      case "delayMs":
      case "syncMs":
        checkSpan(option, value);
        break;
      default:
        if (!Object.hasOwn(CALM, name)) refuse("faults", name, `one of ${Object.keys(CALM).join(", ")}`);
        checkNumber(option, value, RATE);
    }
  }
}

function checkNumber(option: string, value: unknown, limits: Limits): void {
  if (!isWithin(value, limits)) refuse(option, value, `a number from ${limits.least} to ${limits.most}`);
}

function checkSpan(option: string, value: unknown): void {
  const [least, most] = Array.isArray(value) && value.length === 2 ? value : [];
  if (isWithin(least, { least: 0, most: MOST_DELAY_MS }) && isWithin(most, { least, most: MOST_DELAY_MS })) return;
  refuse(option, value, `two numbers from 0 to ${MOST_DELAY_MS}, the smaller one first`);
}

function isWithin(value: unknown, { least, most }: Limits): value is number {
  return typeof value === "number" && value >= least && value <= most; // also false where it is no number
}
