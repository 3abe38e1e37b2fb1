/**
 * How a trace passes from one process to the next: the W3C's header `traceparent`.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";

/** A place in a trace: `00-<trace>-<span>-<flags>`. */
export type Traceparent = string;

/** What such a header says. */
export interface TraceContext {
  /** The trace: 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span in it that is the parent: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Bit 0: the sender records its part of the trace. */
  readonly flags: number;
}

/** Longer headers are not looked at; a later version may add to these 55 characters. */
const LONGEST = 256;

const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads the header; none if it is no valid one, and then a new trace begins, as the standard demands.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as O from "fp-ts/Option";
 * import { parseTraceparent } from "./traceparent.ts";
 *
 * const parsed = parseTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
 * assertEquals(
 *   parsed,
 *   O.some({ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", flags: 1 }),
 * );
 * assertEquals(parseTraceparent("00-00000000000000000000000000000000-b7ad6b7169203331-01"), O.none);
 * ```
 */
export function parseTraceparent(header: Traceparent): Option<TraceContext> {
  const match = header.length > LONGEST ? null : FORMAT.exec(header);
  if (match === null) return O.none;
  const [, version, traceId, spanId, flags, more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return O.none;
  if (isZero(traceId) || isZero(spanId)) return O.none;
  return O.some({ traceId, spanId, flags: parseInt(flags, 16) });
}

function isZero(digits: string): boolean {
  return /^0+$/.test(digits);
}
