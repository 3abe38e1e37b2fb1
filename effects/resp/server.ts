/**
 * A server that Redis clients can talk to, in front of a node.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Either } from "fp-ts/Either";
import type { Address } from "../storage/storage.ts";
import { Acceptor } from "./acceptor.ts";
import { splitAddress } from "./address.ts";
import type { RespServer, RespServerOptions } from "./options.ts";

/** Why a server cannot be started. */
export interface ListenError {
  /** The name of the error. */
  readonly type: "ListenError";
  /** Why, in a sentence. */
  readonly message: string;
}

/**
 * Starts a server.
 *
 * Every request is answered in order, and sees the effects of the earlier ones of its connection. What the first word of
 * an error means is said in `errors.ts`.
 */
export function respServer(options: RespServerOptions): Either<ListenError, RespServer> {
  const at = splitAddress(options.listen);
  if (O.isNone(at)) return cannotListen(options.listen, "it is not of the form host:port");
  try {
    return E.right(new Acceptor(Deno.listen(at.value), options));
  } catch (cause) {
    return cannotListen(options.listen, cause instanceof Error ? cause.message : String(cause));
  }
}

function cannotListen(address: Address, why: string): Either<ListenError, RespServer> {
  return E.left({ type: "ListenError", message: `Cannot listen on ${address}: ${why}` });
}
