/**
 * Error replies. Their first word tells a client what it may do:
 *
 * | first word     | the request …                                                                | so                                    |
 * | -------------- | ---------------------------------------------------------------------------- | ------------------------------------- |
 * | `ERR`, `NOAUTH`, `WRONGPASS`, `NOPROTO` | is wrong: it was not executed                       | repair it                             |
 * | `NOTLEADER`    | was not executed: this node does not forward; `id host:port` follows          | ask that node                         |
 * | `REJECTED`     | was not executed; the reason follows                                          | try again, if the reason may pass     |
 * | `OVERLOADED`   | was not executed: too many wait already                                       | try again later                       |
 * | `UNKNOWN`      | of a write: perhaps executed, and nobody will learn it                        | read, or make the write idempotent    |
 * | `TIMEOUT`      | of a write: perhaps executed, now or later                                    | read, or make the write idempotent    |
 *
 * Reads have no effect, whatever their errors.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Failed } from "../kv/command.ts";
import type { ProposalRejected, ProposeError, WhyRejected } from "../node/raft_node.ts";
import type { Address } from "../storage/storage.ts";
import { error, type ErrorReply } from "./reply.ts";
import type { Request } from "./parser.ts";
import { asLatin1 } from "./words.ts";

/** The words of a request do not fit together. */
export const SYNTAX_ERROR: ErrorReply = error("ERR syntax error");

/** A word that should be a signed 64-bit number is none. */
export const NOT_AN_INTEGER: ErrorReply = error("ERR value is not an integer or out of range");

/** The client has to give the password first. */
export const NO_AUTH: ErrorReply = error("NOAUTH Authentication required.");

/** Where clients reach a node, if that is known. */
export type ClientAddress = (id: NodeId) => Option<Address>;

/** The reasons that another node could do without. */
const NOT_HERE: ReadonlySet<WhyRejected> = new Set(["ForwardingDisabled", "NoLeader"]);

const MOST_ECHOED = 128;

/** What a client is told whose request has no reply. `isWrite` is whether it could have an effect. */
export function proposeError(failure: ProposeError, isWrite: boolean, clientAddress: ClientAddress): ErrorReply {
  switch (failure.type) {
    case "Rejected":
      return rejected(failure, clientAddress);
    case "Unknown":
      return error(`UNKNOWN ${isWrite ? "perhaps executed" : "not answered"}: ${failure.message}`);
    case "Timeout":
      return error(`TIMEOUT ${isWrite ? "perhaps executed, now or later" : "not answered"}: the deadline has passed`);
  }
}

/** What a client is told whose command the state machine could not carry out. */
export function commandFailed(reason: Failed["reason"]): ErrorReply {
  switch (reason) {
    case "NotAnInteger":
      return NOT_AN_INTEGER;
    case "Overflow":
      return error("ERR increment or decrement would overflow");
    case "TooLong":
      return error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  }
}

/** There is no such command. */
export function unknownCommand(request: Request): ErrorReply {
  let echoed = "";
  for (let i = 1; i < request.length && echoed.length < MOST_ECHOED; i++) {
    echoed += `'${asLatin1(request[i], MOST_ECHOED - echoed.length)}' `;
  }
  const name = asLatin1(request[0], MOST_ECHOED);
  return error(`ERR unknown command '${name}', with args beginning with: ${echoed}`);
}

/** There is no such subcommand. */
export function unknownSubcommand(container: string, name: Request[number]): ErrorReply {
  return error(`ERR unknown subcommand '${asLatin1(name, MOST_ECHOED)}'. Try ${container.toUpperCase()} HELP.`);
}

/** The request has too few or too many words. */
export function wrongArity(fullName: string): ErrorReply {
  return error(`ERR wrong number of arguments for '${fullName}' command`);
}

function rejected({ reason, leader }: ProposalRejected, clientAddress: ClientAddress): ErrorReply {
  if (reason === "Overloaded") return error("OVERLOADED not executed: too many requests wait already");
  if (!NOT_HERE.has(reason) || O.isNone(leader)) return error(`REJECTED ${reason}`);
  const { id, address } = leader.value;
  const known = clientAddress(id);
  const where = O.isSome(known) ? known : address;
  return error(O.isSome(where) ? `NOTLEADER ${id} ${where.value}` : `REJECTED ${reason}`);
}
