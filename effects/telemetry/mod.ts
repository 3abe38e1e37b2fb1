/**
 * What can be seen of a running node: traces and metrics. Both are off until somebody asks for them; traces with
 * OpenTelemetry are in `open_telemetry.ts`, so that only those who want them load that package.
 *
 * @module
 */
export { Histogram, SECONDS } from "./histogram.ts";
export {
  type Described,
  type Distribution,
  type Labels,
  type Metric,
  METRICS_CONTENT_TYPE,
  metricsText,
  type Sample,
} from "./metric.ts";
export { type NodeTracer, type ProposalTrace } from "./trace.ts";
export { parseTraceparent, type TraceContext, type Traceparent } from "./traceparent.ts";
export { noTracer, type Span, type Tracer } from "./tracer.ts";
