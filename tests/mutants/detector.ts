/**
 * How a mutant is looked for.
 *
 * @module
 */
import type { Bounds } from "../../effects/explore/bounds.ts";
import type { Faults } from "../../effects/sim/faults.ts";
import type { PlanOptions } from "../../effects/sim/make_plan.ts";
import type { Plan, PlannedEvent } from "../../effects/sim/plan.ts";
import type { ProfileName } from "../../effects/sim/profiles.ts";

/** Simulated runs, one seed after the other. */
export interface Simulation {
  /** The variant. */
  readonly by: "simulator";
  /** The collection of faults. */
  readonly profile: ProfileName;
  /** What is different from it. */
  readonly faults?: Partial<Faults>;
  /** What every plan is to be like. */
  readonly plan?: Omit<PlanOptions, "faults">;
  /** What happens, if it is not what the seed makes of the faults. */
  readonly events?: readonly PlannedEvent[];
  /** When the nodes make snapshots; the seed decides if it is not given. */
  readonly compaction?: Plan["compaction"];
  /** Whether the state machine has a disk of its own. */
  readonly durable?: boolean;
  /** Whether there are no clients. */
  readonly idle?: boolean;
  /** Whether each seed is run twice, which has to be the same run. */
  readonly twice?: boolean;
  /** How many seeds are tried at the most, from 1 on. */
  readonly most: number;
}

/** All states within bounds, breadth first. */
export interface Exploration {
  /** The variant. */
  readonly by: "model checker";
  /** The bounds. */
  readonly bounds: Bounds;
  /** Whether messages are kept that are of no use to a reducer that is right. */
  readonly keepUseless?: boolean;
  /** How many states are looked at, at the most. */
  readonly most: number;
}

/** How a mutant is looked for. */
export type Detector = Simulation | Exploration;

/** What came of a hunt. */
export interface Found {
  /** The check that has objected; none if nothing was found. */
  readonly check: string | null;
  /** What it has seen. */
  readonly sentence: string;
  /** After how many seeds or states. */
  readonly count: number;
}

/** The detector in a few words. */
export function describeDetector(detector: Detector): string {
  if (detector.by === "model checker") return `explore ${inWords(detector.bounds)}`;
  const { compaction, durable, events, faults = {}, idle, plan = {}, profile, twice } = detector;
  const snapshots = compaction === undefined ? "" : `compaction ${compaction.entries}/${compaction.keep}`;
  const further = [
    inWords(faults),
    inWords(plan),
    snapshots,
    events ? "by a script" : "",
    durable ? "state machine on disk" : "",
    idle ? "no clients" : "",
    twice ? "twice" : "",
  ];
  return ["simulate", profile, ...further].filter((words) => words !== "").join(" ");
}

function inWords(values: object): string {
  return Object.entries(values).map(([name, value]) => {
    if (value === true) return name;
    if (name === "alphabet") return "alphabet of its own";
    return typeof value === "object" && !Array.isArray(value) ? `${name} (${inWords(value)})` : `${name} ${value}`;
  }).join(", ");
}
