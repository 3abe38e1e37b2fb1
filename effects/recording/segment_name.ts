/**
 * The names of segments: their number in eight digits, so that they are in order when they are sorted.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";

/** How the names of segments end. */
export const SEGMENT_SUFFIX = ".recording";

/** The name of the segment with this number. */
export function segmentName(sequence: number): string {
  return `${String(sequence).padStart(8, "0")}${SEGMENT_SUFFIX}`;
}

/** The number of the segment with this name, if it is one of a segment. */
export function sequenceOf(name: string): Option<number> {
  const match = /^(\d{8,})\.recording$/.exec(name);
  return match === null ? O.none : O.some(Number(match[1]));
}
