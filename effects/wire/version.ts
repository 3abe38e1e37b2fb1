/**
 * The formats of what is stored or sent, and their versions. A minor version adds what older readers can do without; a major
 * one does not, and is refused by who does not know it.
 *
 * ```text
 * header   magic (4) · minor version (2) · major version (2)
 * ```
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** What has a version. */
export type FormatName = "segment" | "snapshot" | "recording" | "handshake";

/** A version of a format. */
export interface Version {
  /** Another one cannot be read without knowing it. */
  readonly major: number;
  /** A later one can. */
  readonly minor: number;
}

/** Why something cannot be read. */
export interface FormatError {
  /** Whether it is something else, or the right thing in a version that is not known yet, or not any more. */
  readonly type: "OtherFormat" | "NewerVersion" | "OlderVersion";
  /** Why, in a sentence. */
  readonly message: string;
}

/** A format, and which versions of it this program knows. */
export interface Format {
  /** The first bytes of everything in this format. */
  readonly magic: string;
  /** What this program writes. */
  readonly newest: Version;
  /** The oldest version that it still reads: from the first release on, that of the release before. */
  readonly oldest: Version;
}

/** Every format. */
export const FORMATS: { readonly [K in FormatName]: Format } = {
  segment: { magic: "RFsg", newest: { major: 1, minor: 0 }, oldest: { major: 1, minor: 0 } },
  snapshot: { magic: "RFsn", newest: { major: 1, minor: 0 }, oldest: { major: 1, minor: 0 } },
  // 1.1 has added to the segment's record: the minor version, under its checksum, and how the file before it ended.
  recording: { magic: "RFrc", newest: { major: 1, minor: 1 }, oldest: { major: 1, minor: 0 } },
  handshake: { magic: "RFhs", newest: { major: 1, minor: 0 }, oldest: { major: 1, minor: 0 } },
};

/** The number of bytes of a header. */
export const FORMAT_HEADER = 8;

/** Writes the header of `name`, in the version that this program writes. */
export function writeFormat(writer: Writer, name: FormatName, format: Format = FORMATS[name]): void {
  for (let i = 0; i < format.magic.length; i++) writer.u8(format.magic.charCodeAt(i));
  writeVersion(writer, format.newest);
}

/**
 * The version of what begins with `bytes`: whoever reads on has to go by it, since it may be an older one.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { FORMATS, readFormat, writeFormat } from "./version.ts";
 * import { Writer } from "./writer.ts";
 *
 * const writer = new Writer();
 * writeFormat(writer, "recording");
 * assertEquals(readFormat(writer.view(), "recording"), E.right({ major: 1, minor: 1 }));
 *
 * writer.reset();
 * writeFormat(writer, "recording", { ...FORMATS.recording, newest: { major: 2, minor: 0 } });
 * const refused = readFormat(writer.view(), "recording");
 * const message = "Cannot read: recording format 2.0 is newer than 1.x, which this version reads.";
 * assertEquals(refused, E.left({ type: "NewerVersion", message }));
 * ```
 */
export function readFormat(
  bytes: Bytes,
  name: FormatName,
  format: Format = FORMATS[name],
): Either<FormatError, Version> {
  if (!beginsWith(bytes, format.magic, FORMAT_HEADER)) return E.left(otherFormat(name));
  const version = readVersion(new Reader(bytes, format.magic.length));
  if (version.major > format.newest.major) return newer(name, version, format.newest);
  return isBefore(version, format.oldest) ? older(name, version, format.oldest) : E.right(version);
}

/** Writes a version. */
export function writeVersion(writer: Writer, { major, minor }: Version): void {
  writer.u32(major * 0x1_0000 + minor);
}

/** Reads a version. */
export function readVersion(reader: Reader): Version {
  const version = reader.u32();
  return { major: version >>> 16, minor: version & 0xffff };
}

/** Whether `bytes` are at least `size` and begin with the `magic` of a format. */
export function beginsWith(bytes: Bytes, magic: string, size: number): boolean {
  if (bytes.length < size) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false;
  return true;
}

/** Whether `a` is an older version than `b`. */
export function isBefore(a: Version, b: Version): boolean {
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}

/** Something is not in the format `name`, in any version. */
export function otherFormat(name: FormatName): FormatError {
  return { type: "OtherFormat", message: `Cannot read: this is no ${name}.` };
}

function newer(name: FormatName, { major, minor }: Version, newest: Version): Either<FormatError, Version> {
  const message =
    `Cannot read: ${name} format ${major}.${minor} is newer than ${newest.major}.x, which this version reads.`;
  return E.left({ type: "NewerVersion", message });
}

function older(name: FormatName, { major, minor }: Version, oldest: Version): Either<FormatError, Version> {
  const known = `${oldest.major}.${oldest.minor}`;
  const message =
    `Cannot read: ${name} format ${major}.${minor} is older than ${known}, the oldest that this version reads.`;
  return E.left({ type: "OlderVersion", message });
}
