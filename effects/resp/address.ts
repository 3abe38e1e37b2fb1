/**
 * Addresses as text: host:port.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Address } from "../storage/storage.ts";

/** A host and a port. */
export interface HostAndPort {
  /** A name or an IP address, without brackets. */
  readonly hostname: string;
  /** From 0 to 65,535. */
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]+)):(\d{1,5})$/;

/** The parts of an address; an IPv6 address stands in brackets. */
export function splitAddress(address: Address): Option<HostAndPort> {
  const parts = ADDRESS.exec(address);
  if (parts === null || Number(parts[3]) > 65_535) return O.none;
  return O.some({ hostname: parts[1] ?? parts[2], port: Number(parts[3]) });
}

/** The address of these parts. */
export function joinAddress({ hostname, port }: HostAndPort): Address {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
