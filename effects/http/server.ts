/**
 * The HTTP server of a node.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Clock } from "../clock/clock.ts";
import { type Logger, silentLogger } from "../logging/logger.ts";
import type { StopReason } from "../node/raft_node.ts";
import type { Address } from "../storage/storage.ts";
import type { Metric } from "../telemetry/metric.ts";
import { noTracer, type Tracer } from "../telemetry/tracer.ts";
import { formatAddress, parseAddress } from "../transport/address.ts";
import type { KvNode, Service } from "./call.ts";
import { requestHandler } from "./handler.ts";
import { HttpMetrics } from "./http_metrics.ts";
import { Intake } from "./intake.ts";
import { DEFAULT_LIMITS, type HttpLimits } from "./limits.ts";
import { nodeMetrics } from "./node_metrics.ts";
import { INTERNAL } from "./problem.ts";
import { problemReply } from "./reply.ts";

/** How a server is set up. */
export interface HttpServerOptions {
  /** Where it listens: host:port; port 0 takes a free one. */
  readonly listen: Address;
  /** The node. */
  readonly node: KvNode;
  /** Time. */
  readonly clock: Clock;
  /** The bearer token that clients need, asked for at every request, so that it can change; none if anybody may ask. */
  readonly token?: () => Option<string>;
  /** Where events go; nowhere if it is not given. */
  readonly logger?: Logger;
  /** What traces requests; nothing if it is not given. */
  readonly tracer?: Tracer;
  /** Limits other than {@linkcode DEFAULT_LIMITS}. */
  readonly limits?: Partial<HttpLimits>;
  /** Metrics that `/metrics` tells besides those of the node and of this server. */
  readonly metrics?: () => readonly Metric[];
  /** Certificate and private key as PEM, for HTTPS. Certificates of clients cannot be asked for: use the token. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** Why a server cannot be started. */
export interface HttpServerError {
  /** The name of the error. */
  readonly type: "HttpServerError";
  /** Why, in a sentence. */
  readonly message: string;
}

/** A server that runs. */
export interface HttpServer {
  /** Where it listens: host:port, with the real port. */
  readonly address: Address;
  /**
   * Takes no more requests, and resolves when those under way are answered, or after `graceMs` (5,000). What is still under
   * way then is answered when the node is closed.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Starts a server. */
export function httpServer(options: HttpServerOptions): Either<HttpServerError, HttpServer> {
  const { listen, clock, logger = silentLogger, token = () => O.none, tls } = options;
  const at = parseAddress(listen);
  if (E.isLeft(at)) return cannotListen(listen, at.left);
  const metrics = new HttpMetrics();
  const service = serviceOf(options, metrics);
  const settings = {
    ...at.right,
    onListen: () => {},
    onError: (error: unknown) => {
      logger.log("error", "A request failed outside of its handler.", { error: String(error) });
      return problemReply(INTERNAL);
    },
  };
  try {
    const server = Deno.serve(
      tls === undefined ? settings : { ...settings, cert: tls.certificate, key: tls.key },
      requestHandler({ service, token, metrics, clock, logger }),
    );
    return E.right(running(server, service, clock));
  } catch (error) {
    return cannotListen(listen, error instanceof Error ? error.message : String(error));
  }
}

function cannotListen(listen: Address, why: string): Either<HttpServerError, HttpServer> {
  return E.left({ type: "HttpServerError", message: `Cannot listen on ${listen}: ${why}.` });
}

function serviceOf({ node, clock, limits, tracer, metrics }: HttpServerOptions, counted: HttpMetrics): Service {
  const all: HttpLimits = { ...DEFAULT_LIMITS, ...limits };
  const intake = new Intake(all, clock);
  let reason: StopReason | undefined;
  node.stopped.then((stopped) => void (reason = stopped));
  return {
    node,
    limits: all,
    intake,
    tracer: tracer === noTracer ? undefined : tracer,
    stopped: () => reason,
    metrics: () => [
      ...nodeMetrics(node.status(), reason === undefined),
      ...counted.metrics(intake),
      ...(metrics?.() ?? []),
    ],
  };
}

function running(server: Deno.HttpServer<Deno.NetAddr>, { intake }: Service, clock: Clock): HttpServer {
  return {
    address: formatAddress(server.addr),
    close({ graceMs = GRACE_MS } = {}): Promise<void> {
      return new Promise((resolve) => {
        const cancel = clock.after(graceMs, resolve);
        server.shutdown().then(() => {
          cancel();
          intake.close();
          resolve();
        });
      });
    },
  };
}

const GRACE_MS = 5_000;
