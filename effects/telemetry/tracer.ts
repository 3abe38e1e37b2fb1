/**
 * Traces of requests, as the servers see them.
 *
 * @module
 */
import type { Traceparent } from "./traceparent.ts";

/** A part of a trace that has begun and will end: what one process does about one request. */
export interface Span {
  /** Notes something about it. Neither keys nor values of clients belong here. */
  set(name: string, value: string | number | boolean): void;
  /** Marks it as failed, with a sentence. */
  fail(message: string): void;
  /** Ends it. */
  end(): void;
}

/** What begins spans. */
export interface Tracer {
  /**
   * Begins the span of a request that came with the header `traceparent`, if it had one; undefined if nobody records it.
   * The name has few values: a route, not a path.
   */
  request(name: string, traceparent?: Traceparent): Span | undefined;
  /** Runs `work`; what it begins before it first waits, belongs to the span. */
  within<A>(span: Span, work: () => A): A;
}

/** Records nothing. */
export const noTracer: Tracer = {
  request: () => undefined,
  within: (_span, work) => work(),
};
