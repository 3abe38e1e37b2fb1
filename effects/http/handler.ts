/**
 * One request from its arrival to its answer: limits, token, endpoint, trace, metrics.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import { limitRepeats } from "../logging/repeats.ts";
import type { Span } from "../telemetry/tracer.ts";
import type { Answer, Service } from "./call.ts";
import { findEndpoint, type Match } from "./endpoints.ts";
import type { HttpMetrics } from "./http_metrics.ts";
import { INTERNAL, type Problem, problem } from "./problem.ts";
import { halves } from "./query.ts";
import { problemReply } from "./reply.ts";
import { authorize } from "./token.ts";

/** What a handler needs besides what requests share. */
export interface HandlerOptions {
  /** What requests share. */
  readonly service: Service;
  /** Who may ask. */
  readonly token: () => Option<string>;
  /** Where it is counted. */
  readonly metrics: HttpMetrics;
  /** Time. */
  readonly clock: Clock;
  /** Where events go. */
  readonly logger: Logger;
}

/** A function that answers requests, each with an answer and none with an exception. */
export function requestHandler(options: HandlerOptions): (request: Request) => Promise<Response> {
  const { service, metrics, clock } = options;
  const logger = options.logger;
  const refusals = limitRepeats(logger, { clock, everyMs: REFUSALS_EVERY_MS });
  return async (request) => {
    const began = clock.now();
    const [path, query] = targetOf(request.url);
    const match = findEndpoint(path);
    const route = match?.endpoint.route ?? "other";
    const method = KNOWN_METHODS.has(request.method) ? request.method : "OTHER";
    const span = beginSpan(service, request, `${method} ${route}`);
    const answer = await answerOf(options, { request, path, query, match, span }, (error) => {
      logger.log("error", "A request failed because of a defect.", { method, route, error: describe(error) });
    });
    const response = E.isRight(answer) ? answer.right : problemReply(answer.left);
    const ms = clock.now() - began;
    metrics.observe(method, route, response.status, ms / 1_000);
    if (span !== undefined) endSpan(span, { method, route, answer });
    if (response.status === 401) refusals.log("warn", "A request without the right token was refused.", { route });
    logger.log("debug", "A request was answered.", { method, route, status: response.status, ms });
    return response;
  };
}

const REFUSALS_EVERY_MS = 10_000;

/** What a metric or a trace calls by its name. Clients may invent methods without end. */
const KNOWN_METHODS = new Set(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"]);

interface Arrived {
  readonly request: Request;
  readonly path: string;
  readonly query: string;
  readonly match: Match | undefined;
  readonly span: Span | undefined;
}

async function answerOf(options: HandlerOptions, arrived: Arrived, defect: (error: unknown) => void): Promise<Answer> {
  const { service, token } = options;
  const { request, path, query, match, span } = arrived;
  try {
    if (path.length + query.length > service.limits.maxUrlLength) return E.left(URL_TOO_LONG);
    if (match === undefined || !match.endpoint.open) {
      const refused = authorize(request, token());
      if (O.isSome(refused)) return E.left(refused.value);
    }
    if (match === undefined) return E.left(UNKNOWN_PATH);
    const { handlers } = match.endpoint;
    const handler = handlers.get(request.method === "HEAD" ? "GET" : request.method);
    if (handler === undefined) return E.left(methodNotAllowed([...handlers.keys()]));
    return await handler({ service, request, parts: match.parts, query, span });
  } catch (error) {
    defect(error);
    return E.left(INTERNAL);
  }
}

/**
 * The path and the query of a URL, as they came over the wire. A `URL` would resolve dots and slashes, which in keys mean
 * themselves.
 */
function targetOf(url: string): readonly [path: string, query: string] {
  const path = url.indexOf("/", url.indexOf("://") + 3);
  return path < 0 ? ["/", ""] : halves(url.slice(path), "?");
}

function methodNotAllowed(methods: readonly string[]): Problem {
  const allowed = methods.includes("GET") ? ["HEAD", ...methods] : methods;
  const allow = [...allowed].sort().join(", ");
  return problem(405, "MethodNotAllowed", `Cannot use this method here: there are ${allow}.`, { headers: { allow } });
}

function beginSpan({ tracer }: Service, request: Request, name: string): Span | undefined {
  if (tracer === undefined) return undefined;
  return tracer.request(name, request.headers.get("traceparent") ?? undefined);
}

/** The attributes are those of OpenTelemetry's conventions. */
function endSpan(
  span: Span,
  { method, route, answer }: { readonly method: string; readonly route: string; readonly answer: Answer },
): void {
  const status = E.isRight(answer) ? answer.right.status : answer.left.status;
  span.set("http.request.method", method);
  span.set("http.route", route);
  span.set("http.response.status_code", status);
  if (E.isLeft(answer)) span.set("error.type", answer.left.error.reason ?? answer.left.error.type);
  if (E.isLeft(answer) && status >= 500) span.fail(answer.left.error.message);
  span.end();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

const URL_TOO_LONG = problem(414, "UrlTooLong", "Cannot take a URL of this length.");
const UNKNOWN_PATH = problem(404, "UnknownPath", "Cannot find the path.");
