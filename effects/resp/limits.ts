/**
 * What one server and one connection may take.
 *
 * @module
 */

/** Bounds on requests, replies and connections. */
export interface RespLimits {
  /** Connections at once; a further one is told so and closed. */
  readonly maxConnections: number;
  /** Words of one request. */
  readonly maxArguments: number;
  /** Bytes of one word (`proto-max-bulk-len` in Redis). */
  readonly maxBulkBytes: number;
  /** Bytes of an inline command, and of the line that announces an array or a word. */
  readonly maxInlineBytes: number;
  /** Bytes of all the words of one request. */
  readonly maxRequestBytes: number;
  /** Requests of one connection that wait for their answer; while there are more, nothing further is read from it. */
  readonly maxUnanswered: number;
  /** Bytes of those requests; one that is larger alone is taken alone. */
  readonly maxUnansweredBytes: number;
  /** Bytes of replies that a connection has not taken yet; while there are more, none of its requests is started. */
  readonly maxUnwrittenBytes: number;
  /** Cursors of `SCAN` that are remembered. The oldest is forgotten first. */
  readonly maxCursors: number;
  /** Keys that one `SCAN` looks at, whatever its `COUNT`. */
  readonly maxScanCount: number;
  /** Keys that `KEYS` returns; where there are more it is refused. */
  readonly maxKeys: number;
  /** Milliseconds that a connection is given, when the server closes, to get its answers. */
  readonly closeTimeoutMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** What holds where nothing else is said. */
export const DEFAULT_RESP_LIMITS: RespLimits = {
  maxConnections: 4_000, // each takes a file descriptor, of which the log needs some
  maxArguments: 1_048_576,
  maxBulkBytes: 64 * MIB,
  maxInlineBytes: 64 * KIB,
  maxRequestBytes: 128 * MIB,
  maxUnanswered: 4_096,
  maxUnansweredBytes: MIB,
  maxUnwrittenBytes: MIB,
  maxCursors: 4_096,
  maxScanCount: 10_000,
  maxKeys: 100_000,
  closeTimeoutMs: 2_000,
};
