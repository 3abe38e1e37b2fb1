/**
 * Carries out what another node asks this one, which it takes for the leader.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Fold } from "./fold.ts";
import type { Leaderships } from "./leadership.ts";
import type { Membership } from "./membership.ts";
import type { Proposals } from "./proposals.ts";
import type { ProposeError, WhyRejected } from "./raft_node.ts";
import type { Reads } from "./reads.ts";
import type { Answer, Request } from "./requests.ts";

/** Who carries it out. */
export interface Servants<Reply> {
  /** The node. */
  readonly fold: Fold;
  /** Appends to the log. */
  readonly proposals: Proposals<Reply>;
  /** Confirms the leadership. */
  readonly reads: Reads;
  /** Hands over. */
  readonly leaderships: Leaderships;
  /** Changes the membership. */
  readonly membership: Membership<Reply>;
  /** Up to where the state machine has applied the log. */
  readonly applied: () => number;
}

/** Resolves with the answer; rejects where the outcome is not known, so that the peer concludes just that. */
export async function serveRequest<Reply>(
  { applied, fold, leaderships, membership, proposals, reads }: Servants<Reply>,
  request: Request,
): Promise<Either<WhyRejected, Answer>> {
  switch (request.type) {
    case "Propose":
      // A request that was held up must not come behind what its client has proposed since, to another leader.
      return request.term === fold.node.term ? await proposals.append(request.proposals) : E.left("SteppedDown");
    case "Read":
      return E.map(at)(await reads.indexForPeer());
    case "Transfer":
      return certain(E.map(at)(await leaderships.transfer(request.to, {})));
    case "Members":
      return certain(E.map(() => at(applied()))(await membership.change(request.changes, {})));
  }
}

function at(index: number): Answer {
  return { index, term: 0 };
}

function certain(answer: Either<ProposeError, Answer>): Either<WhyRejected, Answer> {
  if (E.isRight(answer)) return answer;
  if (answer.left.type !== "Rejected") throw new Error(`The outcome is not known: ${answer.left.type}.`);
  return E.left(answer.left.reason);
}
