/**
 * A model checker of the reducer itself: every state that a small cluster can come to, breadth first.
 *
 * @module
 */
export { assertExplored, type Demands, ExplorationFailure } from "./assert_explored.ts";
export { type Bounds, type Budget, BUDGETS, type Limits, limitsOf } from "./bounds.ts";
export type { Counterexample, Exploration, ReachedGoal, RecordedRun, Trace } from "./exploration.ts";
export { explore } from "./explore.ts";
export type { ExploreOptions, ExploreProgress } from "./options.ts";
export type { CommittedEntry, Ghost } from "./ghost.ts";
export type { Goal } from "./goals.ts";
export type { DurableState, Host, Machine, Work } from "./host.ts";
export { type Preset, PRESETS } from "./presets.ts";
export { recordTrace } from "./record_trace.ts";
export type { Reducer } from "./outcome.ts";
export type { WorldView } from "./view.ts";
