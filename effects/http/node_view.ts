/**
 * `/status`, `/health`, `/leader` and `GET /members`: what this node knows, without asking anybody.
 *
 * - `/status` answers with everything in `RaftNode.status()`; what may be missing is null.
 * - `/health` answers 200 while the node runs and knows a leader, otherwise 503 with the reason. No token is needed.
 * - `/leader` answers 200 on the leader and 503 elsewhere, with the leader's id as far as it is known. No token is needed.
 * - `GET /members` answers with the members of the applied configuration and their addresses.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { MemberStatus, StopReason } from "../node/raft_node.ts";
import type { Answer, Call } from "./call.ts";
import { problem } from "./problem.ts";
import { parseQuery } from "./query.ts";
import { jsonReply } from "./reply.ts";

/** Everything that the node says of itself. */
export function getStatus({ query, service }: Call): Answer {
  const parameters = parseQuery(query, []);
  if (E.isLeft(parameters)) return parameters;
  const status = service.node.status();
  const { vote, lead, members } = status;
  return E.right(jsonReply({
    ...status,
    vote: O.toNullable(vote),
    lead: O.toNullable(lead),
    members: members.map(memberJson),
    running: service.stopped() === undefined,
  }));
}

/** Whether the node can serve requests. */
export function getHealth({ service }: Call): Answer {
  const stopped = service.stopped();
  if (stopped !== undefined) return E.left(problem(503, "Unhealthy", stoppedMessage(stopped)));
  const { id, role, term, lead } = service.node.status();
  if (O.isNone(lead)) return E.left(problem(503, "Unhealthy", "Cannot serve requests: no leader is known."));
  return E.right(jsonReply({ healthy: true, id, role, term, lead: lead.value }));
}

/** Whether this node leads. */
export function getLeader({ service }: Call): Answer {
  const stopped = service.stopped();
  if (stopped !== undefined) return E.left(problem(503, "Unhealthy", stoppedMessage(stopped)));
  const { id, role, term, lead } = service.node.status();
  if (role === "leader") return E.right(jsonReply({ id, term }));
  const leader = O.isSome(lead) ? { id: lead.value } : null;
  return E.left(problem(503, "NotLeader", "Cannot lead: this node does not.", { leader }));
}

/** The members. */
export function getMembers({ query, service }: Call): Answer {
  const parameters = parseQuery(query, []);
  if (E.isLeft(parameters)) return parameters;
  const { configuration, members } = service.node.status();
  return E.right(jsonReply({ members: members.map(memberJson), configuration }));
}

function memberJson({ id, address, part, match, connected }: MemberStatus): unknown {
  return { id, address: O.toNullable(address), part, match: O.toNullable(match), connected };
}

/** Details are in the log of the node and in `/status`: this is told without a token. */
function stoppedMessage(reason: StopReason): string {
  return `Cannot serve requests: the node has stopped (${reason.type}).`;
}
