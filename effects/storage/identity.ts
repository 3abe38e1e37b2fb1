/**
 * How the owner of a data folder is stored.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Reader } from "../wire/reader.ts";
import { encode, type Writer } from "../wire/writer.ts";
import type { Identity } from "./storage.ts";

/** Writes an identity. */
export function writeIdentity(writer: Writer, { cluster, id, incarnation, members }: Identity): void {
  writer.string(cluster);
  writer.varint(id);
  writer.string(incarnation);
  writer.varint(members.size);
  for (const [member, address] of members) {
    writer.varint(member);
    writer.string(address);
  }
}

/** Reads an identity. */
export function readIdentity(reader: Reader): Identity {
  const [cluster, id, incarnation] = [reader.string(), reader.varint(), reader.string()];
  const members = Array.from({ length: reader.count() }, () => [reader.varint(), reader.string()] as const);
  return { cluster, id, incarnation, members: new Map(members) };
}

/** Four bytes by which the files of one owner are told from those of another; 0 for none. */
export function fingerprint(identity: Option<Identity>): number {
  return O.isNone(identity) ? 0 : crc32(encode(identity.value, writeIdentity));
}
