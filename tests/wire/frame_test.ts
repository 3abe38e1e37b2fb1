/**
 * Frames, whole, damaged and in pieces.
 *
 * @module
 */
import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as O from "fp-ts/Option";
import {
  beginFrame,
  endFrame,
  FRAME_HEADER,
  frameAt,
  type FrameError,
  FrameReader,
  LONGEST_PAYLOAD,
  Writer,
} from "../../effects/wire/mod.ts";
import { seededRandom } from "../../effects/random/random.ts";

const MAXIMUM = 1 << 20;

describe("A frame", () => {
  it("is found again, with whatever is in it", () => {
    for (const length of [0, 1, 39, 40, 41, 127, 128, 1000, 70_000]) {
      const payload = filled(length);
      const bytes = framed(payload);
      assertEquals(bytes.length, FRAME_HEADER + length);
      assertEquals(frameAt(bytes, 0, MAXIMUM), { type: "Frame", payload, next: bytes.length });
    }
  });

  it("has a form that stays: length, its check, CRC-32, payload", () => {
    const payload = new TextEncoder().encode("123456789");
    assertEquals(framed(payload), Uint8Array.of(9, 0, 0, 0, 0xf3, 0x26, 0x39, 0xf4, 0xcb, ...payload));
  });

  it("follows another one in the same writer", () => {
    const bytes = framed(filled(5), filled(0), filled(300));
    const found: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const frame = frameAt(bytes, at, MAXIMUM);
      assert(frame.type === "Frame");
      found.push(frame.payload);
      at = frame.next;
    }
    assertEquals(found, [filled(5), filled(0), filled(300)]);
  });

  it("is written whatever was before, also where the buffer has to grow", () => {
    for (let before = 0; before < 40; before++) {
      const writer = new Writer(1);
      for (let i = 0; i < before; i++) writer.u8(0);
      const at = beginFrame(writer);
      writer.raw(filled(20));
      endFrame(writer, at);
      assertEquals(writer.copy(before), framed(filled(20)));
    }
  });

  it("is not complete without its last byte", () => {
    const bytes = framed(filled(50));
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(frameAt(bytes.subarray(0, length), 0, MAXIMUM), { type: "CutShort" });
    }
    assertEquals(frameAt(bytes, bytes.length, MAXIMUM), { type: "CutShort" });
  });

  it("is noticed to be damaged whichever bit is wrong, at once and not only when more arrives", () => {
    for (const length of [0, 1, 8, 64, 300]) {
      const bytes = framed(filled(length));
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const expected = bit < 40 ? "BadHeader" : "BadChecksum";
        const damaged = flipped(bytes, bit);
        assertEquals(frameAt(damaged, 0, LONGEST_PAYLOAD).type, expected, `length ${length}, bit ${bit}`);
        assertEquals(errorOf(new FrameReader(LONGEST_PAYLOAD).push(damaged)).type, expected);
        // Also if whatever follows would do for what a wrong length promises.
        const more = Uint8Array.of(...damaged, ...new Uint8Array(600));
        assertEquals(frameAt(more, 0, LONGEST_PAYLOAD).type, expected, `length ${length}, bit ${bit}, and more`);
      }
    }
  });

  it("is noticed to have a damaged length with up to three wrong bits", () => {
    for (const length of [0, 1, 64, 4096, 0x123456]) {
      const header = framed(filled(0)).slice();
      const whole = header.subarray(0, 5);
      whole.set(framedHeader(length));
      for (let a = 0; a < 40; a++) {
        for (let b = a; b < 40; b++) {
          for (let c = b; c < 40; c++) {
            // The same bit twice is a bit that is not wrong; three different ones, or one, are left.
            const damaged = flipped(flipped(flipped(header, a), b), c);
            if (a === b && b === c) assertEquals(frameAt(damaged, 0, LONGEST_PAYLOAD).type, "BadHeader");
            else if (a !== b && b !== c) assertEquals(frameAt(damaged, 0, LONGEST_PAYLOAD).type, "BadHeader");
          }
          if (a !== b) assertEquals(frameAt(flipped(flipped(header, a), b), 0, LONGEST_PAYLOAD).type, "BadHeader");
        }
      }
    }
  });

  it("is not made of zeros, nor of ones", () => {
    assertEquals(frameAt(new Uint8Array(100), 0, MAXIMUM).type, "BadHeader");
    assertEquals(frameAt(new Uint8Array(100).fill(255), 0, LONGEST_PAYLOAD).type, "BadHeader");
  });

  it("is refused above the limit before its payload arrives", () => {
    const header = framed(filled(101)).subarray(0, FRAME_HEADER);
    const error = frameAt(header, 0, 100);
    const message = "Cannot read a frame: 101 bytes are more than 100.";
    assertEquals(error, { type: "TooLarge", length: 101, message });
    assertEquals(frameAt(header, 0, 101), { type: "CutShort" });
  });
});

describe("A FrameReader", () => {
  it("finds the frames of a stream, wherever it is cut", () => {
    const random = seededRandom(1);
    const payloads = fc.array(fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 300 }), fc.nat({ max: 20_000 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(payloads, fc.constantFrom(1, 3, 10, 100, 5000, 100_000), (lengths, longest) => {
        const sent = lengths.map(filled);
        const stream = framed(...sent);
        const reader = new FrameReader(MAXIMUM);
        const found: Uint8Array[] = [];
        for (let at = 0; at < stream.length;) {
          const to = Math.min(at + 1 + Math.floor(random.next() * longest), stream.length);
          const { payloads, error } = reader.push(stream.slice(at, to));
          assert(O.isNone(error));
          found.push(...payloads);
          at = to;
        }
        assertEquals(found, sent);
        assertEquals(reader.waiting, 0);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("finds them one byte at a time, and each as soon as it is complete", () => {
    const stream = framed(filled(3), filled(0), filled(200));
    const ends = [12, 21, 230];
    const reader = new FrameReader(MAXIMUM);
    for (let i = 0; i < stream.length; i++) {
      const { payloads } = reader.push(stream.subarray(i, i + 1));
      assertEquals(payloads.length, ends.includes(i + 1) ? 1 : 0);
    }
  });

  it("gives views of a chunk where a frame lies in it, and a buffer of its own where it does not", () => {
    const stream = framed(filled(30), filled(30));
    const reader = new FrameReader(MAXIMUM);
    const [first, second] = [stream.slice(0, 50), stream.slice(50)];
    const [whole] = reader.push(first).payloads;
    assertStrictEquals(whole.buffer, first.buffer);
    const [pieced] = reader.push(second).payloads;
    assertNotStrictEquals(pieced.buffer, second.buffer);
    first.fill(0);
    second.fill(0);
    assertEquals(pieced, filled(30));
  });

  it("never writes over a payload that it has given away", () => {
    const random = seededRandom(2);
    const sent = Array.from({ length: 50 }, () => filled(Math.floor(random.next() * 500)));
    const stream = framed(...sent);
    const reader = new FrameReader(MAXIMUM);
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += 97) found.push(...reader.push(stream.slice(at, at + 97)).payloads);
    assertEquals(found, sent);
  });

  it("puts a large frame together from many small pieces", () => {
    const large = filled(3 << 20);
    const stream = framed(filled(1), large, filled(2));
    const reader = new FrameReader(4 << 20);
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += 1000) {
      found.push(...reader.push(stream.subarray(at, at + 1000)).payloads);
    }
    assertEquals(found.map(({ length }) => length), [1, large.length, 2]);
    assertEquals(found[1], large);
  });

  it("says how much of a frame has arrived", () => {
    const stream = framed(filled(100), filled(5));
    const reader = new FrameReader(MAXIMUM);
    assertEquals(reader.waiting, 0);
    reader.push(stream.subarray(0, 50));
    assertEquals(reader.waiting, 50);
    reader.push(stream.subarray(50, 112));
    assertEquals(reader.waiting, 3);
    reader.push(stream.subarray(112));
    assertEquals(reader.waiting, 0);
  });

  it("takes chunks with nothing in them", () => {
    const stream = framed(filled(10));
    const reader = new FrameReader(MAXIMUM);
    for (const at of [0, 5, 15]) {
      assertEquals(reader.push(new Uint8Array(0)), { payloads: [], error: O.none });
      const { payloads } = reader.push(stream.subarray(at, at === 0 ? 5 : at === 5 ? 15 : 19));
      assertEquals(payloads.length, at === 15 ? 1 : 0);
    }
  });

  it("gives the good frames before a bad one, and nothing after it", () => {
    for (const cut of [0, 5, 30, 60, 89, 1000]) {
      const stream = framed(filled(20), filled(20), filled(20));
      stream[70] ^= 1;
      const reader = new FrameReader(MAXIMUM);
      const one = reader.push(stream.subarray(0, cut));
      const two = reader.push(stream.subarray(cut));
      assertEquals([...one.payloads, ...two.payloads], [filled(20), filled(20)]);
      const error = O.isSome(one.error) ? one : two;
      assertEquals(errorOf(error).type, "BadChecksum");
      assertEquals(reader.push(framed(filled(1))), { payloads: [], error: two.error });
    }
  });

  it("refuses a frame that is too large as soon as it knows, however it is cut", () => {
    const stream = framed(filled(101));
    for (let cut = 0; cut <= FRAME_HEADER; cut++) {
      const reader = new FrameReader(100);
      const one = reader.push(stream.subarray(0, cut));
      const two = reader.push(stream.subarray(cut, FRAME_HEADER));
      assertEquals(errorOf(O.isSome(one.error) ? one : two).type, "TooLarge");
      assertEquals([...one.payloads, ...two.payloads], []);
    }
  });

  it("takes exactly the largest frame that it is to take", () => {
    const reader = new FrameReader(100);
    assertEquals(reader.push(framed(filled(100))), { payloads: [filled(100)], error: O.none });
    assertEquals(errorOf(reader.push(framed(filled(101)))).type, "TooLarge");
  });

  it("does not believe an announced length: thousands of them cost next to nothing", () => {
    const header = Uint8Array.of(...framedHeader(LONGEST_PAYLOAD - 1), 0, 0, 0, 0);
    const readers = Array.from({ length: 4000 }, () => new FrameReader(LONGEST_PAYLOAD));
    // Sixteen terabytes, if anybody believed it.
    for (const reader of readers) {
      assertEquals(reader.push(header.slice()).error, O.none);
      assertEquals(reader.push(Uint8Array.of(1)).error, O.none);
      assertEquals(reader.waiting, FRAME_HEADER + 1);
    }
  });
});

function framed(...payloads: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  for (const payload of payloads) {
    const at = beginFrame(writer);
    writer.raw(payload);
    endFrame(writer, at);
  }
  return writer.copy();
}

// The length and its check, of a frame that nobody has to make for that.
function framedHeader(length: number): Uint8Array {
  const word = Uint8Array.of(length & 255, (length >>> 8) & 255, (length >>> 16) & 255, length >>> 24);
  let crc = 0;
  for (const byte of word) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 128) === 0 ? (crc << 1) & 255 : ((crc << 1) ^ 7) & 255;
  }
  return Uint8Array.of(...word, crc ^ 0x55);
}

function filled(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}

function errorOf({ error }: { readonly error: O.Option<FrameError> }): FrameError {
  assert(O.isSome(error));
  return error.value;
}
