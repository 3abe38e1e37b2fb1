/**
 * What bounds a transport.
 *
 * @module
 */

/** Bytes, numbers and milliseconds, each of which has a default. */
export interface TransportLimits {
  /** The largest frame that is read or written, and so the largest message. Every node of a cluster needs the same. */
  readonly frameBytes: number;
  /** The largest frame that is read from a peer that has not introduced itself yet. */
  readonly helloBytes: number;
  /** Bytes that may wait for one peer. Beyond it messages are dropped; one that finds room may be larger than what is left. */
  readonly queueBytes: number;
  /** Requests to one peer, or from one peer, that may wait for their answers. */
  readonly requests: number;
  /** Accepted connections. */
  readonly connections: number;
  /** Accepted connections on which the handshake is not complete. */
  readonly handshakes: number;
  /** Time to connect and to complete the handshake. */
  readonly handshakeMs: number;
  /** A receiver says that it is there this long after something came. */
  readonly aliveMs: number;
  /** A connection on which nothing comes back for what is sent is closed after this long, at the latest after twice this long. */
  readonly silenceMs: number;
  /** The pause after a connection broke; it doubles each time, */
  readonly firstBackoffMs: number;
  /** up to this while nobody answers, */
  readonly longestBackoffMs: number;
  /** and up to this while the peer refuses. */
  readonly refusedBackoffMs: number;
  /** While messages to a peer are being dropped, `unreachable` is told again after this long. */
  readonly unreachableEveryMs: number;
  /** The files with certificates are looked at again after this long. */
  readonly refreshMs: number;
  /** Attempts at sending a snapshot that get no further than those before. */
  readonly snapshotAttempts: number;
  /** The chunks in which a snapshot is sent. */
  readonly chunkBytes: number;
}

/** The defaults. */
export const DEFAULT_LIMITS: TransportLimits = {
  frameBytes: 64 * 1024 * 1024,
  helloBytes: 4096,
  queueBytes: 16 * 1024 * 1024,
  requests: 4096,
  connections: 256,
  handshakes: 64,
  handshakeMs: 5_000,
  aliveMs: 1_000,
  silenceMs: 5_000,
  firstBackoffMs: 50,
  longestBackoffMs: 2_000,
  refusedBackoffMs: 30_000,
  unreachableEveryMs: 1_000,
  refreshMs: 10_000,
  snapshotAttempts: 5,
  chunkBytes: 64 * 1024,
};
