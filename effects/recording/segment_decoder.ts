/**
 * Decodes one segment of a recording, chunk by chunk. It needs no more than the bytes, so that it runs in a browser too.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { FRAME_HEADER, frameAt } from "../wire/frame.ts";
import { decode } from "../wire/reader.ts";
import { FORMAT_HEADER, readFormat, type Version } from "../wire/version.ts";
import { type Place, type PlacedRecord, RecordingError, type SegmentRecord, type WrittenRecord } from "./record.ts";
import { readRecord } from "./record_codec.ts";

/** The longest record; a recorder leaves out what is longer. */
const LONGEST_RECORD = 1 << 30;

/** Reads one segment. Its methods throw {@linkcode RecordingError} where the bytes are wrong. */
export class SegmentDecoder {
  #version: Version | null = null;
  #segment: SegmentRecord | null = null;
  /** What is not decoded yet, and where it begins. */
  #rest: Bytes = NO_BYTES;
  #at = 0;
  /** From here on there is nothing but zeros. */
  #zeros = false;

  /** Reads what is in `file`. */
  constructor(private readonly file: string) {}

  /** Takes the next bytes, and returns the records that they complete. Views of the bytes go into the records. */
  push(chunk: Bytes): readonly PlacedRecord[] {
    this.#rest = joined(this.#rest, chunk);
    const records: PlacedRecord[] = [];
    if (this.#version === null && !this.#readVersion()) return records;
    let at = 0;
    while (at < this.#rest.length && !this.#zeros) {
      const frame = frameAt(this.#rest, at, LONGEST_RECORD);
      if (frame.type === "CutShort") break;
      if (frame.type === "Frame") {
        this.#read(frame.payload, records);
        this.#at += frame.next - at;
        at = frame.next;
      } else if (frame.type === "BadHeader" && isZero(this.#rest, at)) {
        this.#zeros = true; // the file has grown, but what was written did not arrive any more
      } else {
        throw this.#failure(frame.message);
      }
    }
    this.#rest = this.#rest.subarray(at);
    if (this.#zeros && !isZero(this.#rest, 0)) throw this.#failure("Cannot read a frame: it is damaged.");
    return records;
  }

  /** There are no more bytes; returns how many at the end are no whole record. */
  end(): number {
    return this.#rest.length;
  }

  /** Behind the last whole record. */
  get place(): Place {
    return { file: this.file, at: this.#at, unit: "byte" };
  }

  #readVersion(): boolean {
    if (this.#rest.length < FORMAT_HEADER) return false;
    const version = readFormat(this.#rest, "recording");
    if (E.isLeft(version)) throw this.#failure(version.left.message);
    this.#version = version.right;
    this.#rest = this.#rest.subarray(FORMAT_HEADER);
    this.#at = FORMAT_HEADER;
    return true;
  }

  #read(payload: Bytes, records: PlacedRecord[]): void {
    const [version, segment] = [this.#version, this.#segment];
    if (version === null) return;
    const decoded = decode(payload, (reader) => readRecord(reader, version, segment?.payloads ?? "full"));
    if (E.isLeft(decoded)) throw this.#failure(`the record is damaged. ${decoded.left.message}`, FRAME_HEADER);
    const record: WrittenRecord | null = decoded.right;
    if (record === null) return;
    if (record.type === "Segment") {
      if (segment !== null) throw this.#failure("a segment begins within another one");
      this.#segment = record;
    } else if (segment === null) {
      throw this.#failure("the segment does not say which one it is");
    }
    records.push({ record, place: this.place });
  }

  #failure(reason: string, into = 0): RecordingError {
    return new RecordingError({ ...this.place, at: this.#at + into }, reason);
  }
}

function joined(rest: Bytes, chunk: Bytes): Bytes {
  if (rest.length === 0) return chunk;
  const both = new Uint8Array(rest.length + chunk.length);
  both.set(rest);
  both.set(chunk, rest.length);
  return both;
}

function isZero(bytes: Bytes, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
