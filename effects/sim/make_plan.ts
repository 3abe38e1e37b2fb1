/**
 * Makes the plan of a run out of its seed: how large everything is, and what goes wrong when.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import { chanceOf } from "./chance.ts";
import type { FaultName, Faults } from "./faults.ts";
import type { Plan, PlannedEvent, Target } from "./plan.ts";
import { checkPlanOptions, type PlanOptions } from "./plan_options.ts";
import { FAULT_NAMES } from "./tally.ts";

export type { PlanOptions } from "./plan_options.ts";

/** How far the rates of clocks may differ from 1 where leases rely on them: two of them then differ by a tenth at most. */
const LEASE_DRIFT = 0.05;

/** In the last tenth nothing begins, so that what is under way shows. */
const LAST = 0.9;

/** The plan of the run with this seed. Throws a `RangeError` if `options` ask for what cannot be. */
export function makePlan(seed: number, options: PlanOptions): Plan {
  checkPlanOptions(seed, options);
  const random = chanceOf(seed, "plan");
  const pick = <A>(...values: readonly A[]): A => values[Math.floor(random.next() * values.length)];
  const [nodes, clients, electionMs] = [pick(3, 4, 5, 5, 5), pick(2, 3, 4, 5, 8), pick(500, 500, 1_000)];
  const leaseReads = pick(true, false);
  const [entries, keep] = pick([20, 5], [50, 20], [200, 50], [1_000, 100], [100_000, 1_000]);
  const sizes = { nodes, clients, electionMs, leaseReads, ...given(options) };
  const { faults } = options;
  const clockDrift = sizes.leaseReads ? Math.min(faults.clockDrift, LEASE_DRIFT) : faults.clockDrift * pick(1, 1, 4);
  const ms = (options.seconds ?? 60) * 1_000;
  return {
    seed,
    ...sizes,
    ms,
    heartbeatMs: sizes.electionMs / pick(5, 10),
    compaction: { entries, keep },
    faults: { ...faults, clockDrift },
    events: events(seed, { ms, faults, nodes: sizes.nodes, electionMs: sizes.electionMs }),
  };
}

function given({ nodes, clients, electionMs, leaseReads }: PlanOptions): Partial<Plan> {
  return {
    ...nodes === undefined ? {} : { nodes },
    ...clients === undefined ? {} : { clients },
    ...electionMs === undefined ? {} : { electionMs },
    ...leaseReads === undefined ? {} : { leaseReads },
  };
}

interface Frame {
  readonly ms: number;
  readonly faults: Faults;
  readonly nodes: number;
  readonly electionMs: number;
}

/** What happens at an instant; the others are probabilities. */
export type EventName = Exclude<FaultName, typeof STEADY[number]>;

/** These hold all the time, or come with something else. */
const STEADY = ["loss", "duplication", "reordering", "clientRetries", "clockDrift", "lostWrites"] as const;

/** The names of what happens at an instant. */
export const EVENTS: readonly EventName[] = FAULT_NAMES.filter(isEvent);

// Each kind has a chance of its own: with another rate of one of them, the others happen as before.
function events(seed: number, frame: Frame): readonly PlannedEvent[] {
  const all = EVENTS.flatMap((name) => {
    const random = chanceOf(seed, name);
    return instants(random, frame.faults[name], frame.ms).map((at) => eventOf(name, at, random, frame));
  });
  return all.sort((a, b) => a.at - b.at);
}

/** Independent instants, `rate` a minute on the average. */
function instants(random: Random, rate: number, ms: number): readonly number[] {
  const found: number[] = [];
  if (rate <= 0) return found;
  for (let at = 0;;) {
    at += -Math.log(1 - random.next()) * 60_000 / rate;
    if (at >= ms * LAST) return found;
    found.push(Math.round(at));
  }
}

function eventOf(type: EventName, at: number, random: Random, { electionMs, nodes }: Frame): PlannedEvent {
  const any = (): number => 1 + Math.floor(random.next() * nodes);
  const target = (leaders: number): Target => random.next() < leaders ? "leader" : any();
  const ms = (least: number, most: number): number => Math.round(electionMs * (least + random.next() * (most - least)));
  switch (type) {
    case "slowLinks":
      return { type, at, node: target(0.5), delayMs: ms(0.05, 1.5), forMs: ms(2, 10) };
    case "partitions":
      return { type, at, mask: maskOf(random, nodes), forMs: ms(1, 10) };
    case "oneWayCuts": {
      const from = any();
      const other = 1 + from % nodes;
      return random.next() < 0.5
        ? { type, at, from: "leader", to: any(), forMs: ms(1, 10) }
        : { type, at, from, to: random.next() < 0.5 ? "leader" : other, forMs: ms(1, 10) };
    }
    case "partialCuts":
      return { type, at, pairs: pairsOf(random, nodes), forMs: ms(1, 10) };
    case "bridges":
      return { type, at, bridge: target(0.3), mask: maskOf(random, nodes), forMs: ms(1, 10) };
    case "freezes":
      return { type, at, node: target(0.7), forMs: ms(0.3, 5) };
    case "slowNodes":
      return { type, at, node: target(0.5), delayMs: ms(0.02, 0.3), forMs: ms(1, 6) };
    case "crashes":
      return { type, at, node: target(0.4), forMs: ms(0.1, 6) };
    case "blackouts":
      return { type, at, forMs: ms(0.1, 3) };
    case "failedSyncs":
      return { type, at, node: target(0.3), forMs: ms(0.5, 6) };
    case "fullDisks":
      return { type, at, node: target(0.3), forMs: ms(5, 40) };
    case "flippedBits":
      return { type, at, node: target(0.2), where: random.next(), forMs: ms(0.1, 4) };
    case "wipedDisks":
      return { type, at, node: target(0.2), forMs: ms(0.1, 4) };
    case "memberChanges":
      return { type, at, node: target(0.3), change: changeOf(random) };
    case "transfers":
      return { type, at, to: any() };
    case "snapshots":
      return { type, at, node: target(0.4) };
  }
}

/** Both groups have somebody in them, where there are two nodes. */
function maskOf(random: Random, nodes: number): number {
  if (nodes < 2) return 0;
  return 1 + Math.floor(random.next() * (2 ** Math.min(nodes, 30) - 2));
}

function pairsOf(random: Random, nodes: number): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let a = 1; a <= nodes; a++) {
    for (let b = a + 1; b <= nodes; b++) if (random.next() < 0.3) pairs.push([a, b]);
  }
  return pairs.length > 0 || nodes < 2 ? pairs : [[1, 2]];
}

function changeOf(random: Random): "remove" | "demote" | "add" | "swap" {
  const which = random.next();
  return which < 0.2 ? "remove" : which < 0.4 ? "demote" : which < 0.8 ? "add" : "swap";
}

function isEvent(name: FaultName): name is EventName {
  return !STEADY.some((steady) => steady === name);
}
