/**
 * Recorded runs of clusters to which everything happens that can happen.
 *
 * @module
 */
import fc from "fast-check";
import type { Message, Node, NodeId } from "../../core/mod.ts";
import { type Reducer, type Run, runOf } from "../../effects/debugger/run.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { buildTimeline } from "../../effects/debugger/timeline_build.ts";
import { placedRecordsOf } from "../../effects/debugger/write_run.ts";
import type { Action } from "../properties/action.ts";
import { anySchedule } from "../properties/schedule.ts";
import { PLAIN, type Setup } from "../properties/setup.ts";
import { World } from "../properties/world.ts";
import { type Life, livesOf } from "../recording/lives.ts";
import type { Check } from "../properties/check.ts";
import { assert } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";

/** A chaotic run of five nodes: the lives of its nodes, as recordings hold them. */
export function chaos(seed = 1, schedules = 12): ReadonlyMap<NodeId, readonly Run[]> {
  return runsOf(FIVE, chaoticActions(seed, schedules));
}

/** The same run, with all that came of every step: what a recording of it should say. */
export function chaoticLives(seed = 1, schedules = 12): ReadonlyMap<NodeId, readonly Life[]> {
  return Map.groupBy(livesOf(FIVE, chaoticActions(seed, schedules)), ({ id }) => id);
}

const FIVE: Setup = { ...PLAIN, voters: 5 };

function chaoticActions(seed: number, schedules: number): readonly Action[] {
  return fc.sample(anySchedule(120), { seed, numRuns: schedules })
    .flatMap((schedule, i) => [...schedule, ...voteThatComesTwice(1 + i % 5)]);
}

/** Node `id` campaigns, and the first answer to it is there twice. */
function voteThatComesTwice(id: NodeId): readonly Action[] {
  const others = [1, 2, 3, 4, 5].filter((other) => other !== id);
  return [
    { type: "heal" },
    { type: "settle", rounds: 3, slow: 0, idle: 0, shuffle: 0, ticking: false },
    { type: "campaign", node: id },
    { type: "flush", node: id, count: 9 },
    ...others.map((to): Action => ({ type: "deliver", to, nth: 0 })),
    ...others.map((node): Action => ({ type: "flush", node, count: 9 })),
    { type: "duplicate", to: id, nth: 0 },
    { type: "deliver", to: id, nth: 0 },
    { type: "deliver", to: id, nth: 3 },
    { type: "settle", rounds: 3, slow: 0, idle: 0, shuffle: 0, ticking: false },
  ];
}

/** The runs of a cluster that is led through `actions`; every step takes a millisecond. */
export function runsOf(
  setup: Setup,
  actions: readonly Action[],
  reducer?: Reducer,
): ReadonlyMap<NodeId, readonly Run[]> {
  const runs = new Map<NodeId, Growing[]>();
  let now = 0;
  const watch: Check = {
    name: "runs",
    started({ id }, first, outbox) {
      const mine = runs.get(id) ?? [];
      runs.set(id, mine);
      const apply = outbox.find((effect) => effect.type === "Apply");
      mine.push({ first, applies: apply?.entries.at(-1)?.index ?? 0, began: now, inputs: [] });
    },
    stepped({ host: { id }, message }) {
      const run = runs.get(id)?.at(-1);
      run?.inputs.push({ message, ms: ++now - run.began });
    },
  };
  const world = new World(setup, [watch], reducer);
  for (const action of actions) world.act(action);
  return new Map([...runs].map(([id, mine]) => {
    return [id, mine.map((run, i) => finished(run, i + 1, i + 1 < mine.length || world.host(id).node === null))];
  }));
}

/** A run while it goes on. */
interface Growing {
  readonly first: Node;
  readonly applies: number;
  readonly began: number;
  readonly inputs: { readonly message: Message; readonly ms: number }[];
}

function finished({ applies, began, first, inputs }: Growing, sequence: number, crashed: boolean): Run {
  const segment = { sequence, run: sequence, began: O.some(new Date(MIDNIGHT + began).toISOString()) };
  return { ...runOf(first, [], segment), applies, inputs, ended: !crashed };
}

/** When the clusters begin. */
const MIDNIGHT = Date.parse("2026-03-01T02:00:00.000Z");

/** The runs of several nodes as one story. */
export async function timelineOf(
  runs: ReadonlyMap<NodeId, readonly Run[]>,
  reducer?: Reducer,
): Promise<Timeline> {
  const built = await buildTimeline(
    [...runs].map(([id, some]) => {
      return { name: `node ${id}`, records: () => [placedRecordsOf(some, `${id}.jsonl`, reducer)] };
    }),
    reducer === undefined ? {} : { step: reducer },
  );
  assert(E.isRight(built), E.isLeft(built) ? built.left.message : "");
  return built.right;
}
