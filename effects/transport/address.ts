/**
 * Addresses: host and port.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Address } from "../storage/storage.ts";

/** An address in its parts. */
export interface HostAndPort {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  /** 0 to 65,535. */
  readonly port: number;
}

/** A longer address is none: names of hosts have at most 253 characters. */
const LONGEST = 300;

/**
 * The parts of `address`, or on the left what is wrong with it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { parseAddress } from "./address.ts";
 *
 * assertEquals(parseAddress("[::1]:7001"), E.right({ hostname: "::1", port: 7001 }));
 * ```
 */
export function parseAddress(address: Address): Either<string, HostAndPort> {
  const found = address.length <= LONGEST ? /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(address) : null;
  if (found === null) return E.left(`"${address.slice(0, LONGEST)}" is not host:port`);
  const port = Number(found[3]);
  if (port > 65_535) return E.left(`"${address}" has a port above 65535`);
  return E.right({ hostname: found[1] ?? found[2], port });
}

/** The address with these parts. */
export function formatAddress({ hostname, port }: HostAndPort): Address {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Whether only this machine can reach what listens on `hostname`. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether `hostname` means every address of this machine, which is no address that a peer could call. */
export function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}
