/**
 * What a client is told when it does not get what it asked for.
 *
 * Every error is a JSON object `{"error": {"type", "message", …}}`. `executed` in it says whether the request may have had
 * an effect all the same: `"no"` means that it certainly has none and never will, `"perhaps"` that nobody here knows.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { WhyRejected } from "../node/raft_node.ts";
import type { Address } from "../storage/storage.ts";

/** The kinds of errors. */
export type ProblemType =
  /** The request is not well formed. */
  | "BadRequest"
  /** There is no such path, column family or key. */
  | "UnknownPath"
  | "UnknownFamily"
  | "KeyNotFound"
  /** The path has other methods: see `Allow`. */
  | "MethodNotAllowed"
  /** The bearer token is missing or wrong. */
  | "Unauthorized"
  /** A limit of this server. */
  | "BodyTooLarge"
  | "BodyTimeout"
  | "UrlTooLong"
  | "UnsupportedMediaType"
  | "Overloaded"
  /** `If-Match` or `If-None-Match` did not hold. */
  | "PreconditionFailed"
  /** A key or value is no UTF-8: ask with `encoding=base64`. */
  | "NotUtf8"
  /** This node does not lead. */
  | "NotLeader"
  /** The node has no leader, or has stopped. */
  | "Unhealthy"
  /** The three answers of a node that are no replies. */
  | "Rejected"
  | "Unknown"
  | "Timeout"
  /** A defect of this server. */
  | "Internal";

/** Who leads. */
export interface LeaderHint {
  /** The node. */
  readonly id: NodeId;
  /** Where it listens for its peers, where that is known. */
  readonly address?: Address | null;
}

/** What is wrong. */
export interface ProblemDetail {
  /** The kind. */
  readonly type: ProblemType;
  /** What happened and what to do, in a sentence. */
  readonly message: string;
  /** Whether the request may have had an effect. */
  readonly executed: "no" | "perhaps";
  /** Why the node rejected it. */
  readonly reason?: WhyRejected;
  /** Who leads, or null; where it matters. */
  readonly leader?: LeaderHint | null;
  /** The column families that there are. */
  readonly families?: readonly string[];
}

/** An answer that is an error. */
export interface Problem {
  /** The HTTP status. */
  readonly status: number;
  /** The body. */
  readonly error: ProblemDetail;
  /** Headers beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem with `message`, without any effect. */
export function problem(
  status: number,
  type: ProblemType,
  message: string,
  more: {
    readonly headers?: Problem["headers"];
    readonly leader?: LeaderHint | null;
    readonly families?: readonly string[];
  } = {},
): Problem {
  const { headers = NO_HEADERS, ...rest } = more;
  return { status, error: { type, message, executed: "no", ...rest }, headers };
}

/** The request is not well formed. */
export function badRequest(message: string): Problem {
  return problem(400, "BadRequest", message);
}

/** Asks the client to wait for a moment before it tries again. */
export const RETRY_AFTER: Readonly<Record<string, string>> = { "retry-after": "1" };

const NO_HEADERS: Readonly<Record<string, string>> = {};

/** A defect of this server; whether the request was executed before it showed is not known. */
export const INTERNAL: Problem = {
  status: 500,
  error: {
    type: "Internal",
    message: "Cannot answer because of a defect; the node's log says more.",
    executed: "perhaps",
  },
};
