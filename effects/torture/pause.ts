/**
 * Waiting, which can be cut short.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, done);
  function done(): void {
    cancel();
    signal?.removeEventListener("abort", done);
    resolve();
  }
  signal?.addEventListener("abort", done);
  return promise;
}

/** A signal that aborts after `ms` milliseconds; call `clear` when it is not needed any more. */
export function deadline(clock: Clock, ms: number): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const clear = clock.after(ms, () => controller.abort());
  return { signal: controller.signal, clear };
}
