/**
 * Traces with OpenTelemetry. The program chooses where they go: by registering a provider with `@opentelemetry/api`, or
 * with nothing but `OTEL_DENO=true` in Deno's environment.
 *
 * One write is one trace:
 *
 * ```
 * PUT /raw/{cf}/{key}    the server that the client asked
 * └ raft.propose         the node
 *   ├ raft.append        until the entry is in the log; raft.forward where it has to go to the leader for that
 *   ├ raft.commit        until a majority has it
 *   └ raft.apply         until the state machine has the effect
 * ```
 *
 * @module
 */
import * as O from "fp-ts/Option";
import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as OtelTracer,
  type TracerProvider,
} from "@opentelemetry/api";
import type { NodeId } from "../../core/entry.ts";
import type { NodeTracer, ProposalTrace } from "./trace.ts";
import { parseTraceparent, type Traceparent } from "./traceparent.ts";
import type { Span, Tracer } from "./tracer.ts";

/** How the tracer is set up. */
export interface OpenTelemetryOptions {
  /** This node. */
  readonly node: NodeId;
  /** Where spans come from; what is registered with `@opentelemetry/api` if it is not given. */
  readonly provider?: TracerProvider;
}

/** A tracer for the servers and the node of one process: one of both has to be handed to each, to be one trace. */
export function openTelemetryTracer(options: OpenTelemetryOptions): Tracer & NodeTracer {
  const { node, provider = trace } = options;
  return new OpenTelemetryTracer(provider.getTracer("raftfold"), node);
}

class OpenTelemetryTracer implements Tracer, NodeTracer {
  readonly #tracer: OtelTracer;
  readonly #node: NodeId;
  /**
   * The context in which `within` runs its work. OpenTelemetry's own active context needs a manager, which a program may
   * not have registered; proposals begin before `propose` first waits, so that a variable is enough.
   */
  #current: Context | undefined;

  constructor(tracer: OtelTracer, node: NodeId) {
    this.#tracer = tracer;
    this.#node = node;
  }

  request(name: string, traceparent?: Traceparent): Span | undefined {
    const parent = parentOf(context.active(), traceparent);
    const span = this.#tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, attributes: { "raft.node": this.#node } },
      parent,
    );
    if (span.isRecording()) return new RequestSpan(span);
    span.end();
    return undefined;
  }

  within<A>(span: Span, work: () => A): A {
    if (!(span instanceof RequestSpan)) return work();
    const before = this.#current;
    const inner = trace.setSpan(context.active(), span.span);
    this.#current = inner;
    try {
      return context.with(inner, work);
    } finally {
      this.#current = before;
    }
  }

  proposal(): ProposalTrace | undefined {
    const around = this.#current ?? context.active();
    const span = this.#tracer.startSpan("raft.propose", { attributes: { "raft.node": this.#node } }, around);
    if (span.isRecording()) return new OpenTelemetryProposal(this.#tracer, span);
    span.end();
    return undefined;
  }
}

/**
 * Where a request belongs. Where the runtime itself traces requests, its span is active, and is a part of the client's trace;
 * but Deno overlooks the header if it is not in lower case, and then the client's word counts.
 */
function parentOf(active: Context, traceparent: Traceparent | undefined): Context {
  const around = trace.getSpan(active)?.spanContext();
  const header = traceparent === undefined ? O.none : parseTraceparent(traceparent);
  if (O.isNone(header)) return active;
  const { traceId, spanId, flags } = header.value;
  if (around?.traceId === traceId) return active;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

class RequestSpan implements Span {
  readonly span: OtelSpan;

  constructor(span: OtelSpan) {
    this.span = span;
  }

  set(name: string, value: string | number | boolean): void {
    this.span.setAttribute(name, value);
  }

  fail(message: string): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  end(): void {
    this.span.end();
  }
}

class OpenTelemetryProposal implements ProposalTrace {
  readonly #tracer: OtelTracer;
  readonly #span: OtelSpan;
  readonly #inside: Context;
  #phase: OtelSpan;
  #done = false;

  constructor(tracer: OtelTracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
    this.#inside = trace.setSpan(ROOT_CONTEXT, span);
    this.#phase = this.#begin("raft.append");
  }

  forwarded(to: NodeId): void {
    if (this.#done) return;
    // It began before anybody knew who leads.
    this.#phase.updateName("raft.forward");
    this.#phase.setAttribute("raft.to", to);
  }

  appended(index: number, term: number): void {
    if (this.#done) return;
    this.#span.setAttributes({ "raft.index": index, "raft.term": term });
    this.#next("raft.commit");
  }

  committed(): void {
    if (!this.#done) this.#next("raft.apply");
  }

  applied(): void {
    if (this.#done) return;
    this.#done = true;
    this.#phase.end();
    this.#span.end();
  }

  failed(reason: string): void {
    if (this.#done) return;
    this.#done = true;
    for (const span of [this.#phase, this.#span]) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
      span.end();
    }
  }

  #begin(name: string): OtelSpan {
    return this.#tracer.startSpan(name, {}, this.#inside);
  }

  #next(name: string): void {
    this.#phase.end();
    this.#phase = this.#begin(name);
  }
}
