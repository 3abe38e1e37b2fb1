/**
 * A counter whose answers come from nowhere, for the command `simulate` to find.
 *
 * @module
 */
import { type Subject, subjectOf } from "../../effects/sim/command/subject.ts";
import { counter } from "../examples/counter.ts";

/** What the command simulates in its tests. */
export const subject: Subject = subjectOf(() => ({
  machine: () => ({ ...counter(), query: () => Math.random() }),
  command: () => 1,
  query: () => null,
}));
