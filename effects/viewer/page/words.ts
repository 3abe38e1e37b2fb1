/**
 * Times and counts as people read them.
 *
 * @module
 */

/** From here on, a time is milliseconds since 1970 that people write with a date. */
const EPOCH_TIMES = 1e11;

/** A time in few characters: `1.204 s`, or the time of day. */
export function shortTime(at: number, first: number): string {
  return at > EPOCH_TIMES ? new Date(at).toISOString().slice(11, 23) : `${((at - first) / 1_000).toFixed(3)} s`;
}

/** A time with everything that is known of it. */
export function longTime(at: number, first: number): string {
  return at > EPOCH_TIMES
    ? new Date(at).toISOString().replace("T", " ").replace("Z", "")
    : `at ${shortTime(at, first)}`;
}
