/**
 * Time for the shell: monotonic milliseconds and timers. Nothing else in the shell names a duration's passing.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** Calls a timer off; afterwards, and a second time, it does nothing. */
export type Cancel = () => void;

/** A source of time. A simulation has one that it moves by itself. */
export interface Clock {
  /** Milliseconds since some instant in the past; it never goes back. */
  now(): number;
  /** Calls `callback` once, after at least `ms` milliseconds. */
  after(ms: number, callback: () => void): Cancel;
  /** Calls `callback` once, when everything that is ready now has had its turn: what came together is handled together. */
  soon(callback: () => void): void;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon: (callback) => void setImmediate(callback),
};
