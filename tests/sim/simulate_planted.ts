/**
 * A counter with a mistake, for the command `simulate` to find.
 *
 * @module
 */
import type { App } from "../../effects/sim/app.ts";
import { type Subject, subjectOf } from "../../effects/sim/command/subject.ts";
import { counter } from "../examples/counter.ts";

/** A counter that does not restore what it was: wrong after a crash, if there is a snapshot by then. */
export const forgetfulCounter: App<number, number, null, number> = {
  machine: () => ({ ...counter(), restore: async (chunks) => void await Array.fromAsync(chunks) }),
  command: (random) => 1 + Math.floor(random.next() * 9),
  query: () => null,
};

/** What the command simulates in its tests. */
export const subject: Subject = subjectOf(() => forgetfulCounter);
