/**
 * What one client, and all of them together, may take of this server.
 *
 * Two limits are those of Deno's server itself: about 400 kB or 100 fields of headers, beyond which it answers 400 without
 * a body. It has no limit for connections, nor for how long one may be idle.
 *
 * @module
 */

/** The limits of a server. Sizes are in bytes. */
export interface HttpLimits {
  /** The path and query of a URL; 16 KiB if it is not given. Beyond: 414. */
  readonly maxUrlLength: number;
  /** The body of a `PUT`; 8 MiB if it is not given. Beyond: 413. Other bodies may have 64 KiB. */
  readonly maxBodySize: number;
  /** All bodies that are held at a time; 64 MiB if it is not given. Beyond: 429. */
  readonly maxBufferedSize: number;
  /** Requests that may wait for the node at a time; 4,096 if it is not given. Beyond: 429. */
  readonly maxRequests: number;
  /** Milliseconds until a body has to be there; 30,000 if it is not given. Beyond: 408. */
  readonly bodyTimeoutMs: number;
  /** The longest `timeoutMs` that a client may ask for; 60,000 if it is not given. */
  readonly maxTimeoutMs: number;
  /** The most pairs of one scan; 1,000 if it is not given. */
  readonly maxScan: number;
}

/** The limits where nothing else is said. */
export const DEFAULT_LIMITS: HttpLimits = {
  maxUrlLength: 16_384,
  maxBodySize: 8_388_608,
  maxBufferedSize: 67_108_864,
  maxRequests: 4_096,
  bodyTimeoutMs: 30_000,
  maxTimeoutMs: 60_000,
  maxScan: 1_000,
};

/** The largest body that is no value. */
export const MAX_JSON_SIZE = 65_536;
