/**
 * A plan and its failure as sentences, for people.
 *
 * @module
 */
import { groupOf } from "./cuts.ts";
import type { Failure } from "./outcome.ts";
import type { Plan, PlannedEvent, Target } from "./plan.ts";

/** The smallest plan that was found which fails in the same way. */
export interface Smallest {
  /** The plan. */
  readonly plan: Plan;
  /** How it fails. */
  readonly failure: Failure;
  /** How many runs the search took. */
  readonly runs: number;
}

/** A run that failed. */
export interface FailedRun {
  /** Its seed. */
  readonly seed: number;
  /** What was wrong. */
  readonly failure: Failure;
  /** What somebody has to write to run it again. */
  readonly repeat: string;
  /** The folder of its recording; none if it was not recorded. */
  readonly recording?: string | null;
  /** Why it was not recorded although it should have been. */
  readonly unrecorded?: string | null;
  /** The smallest schedule; none if nobody has looked for it. */
  readonly smallest: Smallest | null;
  /** Whether the run was another one when it was run again; it was the same if it is not given. */
  readonly unrepeatable?: boolean;
}

/** So many lines of what happened last are told. */
const LAST_LINES = 25;

const UNREPEATABLE =
  "It does not repeat itself: the same plan, run again, was another run. The application (its state machine, `command`, " +
  "`query` or `judge`) takes the time or chance from elsewhere than from what it is given, or keeps something from run to run.";

/** A failed run: what was wrong, how to repeat it, where its recording is, the smallest schedule, and what happened last. */
export function tellFailure(
  { seed, failure, repeat, recording, unrecorded, smallest, unrepeatable }: FailedRun,
): readonly string[] {
  const last = smallest?.failure ?? failure;
  return [
    `Seed ${seed}: ${describeFailure(failure)}`,
    unrepeatable ? UNREPEATABLE : `To repeat it: ${repeat}`,
    ...(typeof recording === "string" ? [`The recording: deno task replay ${recording} --unfinished`] : []),
    ...(typeof unrecorded === "string" ? [`There is no recording: ${unrecorded}`] : []),
    ...(smallest === null ? [] : [
      `The smallest schedule that ${smallest.runs} runs have found:`,
      ...describePlan(smallest.plan).map((line) => `  ${line}`),
      ...(last.sentence === failure.sentence ? [] : [`How it fails: ${describeFailure(last)}`]),
    ]),
    ...(last.story.length === 0 ? [] : [smallest === null ? "What happened last:" : "What happened last in it:"]),
    ...last.story.slice(-LAST_LINES).map((line) => `  ${line}`),
  ];
}

/** What was wrong, and when. */
function describeFailure({ check, sentence, at }: Failure): string {
  return `At ${inSeconds(at)} "${check}" was violated: ${/[.!?]$/.test(sentence) ? sentence : `${sentence}.`}`;
}

/** Everything that makes a run: its size, what holds all the time, and what happens, a sentence each. */
export function describePlan(plan: Plan): readonly string[] {
  const { nodes, clients, ms, leaseReads } = plan;
  const reads = leaseReads ? ", leaders answer reads by their lease" : "";
  return [
    `${many(nodes, "node")}, ${many(clients, "client")}, ${inSeconds(ms)}${reads}`,
    ...describeConstant(plan),
    ...plan.events.map((event) => `at ${inSeconds(event.at)} ${describeEvent(event, nodes)}`),
  ];
}

/** What holds all the time. */
function describeConstant({ faults, seed }: Plan): readonly string[] {
  const { loss, duplication, reordering, clientRetries, clockDrift, delayMs, syncMs } = faults;
  const shares: readonly (readonly [number, string])[] = [
    [loss, "of all messages are lost"],
    [duplication, "of all messages arrive twice"],
    [reordering, "of all messages are overtaken"],
    [clientRetries, "of all requests are sent a second time"],
    [clockDrift, "is what the rates of clocks differ by, at the most"],
  ];
  return [
    ...shares.filter(([share]) => share > 0).map(([share, what]) => `${Number((100 * share).toFixed(2))} % ${what}`),
    `messages take ${span(delayMs)}, syncs ${span(syncMs)}; chance comes from seed ${seed}`,
  ];
}

function span([least, most]: readonly [number, number]): string {
  return least === most ? `${least} ms` : `${least} to ${most} ms`;
}

/** What happens, as the end of a sentence that says when. */
function describeEvent(event: PlannedEvent, nodes: number): string {
  switch (event.type) {
    case "slowLinks":
      return `messages from and to ${name(event.node)} take up to ${event.delayMs} ms longer for ${
        inSeconds(event.forMs)
      }`;
    case "partitions":
      return `${sides(event.mask, nodes)} do not reach each other for ${inSeconds(event.forMs)}`;
    case "oneWayCuts":
      return `messages from ${name(event.from)} to ${name(event.to)} are lost for ${inSeconds(event.forMs)}`;
    case "partialCuts":
      return `the pairs ${event.pairs.map((pair) => pair.join("-")).join(", ")} do not reach each other for ${
        inSeconds(event.forMs)
      }`;
    case "bridges":
      return `only ${name(event.bridge)} reaches all others: ${sides(event.mask, nodes)} do not reach each other for ${
        inSeconds(event.forMs)
      }`;
    case "freezes":
      return `${name(event.node)} stands still for ${inSeconds(event.forMs)}`;
    case "slowNodes":
      return `${name(event.node)} takes up to ${event.delayMs} ms longer for everything for ${inSeconds(event.forMs)}`;
    case "crashes":
      return `${name(event.node)} loses power for ${inSeconds(event.forMs)}`;
    case "blackouts":
      return `all nodes lose power for ${inSeconds(event.forMs)}`;
    case "failedSyncs":
      return `the next sync of ${name(event.node)} fails, which starts again after ${inSeconds(event.forMs)}`;
    case "fullDisks":
      return `the disk of ${name(event.node)} is full for ${inSeconds(event.forMs)}`;
    case "flippedBits":
      return `${name(event.node)} loses power for ${inSeconds(event.forMs)}, and a bit on its disk flips`;
    case "wipedDisks":
      return `${name(event.node)} loses its disk, and another one takes its place after ${inSeconds(event.forMs)}`;
    case "memberChanges":
      return event.change === "add" ? "another node joins the cluster" : `${name(event.node)} ${CHANGES[event.change]}`;
    case "transfers":
      return `the leadership is handed to ${name(event.to)}`;
    case "snapshots":
      return `${name(event.node)} makes a snapshot and cuts its log`;
  }
}

const CHANGES = {
  remove: "is removed from the cluster",
  demote: "becomes a learner",
  swap: "is replaced by another node",
};

function name(target: Target): string {
  return target === "leader" ? "the leader" : `node ${target}`;
}

function sides(mask: number, nodes: number): string {
  const all = Array.from({ length: nodes }, (_, i) => i + 1);
  const [ones, others] = [1, 0].map((group) => all.filter((node) => groupOf(mask, node) === group).join(", "));
  return `{${ones}} and {${others}}`;
}

function many(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** Milliseconds as seconds: "3.2 s". */
function inSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}
