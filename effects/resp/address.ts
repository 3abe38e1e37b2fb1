/**
 * Addresses as this server needs them: the parts, or none.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Address } from "../storage/storage.ts";
import { type HostAndPort, parseAddress } from "../transport/address.ts";

export { formatAddress as joinAddress, type HostAndPort } from "../transport/address.ts";

/** The parts of an address; an IPv6 address stands in brackets. */
export function splitAddress(address: Address): Option<HostAndPort> {
  return O.fromEither(parseAddress(address));
}
