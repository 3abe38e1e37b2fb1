/**
 * The fixed settings of a node.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";

/**
 * How a leader makes sure that it still leads before it answers a read (thesis §6.4). `safe` asks a quorum. `leaseBased`
 * trusts the last quorum check, without a message: a leader that was cut off right after one goes on answering for up to
 * two election timeouts, although the others may elect another after one. Such reads may be stale.
 */
export type ReadOnlyOption = "safe" | "leaseBased";

/** Settings that a node keeps for as long as it runs. Sizes are in bytes, times in ticks; `Infinity` is no limit. */
export interface Options {
  /** Minimum election timeout; also the quorum-check interval, the lease and the time limit of a transfer. */
  readonly electionTick: number;
  /** Ticks between two heartbeats of a leader; less than `electionTick`. */
  readonly heartbeatTick: number;
  /** Encoded size that the entries of one `Append` may have; one entry is always sent. */
  readonly maxSizePerMsg: number;
  /** How many unacknowledged `Append`s a peer may be sent. */
  readonly maxInflightMsgs: number;
  /** Payload bytes in unacknowledged `Append`s beyond which a peer is sent no more; at least `maxSizePerMsg`. */
  readonly maxInflightBytes: number;
  /** Payload bytes of proposals not yet applied beyond which a leader drops proposals. */
  readonly maxUncommittedSize: number;
  /** A leader steps down without an active quorum, and voters protect a live leader (thesis §6.2, §4.2.3). */
  readonly checkQuorum: boolean;
  /** Campaigns begin with a round that changes no terms (thesis §9.6). */
  readonly preVote: boolean;
  /** `leaseBased` requires `checkQuorum`. */
  readonly readOnlyOption: ReadOnlyOption;
  /** Followers reject proposals instead of forwarding them to the leader. */
  readonly disableProposalForwarding: boolean;
  /** A leader does not check configuration changes that are proposed. */
  readonly disableConfChangeValidation: boolean;
  /** A leader steps down when it is removed from the configuration or made a learner (§6). */
  readonly stepDownOnRemoval: boolean;
}

/** Which setting is wrong, and why. */
export interface OptionsError {
  /** The name of the error. */
  readonly type: "OptionsError";
  /** The setting that cannot be used. */
  readonly option: keyof Options;
  /** Why, in a sentence. */
  readonly message: string;
}

/** Ten ticks to an election, one to a heartbeat, no size limits, every optional rule off. */
export const DEFAULT_OPTIONS: Options = {
  electionTick: 10,
  heartbeatTick: 1,
  maxSizePerMsg: Infinity,
  maxInflightMsgs: 256,
  maxInflightBytes: Infinity,
  maxUncommittedSize: Infinity,
  checkQuorum: false,
  preVote: false,
  readOnlyOption: "safe",
  disableProposalForwarding: false,
  disableConfChangeValidation: false,
  stepDownOnRemoval: false,
};

/**
 * Completes `settings` with {@linkcode DEFAULT_OPTIONS} and checks the result.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { options } from "./options.ts";
 *
 * assertEquals(E.isRight(options({ electionTick: 20 })), true);
 * assertEquals(E.isLeft(options({ electionTick: 1 })), true);
 * ```
 */
export function options(settings: Partial<Options> = {}): Either<OptionsError, Options> {
  const all: Options = { ...DEFAULT_OPTIONS, ...settings };
  if (!isCount(all.heartbeatTick)) return wrong("heartbeatTick", "must be a whole number above 0");
  if (!isCount(all.electionTick)) return wrong("electionTick", "must be a whole number above 0");
  if (all.electionTick <= all.heartbeatTick) return wrong("electionTick", "must be greater than heartbeatTick");
  if (!isCount(all.maxInflightMsgs)) return wrong("maxInflightMsgs", "must be a whole number above 0");
  if (!isSize(all.maxSizePerMsg)) return wrong("maxSizePerMsg", "must be a number of bytes, or Infinity");
  if (!isSize(all.maxInflightBytes)) return wrong("maxInflightBytes", "must be a number of bytes, or Infinity");
  if (!isSize(all.maxUncommittedSize)) return wrong("maxUncommittedSize", "must be a number of bytes, or Infinity");
  if (all.maxInflightBytes < all.maxSizePerMsg && all.maxInflightBytes !== Infinity) {
    return wrong("maxInflightBytes", "must be at least maxSizePerMsg");
  }
  if (all.readOnlyOption === "leaseBased" && !all.checkQuorum) {
    return wrong("readOnlyOption", "needs checkQuorum to be leaseBased");
  }
  return E.right(all);
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n > 0;
}

function isSize(n: number): boolean {
  return n === Infinity || (Number.isSafeInteger(n) && n >= 0);
}

function wrong(option: keyof Options, why: string): Either<OptionsError, Options> {
  return E.left({ type: "OptionsError", option, message: `Cannot use ${option}: it ${why}.` });
}
