/**
 * Changes of the membership (§6): what a change of the configuration carries, and which one leads from here to there.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Change, ConfChange } from "../../core/conf_change.ts";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Address } from "../storage/storage.ts";
import { decode } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { readAddresses, writeAddresses } from "./system_state.ts";

/** The change that these parts make up: one at a time, or together through a joint configuration. */
export function memberChange(changes: readonly Change[], addresses: ReadonlyMap<NodeId, Address>): ConfChange {
  const writer = new Writer();
  writeAddresses(writer, addresses);
  return { transition: "auto", changes, context: writer.copy() };
}

/** The addresses that travel in a change's context; none if it has another one. */
export function addressesIn(context: Bytes): ReadonlyMap<NodeId, Address> {
  const addresses = decode(context, readAddresses);
  return E.isRight(addresses) ? addresses.right : new Map();
}
