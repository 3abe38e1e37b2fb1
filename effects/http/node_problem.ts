/**
 * What the errors of a node are in HTTP.
 *
 * | error of the node                                                                                      | status | executed  |
 * | ------------------------------------------------------------------------------------------------------ | ------ | --------- |
 * | `TransfereeIsLearner`, `TransfereeUnknown`, `InvalidChange`                                            | 400    | no        |
 * | `ConfChangePending`, `ConfChangeWhileJoint`, `ConfChangeNotJoint`, `AlreadyLeader`, `AlreadyTransferring`, `TransferReplaced`, `AlreadyAcknowledged` | 409 | no |
 * | `SessionExpired`                                                                                       | 409    | perhaps   |
 * | `TooLarge`                                                                                             | 413    | no        |
 * | `ForwardingDisabled`, `NotAMember`                                                                     | 421    | no        |
 * | `Overloaded`, `UncommittedSizeExceeded`                                                                | 429    | no        |
 * | `NoLeader`, `SteppedDown`, `TransferInProgress`, `TransferTimedOut`, `Replaced`, `Aborted`             | 503    | no        |
 * | `Unknown`, `Timeout` of a write                                                                        | 504    | perhaps   |
 * | `Unknown`, `Timeout` of a read                                                                         | 504    | no        |
 *
 * 421, 429 and 503 may be tried again, at another node or after `Retry-After`; 504 only where a second execution does no
 * harm, or with the same `Idempotency-Key`.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { ProposalRejected, ProposeError, WhyRejected } from "../node/raft_node.ts";
import { type LeaderHint, type Problem, RETRY_AFTER } from "./problem.ts";

/** Whether the request that failed was one that changes something. */
export type Kind = "read" | "write";

/** The problem that a client is told. */
export function nodeProblem(error: ProposeError, kind: Kind): Problem {
  switch (error.type) {
    case "Rejected":
      return rejected(error);
    case "Unknown":
      return undecided(kind, "Unknown", error.message);
    case "Timeout":
      return undecided(kind, "Timeout", "Cannot answer in time: the deadline passed while the request was under way.");
  }
}

function rejected({ reason, leader }: ProposalRejected): Problem {
  const { status, message, executed = "no" } = REJECTED[reason];
  return {
    status,
    error: { type: "Rejected", message, executed, reason, leader: hintOf(leader) },
    headers: status === 429 || status === 503 ? RETRY_AFTER : undefined,
  };
}

function undecided(kind: Kind, type: "Unknown" | "Timeout", message: string): Problem {
  return { status: 504, error: { type, message, executed: kind === "write" ? "perhaps" : "no" } };
}

function hintOf(leader: ProposalRejected["leader"]): LeaderHint | null {
  return O.isNone(leader) ? null : { id: leader.value.id, address: O.toNullable(leader.value.address) };
}

interface Rejection {
  readonly status: number;
  readonly message: string;
  readonly executed?: "perhaps";
}

const REJECTED: Readonly<Record<WhyRejected, Rejection>> = {
  TransfereeIsLearner: { status: 400, message: "Cannot hand over to a learner: promote it first." },
  TransfereeUnknown: { status: 400, message: "Cannot hand over to a node that is no member." },
  InvalidChange: { status: 400, message: "Cannot change the membership in this way." },
  ConfChangePending: { status: 409, message: "Cannot change the membership: another change is under way." },
  ConfChangeWhileJoint: { status: 409, message: "Cannot change the membership: the configuration is joint." },
  ConfChangeNotJoint: { status: 409, message: "Cannot leave a joint configuration: there is none." },
  AlreadyLeader: { status: 409, message: "Cannot hand over: this node leads already." },
  AlreadyTransferring: { status: 409, message: "Cannot hand over: it is under way already." },
  TransferReplaced: { status: 409, message: "Cannot hand over: another node was asked for in the meantime." },
  AlreadyAcknowledged: { status: 409, message: "Cannot repeat the reply: it was acknowledged before." },
  SessionExpired: {
    status: 409,
    message:
      "Cannot repeat the request safely: its session has expired, and an earlier attempt may have had an effect.",
    executed: "perhaps",
  },
  TooLarge: { status: 413, message: "Cannot replicate a command of this size." },
  ForwardingDisabled: { status: 421, message: "Cannot pass the request on: ask the leader." },
  NotAMember: { status: 421, message: "Cannot serve the request: this node is no member of the cluster." },
  Overloaded: { status: 429, message: "Cannot take more requests: too many wait already." },
  UncommittedSizeExceeded: { status: 429, message: "Cannot take more writes: too much waits to be committed." },
  NoLeader: { status: 503, message: "Cannot serve the request: no leader is known." },
  SteppedDown: { status: 503, message: "Cannot serve the request: the leader has just stepped down." },
  TransferInProgress: { status: 503, message: "Cannot serve the request: the leadership is being handed over." },
  TransferTimedOut: { status: 503, message: "Cannot hand over: the other node did not take over in time." },
  Replaced: { status: 503, message: "Cannot serve the request: another leader has put its own entry in that place." },
  Aborted: { status: 503, message: "Cannot serve the request: it was given up, or the node is closing." },
};
