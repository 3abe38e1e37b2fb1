/**
 * Which versions of a format a program speaks: two programs of different releases find one that both know.
 *
 * ```text
 * announcement   header in the newest version (8) · the oldest version (4)
 * ```
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import { Reader } from "./reader.ts";
import {
  beginsWith,
  type Format,
  type FormatError,
  type FormatName,
  FORMATS,
  isBefore,
  otherFormat,
  readVersion,
  type Version,
  writeFormat,
  writeVersion,
} from "./version.ts";
import type { Writer } from "./writer.ts";

/** The number of bytes of an announcement. */
export const ANNOUNCEMENT = 12;

/** Writes which versions of `name` this program speaks. */
export function writeAnnouncement(writer: Writer, name: FormatName, format: Format = FORMATS[name]): void {
  writeFormat(writer, name, format);
  writeVersion(writer, format.oldest);
}

/** The newest version that both speak: this program, and the one whose announcement `bytes` begin with. */
export function agreeOn(
  bytes: Bytes,
  name: FormatName,
  { magic, newest: ours, oldest }: Format = FORMATS[name],
): Either<FormatError, Version> {
  if (!beginsWith(bytes, magic, ANNOUNCEMENT)) return E.left(otherFormat(name));
  const reader = new Reader(bytes, magic.length);
  const theirs = readVersion(reader);
  const theirOldest = readVersion(reader);
  if (isBefore(ours, theirOldest)) {
    return apart("NewerVersion", `they speak ${name} ${range(theirOldest, theirs)}`, ours);
  }
  if (isBefore(theirs, oldest)) {
    return apart("OlderVersion", `they speak ${name} ${range(theirOldest, theirs)}`, oldest);
  }
  return E.right(isBefore(theirs, ours) ? theirs : ours);
}

function apart(type: FormatError["type"], theirs: string, { major, minor }: Version): Either<FormatError, Version> {
  const ours = type === "NewerVersion"
    ? `nothing newer than ${major}.${minor}`
    : `nothing older than ${major}.${minor}`;
  return E.left({ type, message: `Cannot speak with each other: ${theirs}, and this version ${ours}.` });
}

function range(oldest: Version, newest: Version): string {
  const [from, to] = [`${oldest.major}.${oldest.minor}`, `${newest.major}.${newest.minor}`];
  return from === to ? from : `${from} to ${to}`;
}
