/**
 * Frames: how bytes follow each other on a connection and in a file, so that damage is noticed.
 *
 * ```text
 * frame   length (4) · check of the length (1) · CRC-32 of the payload (4) · payload
 * ```
 *
 * The length has a check of its own, a CRC-8 that notices up to three wrong bits. Otherwise a damaged length would look like
 * a frame of which the rest is still to come: a connection would wait for it, and a file would seem to have been torn off
 * there. Zeros are no frame, so that a file which is longer than what was written to it ends in a way that can be told.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { checksum } from "./checksum.ts";
import type { Writer } from "./writer.ts";

/** The number of bytes before the payload. */
export const FRAME_HEADER = 9;

/** The longest payload that a frame can have; whoever reads sets a limit far below. */
export const LONGEST_PAYLOAD = 0xffff_ffff;

const CHECK_AT = 4;
const CRC_AT = 5;

/** What is wrong with a frame. */
export type FrameError =
  | { readonly type: "BadHeader"; readonly message: string }
  | { readonly type: "TooLarge"; readonly length: number; readonly message: string }
  | { readonly type: "BadChecksum"; readonly message: string };

/** What begins at a position: a frame with the position behind it, the beginning of one, or neither. */
export type FrameAt =
  | { readonly type: "Frame"; readonly payload: Bytes; readonly next: number }
  | { readonly type: "CutShort" }
  | FrameError;

/**
 * Begins a frame, and returns where: `endFrame` wants to know. Everything written between the two is the payload.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { beginFrame, endFrame, frameAt } from "./frame.ts";
 * import { Writer } from "./writer.ts";
 *
 * const writer = new Writer();
 * const at = beginFrame(writer);
 * writer.string("hello");
 * endFrame(writer, at);
 * const frame = frameAt(writer.view(), 0, 100);
 * assertEquals(frame.type === "Frame" && frame.payload.length, 6);
 * ```
 */
export function beginFrame(writer: Writer): number {
  const at = writer.length;
  writer.reserve(FRAME_HEADER);
  writer.u32(0);
  writer.u8(0);
  writer.u32(0);
  return at;
}

/** Ends the frame that begins at `at`: writes length and checksums over their places. */
export function endFrame(writer: Writer, at: number): void {
  const begin = at + FRAME_HEADER;
  const length = writer.length - begin;
  writer.setU32(at, length);
  writer.setU8(at + CHECK_AT, lengthCheck(length));
  writer.setU32(at + CRC_AT, writer.checksum(begin));
}

/** What begins at `at` in `bytes`. A payload above `maximum` is refused; the payload is a view. */
export function frameAt(bytes: Bytes, at: number, maximum: number): FrameAt {
  if (bytes.length - at < FRAME_HEADER) return CUT_SHORT;
  const length = u32(bytes, at);
  const error = headerError(length, bytes[at + CHECK_AT], maximum);
  if (error !== null) return error;
  const begin = at + FRAME_HEADER;
  const next = begin + length;
  if (next > bytes.length) return CUT_SHORT;
  if (checksum(bytes, begin, next) !== u32(bytes, at + CRC_AT)) return BAD_CHECKSUM;
  return { type: "Frame", payload: new Uint8Array(bytes.buffer, bytes.byteOffset + begin, length), next };
}

/** The length of the payload that a header in `bytes` announces, or what is wrong with it. */
export function announcedLength(header: Bytes, maximum: number): number | FrameError {
  const length = u32(header, 0);
  return headerError(length, header[CHECK_AT], maximum) ?? length;
}

const CUT_SHORT: FrameAt = { type: "CutShort" };

const BAD_HEADER: FrameError = {
  type: "BadHeader",
  message: "Cannot read a frame: its length is damaged, or there is no frame.",
};

const BAD_CHECKSUM: FrameError = {
  type: "BadChecksum",
  message: "Cannot read a frame: its payload is damaged.",
};

function headerError(length: number, check: number, maximum: number): FrameError | null {
  if (check !== lengthCheck(length)) return BAD_HEADER;
  if (length <= maximum) return null;
  return { type: "TooLarge", length, message: `Cannot read a frame: ${length} bytes are more than ${maximum}.` };
}

function u32(bytes: Bytes, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

// CRC-8 of the four bytes of `length`, with the polynomial and the final mask of ITU-T I.432.1.
function lengthCheck(length: number): number {
  let crc = CRC8[length & 255];
  crc = CRC8[crc ^ ((length >>> 8) & 255)];
  crc = CRC8[crc ^ ((length >>> 16) & 255)];
  return CRC8[crc ^ (length >>> 24)] ^ 0x55;
}

const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 128) === 0 ? crc << 1 : (crc << 1) ^ 0x107;
  return crc;
});
