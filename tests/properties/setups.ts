/**
 * Random clusters.
 *
 * @module
 */
import fc from "fast-check";
import type { Options } from "../../core/mod.ts";
import type { Setup } from "./setup.ts";

/** No cluster has more nodes. */
export const LARGEST = 7;

/** Small limits and every optional rule, in combinations that `options` accepts. */
export const randomOptions: fc.Arbitrary<Partial<Options>> = fc.record({
  electionTick: fc.integer({ min: 2, max: 4 }),
  maxSizePerMsg: fc.constantFrom(Infinity, 0, 16, 40),
  maxInflightMsgs: fc.constantFrom(256, 1, 2),
  maxInflightBytes: fc.constantFrom(Infinity, 40),
  maxUncommittedSize: fc.constantFrom(Infinity, Infinity, 0, 12),
  checkQuorum: fc.boolean(),
  preVote: fc.boolean(),
  leaseBased: fc.boolean(),
  disableProposalForwarding: fc.boolean(),
  stepDownOnRemoval: fc.boolean(),
}).map(({ leaseBased, maxSizePerMsg, maxInflightBytes, ...rest }) => ({
  ...rest,
  maxSizePerMsg,
  maxInflightBytes: maxSizePerMsg > maxInflightBytes ? Infinity : maxInflightBytes,
  readOnlyOption: leaseBased && rest.checkQuorum ? "leaseBased" : "safe",
}));

/** A cluster of one to seven nodes. */
export const setups: fc.Arbitrary<Setup> = fc.record({
  voters: fc.constantFrom(3, 3, 3, 3, 5, 2, 1, 4, 6, 7),
  spare: fc.constantFrom(0, 0, 1, 2),
  options: randomOptions,
  genesis: fc.constantFrom(0, 0, 4),
  lazyCommit: fc.boolean(),
  durableApplies: fc.boolean(),
  groupCommit: fc.boolean(),
  forgetsSuperseded: fc.constant(true),
}).map((setup) => ({ ...setup, spare: Math.min(setup.spare, LARGEST - setup.voters) }));
