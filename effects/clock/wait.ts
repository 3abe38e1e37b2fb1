/**
 * Waiting for time to pass.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** Resolves after `ms` milliseconds, or when `signal` aborts. */
export function wait(ms: number, clock: Pick<Clock, "after">, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
