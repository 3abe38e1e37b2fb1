/**
 * Names that effects use: roles, and errors that are nothing but a name.
 *
 * @module
 */
import type { ConfChangeError } from "../../core/conf_change.ts";
import type { RejectReason, RoleName } from "../../core/outbox.ts";
import { Enumeration } from "./enumeration.ts";

/** The roles of a node. */
export const ROLE_NAMES: Enumeration<RoleName> = new Enumeration("role", {
  follower: 0,
  preCandidate: 1,
  candidate: 2,
  leader: 3,
});

/** The codes of the reasons for which a reducer turns requests down; those that only a shell knows follow behind them. */
export const REJECT_REASON_CODES: { readonly [K in RejectReason]: number } = {
  NoLeader: 0,
  ForwardingDisabled: 1,
  NotAMember: 2,
  TransferInProgress: 3,
  UncommittedSizeExceeded: 4,
  ConfChangePending: 5,
  ConfChangeWhileJoint: 6,
  ConfChangeNotJoint: 7,
  SteppedDown: 8,
  AlreadyLeader: 9,
  AlreadyTransferring: 10,
  TransfereeIsLearner: 11,
  TransfereeUnknown: 12,
  TransferReplaced: 13,
  TransferTimedOut: 14,
};

/** Why a request was turned down. */
export const REJECT_REASONS: Enumeration<RejectReason> = new Enumeration("reason of a rejection", REJECT_REASON_CODES);

/** Why a change of the configuration cannot be applied. */
export const CONF_CHANGE_ERRORS: Enumeration<ConfChangeError> = new Enumeration("error of a configuration change", {
  AlreadyJoint: 0,
  NotJoint: 1,
  NoVoters: 2,
  NoVotersLeft: 3,
  MoreThanOneVoterChanged: 4,
  JointSimpleChange: 5,
  InvalidConfiguration: 6,
  InvalidId: 7,
});
