/**
 * What can be asked for, and which function answers.
 *
 * @module
 */
import type { Handler } from "./call.ts";
import { getBackup } from "./backup.ts";
import { deleteKv, getKv, putKv } from "./kv.ts";
import { deleteMember, postMembers, postTransfer } from "./member_changes.ts";
import { getMetrics } from "./metrics.ts";
import { getHealth, getLeader, getMembers, getStatus } from "./node_view.ts";
import { deleteRaw, getRaw, putRaw } from "./raw.ts";
import { getScan } from "./scan.ts";

/** One path, or many of a pattern. */
export interface Endpoint {
  /** The pattern: what the path is called in metrics and traces. */
  readonly route: string;
  /** Whether it answers without a token: what a load balancer has to know, and nothing else. */
  readonly open: boolean;
  /** The handlers by method. `HEAD` is answered like `GET`. */
  readonly handlers: ReadonlyMap<string, Handler>;
}

/** An endpoint, with the variable parts of the path, percent-encoded as they came. */
export interface Match {
  /** The endpoint. */
  readonly endpoint: Endpoint;
  /** The parts, in order. */
  readonly parts: readonly string[];
}

/**
 * The endpoint for `path`; undefined if there is none. Paths are compared as they came, never resolved: a key may contain
 * slashes and dots.
 */
export function findEndpoint(path: string): Match | undefined {
  const exact = EXACT.get(path);
  if (exact !== undefined) return { endpoint: exact, parts: NO_PARTS };
  if (path.startsWith("/raw/")) return findRaw(path.slice(5));
  if (path.startsWith("/kv/")) return { endpoint: KV, parts: [path.slice(4)] };
  if (path.startsWith("/members/")) return { endpoint: MEMBER, parts: [path.slice(9)] };
  return undefined;
}

function findRaw(path: string): Match {
  const slash = path.indexOf("/");
  if (slash < 0) return { endpoint: SCAN, parts: [path] };
  return { endpoint: RAW, parts: [path.slice(0, slash), path.slice(slash + 1)] };
}

const NO_PARTS: readonly string[] = [];

const RAW = endpoint("/raw/{cf}/{key}", { GET: getRaw, PUT: putRaw, DELETE: deleteRaw });
const SCAN = endpoint("/raw/{cf}", { GET: getScan });
const KV = endpoint("/kv/{key}", { GET: getKv, PUT: putKv, DELETE: deleteKv });
const MEMBER = endpoint("/members/{id}", { DELETE: deleteMember });

const EXACT: ReadonlyMap<string, Endpoint> = new Map([
  endpoint("/status", { GET: getStatus }),
  endpoint("/health", { GET: getHealth }, true),
  endpoint("/leader", { GET: getLeader }, true),
  endpoint("/members", { GET: getMembers, POST: postMembers }),
  endpoint("/transfer", { POST: postTransfer }),
  endpoint("/metrics", { GET: getMetrics }),
  endpoint("/backup", { GET: getBackup }),
].map((endpoint) => [endpoint.route, endpoint]));

function endpoint(route: string, handlers: Readonly<Record<string, Handler>>, open = false): Endpoint {
  return { route, open, handlers: new Map(Object.entries(handlers)) };
}
