/**
 * Explores all states that a small cluster can come to, breadth first: the reducer itself, not a model of it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type Proposal, proposal } from "../../core/entry.ts";
import { SimulatedClock } from "../clock/simulated_clock.ts";
import { seededRandom } from "../random/random.ts";
import type { App } from "../sim/app.ts";
import { type Bounds, type Limits, limitsOf } from "./bounds.ts";
import type { Exploration } from "./exploration.ts";
import type { ExploreOptions } from "./options.ts";
import { Search } from "./search.ts";

/** What is demanded of an application. */
const SAME_REPLIES = "Every node gives the same replies";

/** Explores within `bounds`; throws a `RangeError` if these or the `options` are impossible. */
export async function explore<Command, Reply, Query, Answer>(
  bounds: Bounds,
  options: ExploreOptions<Command, Reply, Query, Answer> = {},
): Promise<Exploration> {
  const limits = limitsOf(bounds);
  if (E.isLeft(limits)) throw new RangeError(limits.left);
  const { app, ...others } = options;
  for (const name of ["maxStates", "maxBytes"] as const) {
    const most = options[name] ?? 1;
    if (!(most >= 1)) throw new RangeError(`Cannot use ${name} ${most}: choose at least 1.`);
  }
  const search = new Search(limits.right, {
    proposals: app === undefined ? [] : commandsOf(app, limits.right),
    ...others,
  });
  const exploration = await search.run();
  if (exploration.counterexample !== null) return exploration;
  // A reducer with a fault may break what the reductions rely on: then it is explored without them.
  const unsound = search.unsound();
  if (unsound !== null) return await explore(bounds, { ...options, ...unsound });
  const divergence = app === undefined ? null : await search.applications.divergence(app);
  if (app === undefined) return exploration;
  const invariants = [...exploration.invariants, SAME_REPLIES];
  if (divergence === null) return { ...exploration, invariants };
  const { sentence, ways } = divergence;
  return { ...exploration, invariants, counterexample: { check: SAME_REPLIES, sentence, story: ways, runs: [] } };
}

function commandsOf<Command, Reply, Query, Answer>(
  app: App<Command, Reply, Query, Answer>,
  { proposals }: Limits,
): readonly Proposal[] {
  const random = seededRandom(1);
  const { codec } = app.machine({ clock: new SimulatedClock(), random });
  return Array.from({ length: proposals }, () => proposal(codec.command.encode(app.command(random))));
}
