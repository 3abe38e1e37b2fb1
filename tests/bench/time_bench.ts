/**
 * Time per step, by kind: `deno bench tests/bench/time_bench.ts`. One iteration is one step.
 *
 * @module
 */
import { kinds } from "./kinds.ts";

for (const [name, steps] of Object.entries(kinds())) Deno.bench(name, { group: "step" }, () => void steps());
