/**
 * What clients are told: the reply in an outcome, what another node has answered, and who leads instead.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Fold } from "./fold.ts";
import type { Outcome } from "./outcome.ts";
import type { ProposalRejected, ProposeError, WhyRejected } from "./raft_node.ts";
import type { Answer } from "./requests.ts";
import type { SystemState } from "./system_state.ts";

/** The answers of a node to its clients. */
export class Answers<Reply> {
  readonly #fold: Fold;
  readonly #system: SystemState;

  /** They depend on who leads, and where. */
  constructor(fold: Fold, system: SystemState) {
    this.#fold = fold;
    this.#system = system;
  }

  /** A rejection, with the leader as far as it is known. */
  readonly rejected = (reason: WhyRejected): ProposalRejected => {
    const { lead } = this.#fold.node;
    const { addresses } = this.#system;
    const leader = O.isNone(lead)
      ? O.none
      : O.some({ id: lead.value, address: O.fromNullable(addresses.get(lead.value)) });
    return { type: "Rejected", reason, leader };
  };

  /** The state machine's reply, if the entry held a command that was applied. */
  readonly reply = (outcome: Outcome<Reply>): Either<ProposeError, Reply> => {
    switch (outcome.type) {
      case "Replied":
        return E.right(outcome.reply);
      case "SessionExpired":
      case "AlreadyAcknowledged":
        return E.left(this.rejected(outcome.type));
      case "Opened":
      case "Closed":
      case "Reconfigured":
      case "Nothing":
        return E.left({ type: "Unknown", message: "The entry holds no command." });
    }
  };

  /** The number of the session that the entry has opened. */
  readonly session = (outcome: Outcome<Reply>): Either<ProposeError, number> =>
    outcome.type === "Opened"
      ? E.right(outcome.session)
      : E.left({ type: "Unknown", message: "No session was opened." });

  /** What the leader, which is another node, has answered. */
  told(answer: Option<Either<WhyRejected, Answer>>): Either<ProposeError, Answer> {
    if (O.isNone(answer)) return E.left({ type: "Unknown", message: "The leader did not answer." });
    return E.isLeft(answer.value) ? E.left(this.rejected(answer.value.left)) : answer.value;
  }
}
