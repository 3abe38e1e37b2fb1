/**
 * How files begin.
 *
 * ```text
 * file header  format header (see wire/version.ts) · frame of: the version again (4) · fields
 * ```
 *
 * This much stays in every version. The version stands in front, where everybody looks for it, and once more under the
 * checksum of the frame: where the two differ, that is damage and not another version.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Bytes } from "../../core/entry.ts";
import { beginFrame, endFrame, frameAt } from "../wire/frame.ts";
import { Reader } from "../wire/reader.ts";
import { FORMAT_HEADER, type FormatName, FORMATS, readFormat, type Version, writeFormat } from "../wire/version.ts";
import type { Writer } from "../wire/writer.ts";

const VERSION = 4;

/** What a file begins with. */
export type FileHeader =
  | { readonly type: "Header"; readonly version: Version; readonly fields: Bytes; readonly next: number }
  | { readonly type: "UnknownVersion"; readonly message: string }
  | { readonly type: "NoHeader" };

const NO_HEADER: FileHeader = { type: "NoHeader" };

/** Writes the header of a file in `format` to an empty `writer`, with the fields that `write` writes. */
export function writeFileHeader(writer: Writer, format: FormatName, write: (writer: Writer) => void): void {
  const { newest } = FORMATS[format];
  writeFormat(writer, format);
  const at = beginFrame(writer);
  writer.u32(newest.major * 0x1_0000 + newest.minor);
  write(writer);
  endFrame(writer, at);
}

/** Reads what `bytes`, the beginning of a file, begin with. */
export function readFileHeader(bytes: Bytes, format: FormatName): FileHeader {
  const frame = frameAt(bytes, FORMAT_HEADER, bytes.length);
  if (frame.type !== "Frame" || frame.payload.length < VERSION) return NO_HEADER;
  const { payload, next } = frame;
  if (new Reader(bytes, FORMAT_HEADER - VERSION).u32() !== new Reader(payload).u32()) return NO_HEADER;
  const version = readFormat(bytes, format);
  if (E.isRight(version)) return { type: "Header", version: version.right, fields: payload.subarray(VERSION), next };
  const { type, message } = version.left;
  return type === "OtherFormat" ? NO_HEADER : { type: "UnknownVersion", message };
}
