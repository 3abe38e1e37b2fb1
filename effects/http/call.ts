/**
 * A request on its way to the node.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { KvCommand, KvReply } from "../kv/command.ts";
import type { KvAnswer, KvQuery } from "../kv/query.ts";
import type { RaftNode, StopReason } from "../node/raft_node.ts";
import type { Metric } from "../telemetry/metric.ts";
import type { Span, Tracer } from "../telemetry/tracer.ts";
import type { Intake } from "./intake.ts";
import type { HttpLimits } from "./limits.ts";
import type { Problem } from "./problem.ts";

/** What the server needs of a node of RaftKV. */
export type KvNode = Pick<
  RaftNode<KvCommand, KvReply, KvQuery, KvAnswer>,
  "propose" | "read" | "status" | "transferLeadership" | "changeMembers" | "backup" | "stopped"
>;

/** What every request shares. */
export interface Service {
  /** The node. */
  readonly node: KvNode;
  /** What one may take. */
  readonly limits: HttpLimits;
  /** What all have taken. */
  readonly intake: Intake;
  /** What traces requests; undefined if nothing does. */
  readonly tracer: Tracer | undefined;
  /** Why the node has stopped; undefined while it runs. */
  stopped(): StopReason | undefined;
  /** All metrics. */
  metrics(): readonly Metric[];
}

/** One request. */
export interface Call {
  /** What every request shares. */
  readonly service: Service;
  /** The request. */
  readonly request: Request;
  /** The variable parts of the path, percent-encoded as they came. */
  readonly parts: readonly string[];
  /** What stands behind the question mark. */
  readonly query: string;
  /** The span, if somebody traces the request. */
  readonly span: Span | undefined;
}

/** What a handler says. */
export type Answer = Either<Problem, Response>;

/** Serves one method of one path. */
export type Handler = (call: Call) => Answer | Promise<Answer>;

/** Asks the node within the span of the request, so that what the node does shows as a part of it. */
export function withinSpan<A>({ service, span }: Call, ask: (node: KvNode) => A): A {
  const { node, tracer } = service;
  return span === undefined || tracer === undefined ? ask(node) : tracer.within(span, () => ask(node));
}
