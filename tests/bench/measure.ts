/**
 * Measures memory; a program of its own, because it needs flags of V8 that `memory_bench.ts` gives to it.
 *
 * Allocated bytes: the young generation is so large that nothing is collected while a run is replayed, so that the used heap
 * grows by exactly what is allocated. It is read every 1,000 steps, and must not have shrunk: that is how a collection would
 * be noticed.
 *
 * Retained bytes: a run is replayed and every state is kept in an array that was there before; the used heap after a
 * collection is compared with the one before the replay, also after a collection.
 *
 * In both cases the messages are there before, as recorded, and code is warm.
 *
 * @module
 */
import type { Node } from "../../core/mod.ts";
import { kinds, type Steps } from "./kinds.ts";
import { record, replay, type Run } from "./recorded_run.ts";

/** What is measured, in bytes per step. */
export interface Figures {
  /** By load. */
  readonly allocated: Readonly<Record<string, number>>;
  /** By load. */
  readonly retained: Readonly<Record<string, number>>;
  /** By kind of step. */
  readonly kinds: Readonly<Record<string, number>>;
}

const WARM_UP = 20;
const ROUNDS = 5;
const ATTEMPTS = 20;
const STEPS = 20_000;
const PROPOSALS = 3_200;
const LOADS = { "one proposal at a time": 1, "64 proposals at a time": 64 };

declare const gc: () => void;

function measure(): Figures {
  const allocated: Record<string, number> = {};
  const retained: Record<string, number> = {};
  for (const [name, together] of Object.entries(LOADS)) {
    const run = record({ proposals: PROPOSALS, together });
    for (let i = 0; i < WARM_UP; i++) replay(run, () => {});
    allocated[name] = median(() => allocatedBy(run) / run.inputs.length);
    retained[name] = median(() => retainedBy(run) / run.inputs.length);
  }
  return { allocated, retained, kinds: byKind() };
}

function byKind(): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [name, steps] of Object.entries(kinds())) {
    const times = (count: number, look: () => void): void => take(steps, count, look);
    for (let i = 0; i < WARM_UP; i++) times(STEPS, () => {});
    figures[name] = median(() => growth((look) => times(STEPS, look)) / STEPS);
  }
  return figures;
}

function take(steps: Steps, count: number, look: () => void): void {
  for (let i = 0; i < count; i++) {
    steps();
    if (i % 1_000 === 0) look();
  }
}

// By how much the used heap grows, without the looks at it, which allocate a little themselves. It may shrink because V8 has
// thrown away code; then the work is done and measured again.
function growth(work: (look: () => void) => void): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    gc();
    let sum = 0;
    let shrunk = false;
    let before = Deno.memoryUsage().heapUsed;
    const look = (): void => {
      const grown = Deno.memoryUsage().heapUsed - before;
      if (grown < 0) shrunk = true;
      sum += grown;
      before = Deno.memoryUsage().heapUsed;
    };
    work(look);
    look();
    if (!shrunk) return sum;
  }
  throw new Error(`Cannot measure: memory was collected in each of ${ATTEMPTS} attempts.`);
}

function allocatedBy(run: Run): number {
  return growth((look) =>
    replay(run, (_, i) => {
      if (i % 1_000 === 0) look();
    })
  );
}

function retainedBy(run: Run): number {
  const states = new Array<Node | null>(run.inputs.length).fill(null);
  gc();
  const before = Deno.memoryUsage().heapUsed;
  replay(run, (node, i) => states[i] = node);
  gc();
  const after = Deno.memoryUsage().heapUsed;
  if (states.includes(null)) throw new Error("Cannot measure: not every state was kept.");
  return after - before;
}

function median(measured: () => number): number {
  const figures = Array.from({ length: ROUNDS }, measured).sort((a, b) => a - b);
  return figures[ROUNDS >> 1];
}

if (import.meta.main) console.log(JSON.stringify(measure()));
