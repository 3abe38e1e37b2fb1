/**
 * How a server is started, and what it is when it runs.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Random } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import type { InfoSections, KvNode, RespCounters } from "./context.ts";
import type { RespLimits } from "./limits.ts";

/** How a server is started. */
export interface RespServerOptions {
  /** Where to listen: host:port; port 0 takes a free one. */
  readonly listen: Address;
  /** The node that carries out the commands. */
  readonly node: KvNode;
  /** What clients must know, if anything. It is asked anew for each `AUTH`; who has given it once stays. */
  readonly password?: () => Option<string>;
  /** Whether connections begin in `READONLY` mode, in which reads may be stale. False if it is not given. */
  readonly readOnlyDefault?: boolean;
  /** Where clients reach a node, for `ROLE`, `INFO` and `NOTLEADER`; its address for peers if that is not known. */
  readonly clientAddress?: (id: NodeId) => Option<Address>;
  /** More sections for `INFO`. */
  readonly info?: () => InfoSections;
  /** Bounds, where they differ from the default ones. */
  readonly limits?: Partial<RespLimits>;
  /** Where events go. */
  readonly logger?: Logger;
  /** Time. */
  readonly clock?: Clock;
  /** Randomness, for cursors. */
  readonly random?: Random;
}

/** A server that listens. */
export interface RespServer {
  /** Where; the port is the real one where 0 was asked for. */
  readonly address: Address;
  /** How many clients are connected. */
  readonly connections: number;
  /** What was counted since the start. */
  counters(): Readonly<RespCounters>;
  /** Stops listening, answers what was asked, and closes every connection. */
  close(): Promise<void>;
}
