/**
 * Makes a plan that fails smaller: a shorter run with fewer events, nodes, clients and faults that still fails. What runs
 * a plan is handed in; here is only the search.
 *
 * @module
 */
import { partsOf } from "../debugger/minimize.ts";
import type { Faults } from "./faults.ts";
import type { Plan, PlannedEvent } from "./plan.ts";

/** Whether a plan fails in the same way as the first one. */
export type Fails = (plan: Plan) => Promise<boolean>;

/** How much a search may cost. */
export interface ShrinkBudget {
  /** The most plans that are run. */
  readonly runs: number;
  /** When the first plan failed, in simulated milliseconds: the first thing to try is to end soon afterwards. */
  readonly failedAt?: number;
}

/** What a search has come to. */
export interface Shrunk {
  /** The smallest plan that was found. */
  readonly plan: Plan;
  /** How many plans were run. */
  readonly runs: number;
  /** Whether nothing that was tried makes it smaller: the budget has sufficed. */
  readonly minimal: boolean;
}

/** No run is cut to less than a multiple of so many milliseconds, and nothing that lasts to less. */
const GRAIN = 50;

/**
 * What changes how much is drawn changes all chance behind it, and so a plan that is simple enough can be out of luck: it
 * gets another seed so many times.
 */
const CHANCES = 3;

/** The smallest plan that can be found from `plan`, which fails. */
export async function shrinkPlan(plan: Plan, fails: Fails, budget: ShrinkBudget): Promise<Shrunk> {
  const search = new Search(plan, fails, budget.runs);
  if (budget.failedAt !== undefined && budget.failedAt < plan.ms) {
    await search.take(endedAt(plan, Math.ceil((budget.failedAt + 1) / GRAIN) * GRAIN));
  }
  for (let before: Plan | null = null; before !== search.plan && !search.spent;) {
    const isFirst = before === null;
    before = search.plan;
    await search.repeat(quieter, CHANCES); // the more happens besides, the likelier it still fails
    await dropEvents(search, isFirst ? 0 : CHANCES);
    await shorten(search);
    for (const simpler of SIMPLER) await search.repeat(simpler, CHANCES);
    for (let i = 0; i < search.plan.events.length; i++) {
      await search.repeat((plan) => overAtTheEnd(plan, i));
      await search.repeat((plan) => halved(plan, i));
    }
  }
  return { plan: search.plan, runs: search.runs, minimal: !search.spent };
}

class Search {
  plan: Plan;
  runs = 0;
  /** Whether something was not tried because the budget was used up. */
  spent = false;
  readonly #fails: Fails;
  readonly #most: number;
  /** Plans that do not fail, as text: a later round needs not run them again. */
  readonly #good = new Set<string>();

  constructor(plan: Plan, fails: Fails, most: number) {
    this.plan = plan;
    this.#fails = fails;
    this.#most = most;
  }

  /** Goes on with `candidate` if it fails, with its own seed or up to so many others, and says whether it does. */
  async take(candidate: Plan, chances = 0): Promise<boolean> {
    for (let more = 0; more <= chances; more++) {
      if (await this.#take({ ...candidate, seed: (candidate.seed + more) >>> 0 })) return true;
    }
    return false;
  }

  /** Makes the plan simpler in one way, as often as it can be. */
  async repeat(simpler: Simpler, chances = 0): Promise<void> {
    for (let next = simpler(this.plan); next !== null && await this.take(next, chances);) next = simpler(this.plan);
  }

  async #take(candidate: Plan): Promise<boolean> {
    const text = JSON.stringify(candidate);
    if (this.#good.has(text)) return false;
    this.spent ||= this.runs >= this.#most;
    if (this.spent) return false;
    this.runs++;
    const failed = await this.#fails(candidate);
    if (failed) this.plan = candidate;
    else this.#good.add(text);
    return failed;
  }
}

/** Takes events away until each that is left is needed. */
async function dropEvents(search: Search, chances: number): Promise<void> {
  const parts = partsOf(search.plan.events);
  for (let next = parts.next(); !next.done;) {
    const events = next.value;
    next = parts.next(await search.take({ ...search.plan, events }, chances) ? events : null);
  }
}

/** Takes time away at the end, much at once first and then less. */
async function shorten(search: Search): Promise<void> {
  for (let ms = search.plan.ms / 2; ms >= GRAIN; ms /= 2) {
    const end = Math.floor((search.plan.ms - ms) / GRAIN) * GRAIN;
    if (end > 0) await search.take(endedAt(search.plan, end));
  }
}

/** A simpler plan; null if it cannot be simpler in this way. */
type Simpler = (plan: Plan) => Plan | null;

/** What goes wrong all the time. */
const SHARES = ["loss", "duplication", "reordering", "clientRetries", "clockDrift"] as const;
const NO_SHARES = { loss: 0, duplication: 0, reordering: 0, clientRetries: 0, clockDrift: 0 };

/** What is tried besides, the greatest gain first. */
const SIMPLER: readonly Simpler[] = [
  (plan) => plan.clients > 1 ? { ...plan, clients: 1 } : null,
  (plan) => plan.clients > 1 ? { ...plan, clients: Math.ceil(plan.clients / 2) } : null,
  (plan) => plan.nodes > 3 ? withNodes(plan, Math.ceil(plan.nodes / 2)) : null,
  (plan) => plan.nodes > 1 ? withNodes(plan, plan.nodes - 1) : null,
  (plan) => plan.leaseReads ? { ...plan, leaseReads: false } : null,
  ...SHARES.map(without),
  constant("delayMs"),
  constant("syncMs"),
];

/** Nothing goes wrong all the time. */
function quieter(plan: Plan): Plan | null {
  return SHARES.some((name) => plan.faults[name] > 0) ? withFaults(plan, NO_SHARES) : null;
}

function without(name: (typeof SHARES)[number]): Simpler {
  return (plan) => plan.faults[name] > 0 ? withFaults(plan, { [name]: 0 }) : null;
}

function constant(name: "delayMs" | "syncMs"): Simpler {
  return (plan) => {
    const [least, most] = plan.faults[name];
    return least < most ? withFaults(plan, { [name]: [least, least] }) : null;
  };
}

function withFaults(plan: Plan, faults: Partial<Faults>): Plan {
  return { ...plan, faults: { ...plan.faults, ...faults } };
}

function endedAt(plan: Plan, ms: number): Plan {
  return { ...plan, ms, events: plan.events.filter(({ at }) => at < ms) };
}

function withNodes(plan: Plan, nodes: number): Plan {
  return { ...plan, nodes, events: plan.events.filter((event) => concerned(event).every((node) => node <= nodes)) };
}

/** The nodes that an event names. Masks say nothing about nodes that do not exist. */
function concerned(event: PlannedEvent): readonly number[] {
  switch (event.type) {
    case "oneWayCuts":
      return numbers(event.from, event.to);
    case "partialCuts":
      return event.pairs.flat();
    case "bridges":
      return numbers(event.bridge);
    case "transfers":
      return numbers(event.to);
    case "partitions":
    case "blackouts":
      return [];
    case "slowLinks":
    case "freezes":
    case "slowNodes":
    case "crashes":
    case "failedSyncs":
    case "fullDisks":
    case "flippedBits":
    case "wipedDisks":
    case "memberChanges":
    case "snapshots":
      return numbers(event.node);
  }
}

function numbers(...targets: readonly (number | "leader")[]): readonly number[] {
  return targets.filter((target) => target !== "leader");
}

/** Everything is made good at the end of a run, whatever lasts longer. */
function overAtTheEnd(plan: Plan, index: number): Plan | null {
  const event = plan.events[index];
  const left = plan.ms - event.at;
  return "forMs" in event && event.forMs > left ? withEvent(plan, index, { ...event, forMs: left }) : null;
}

function halved(plan: Plan, index: number): Plan | null {
  const event = plan.events[index];
  if (!("forMs" in event) || event.forMs < 2 * GRAIN) return null;
  return withEvent(plan, index, { ...event, forMs: Math.floor(event.forMs / 2) });
}

function withEvent(plan: Plan, index: number, event: PlannedEvent): Plan {
  return { ...plan, events: plan.events.with(index, event) };
}
