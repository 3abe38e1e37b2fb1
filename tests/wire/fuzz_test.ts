/**
 * Bytes that nobody has written, or that were damaged on the way: they are refused with an error of the codec, or are a
 * value that has exactly these bytes. Nothing else is ever thrown, and nothing is allocated because a length says so.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  beginFrame,
  decode,
  decodePeerMessage,
  encode,
  endFrame,
  FrameReader,
  readMessage,
  readNode,
  readOutbox,
  WireError,
  writeMessage,
  writeNode,
  writeOutbox,
  Writer,
} from "../../effects/wire/mod.ts";
import { type Random, seededRandom } from "../../effects/random/random.ts";
import { anyMessage } from "./arbitraries.ts";
import { type Codec, observable } from "./round_trip.ts";
import { EFFECTS, MESSAGES, NODES } from "./samples.ts";

const ROUNDS = 40_000;

/** Messages of all types, as they are sent. */
const VALID: readonly Uint8Array[] = [
  ...Object.values(MESSAGES),
  ...fc.sample(anyMessage, { seed: 1, numRuns: 400 }),
].map((message) => encode(message, writeMessage));

describe("decodePeerMessage() refuses, or reads what has exactly these bytes:", () => {
  it("random bytes", () => {
    const random = seededRandom(1);
    const read = count(ROUNDS, () => {
      const bytes = random.bytes(below(random, 48));
      // Otherwise most of them would end at their first byte.
      if (bytes.length > 0) bytes[0] = below(random, 18);
      return isRead(bytes);
    });
    assert(read > 100, `Only ${read} of them were messages.`);
  });

  it("messages that were cut off", () => {
    const random = seededRandom(2);
    const read = count(ROUNDS, () => {
      const bytes = pick(random, VALID);
      return isRead(bytes.subarray(0, below(random, bytes.length)));
    });
    assertEquals(read, 0);
  });

  it("messages with wrong bits", () => {
    const random = seededRandom(3);
    count(ROUNDS, () => {
      const bytes = pick(random, VALID).slice();
      for (let flips = 1 + below(random, 3); flips > 0; flips--) flip(bytes, below(random, 8 * bytes.length));
      return isRead(bytes);
    });
  });

  it("messages with bytes of other ones in the middle", () => {
    const random = seededRandom(4);
    count(ROUNDS, () => {
      const [one, two] = [pick(random, VALID), pick(random, VALID)];
      return isRead(Uint8Array.of(
        ...one.subarray(0, below(random, one.length + 1)),
        ...two.subarray(below(random, two.length + 1)),
      ));
    });
  });

  it("messages in which a byte became a huge number", () => {
    const random = seededRandom(5);
    count(ROUNDS, () => {
      const bytes = pick(random, VALID);
      const at = below(random, bytes.length);
      const huge = encode(pick(random, HUGE), (writer, n) => writer.varint(n));
      return isRead(Uint8Array.of(...bytes.subarray(0, at), ...huge, ...bytes.subarray(at + 1)));
    });
  });
});

describe("What recordings hold is refused, or is what has exactly these bytes:", () => {
  const kinds: readonly Kind[] = [
    kind({ write: writeMessage, read: readMessage }, Object.values(MESSAGES)),
    kind({ write: writeNode, read: readNode }, Object.values(NODES)),
    kind({ write: writeOutbox, read: readOutbox }, [Object.values(EFFECTS)]),
  ];

  it("messages, nodes and outboxes with wrong bits, cut off, or with huge numbers in them", () => {
    const random = seededRandom(6);
    count(ROUNDS, () => {
      const { valid, check } = pick(random, kinds);
      let bytes: Uint8Array = pick(random, valid).slice();
      if (below(random, 2) === 0) bytes = bytes.subarray(0, below(random, bytes.length) + 1);
      const at = below(random, bytes.length);
      const huge = encode(pick(random, HUGE), (writer, n) => writer.varint(n));
      if (below(random, 4) === 0) bytes = Uint8Array.of(...bytes.subarray(0, at), ...huge, ...bytes.subarray(at + 1));
      else flip(bytes, below(random, 8 * bytes.length));
      return check(bytes);
    });
  });
});

describe("A FrameReader finds only what was sent:", () => {
  it("in random bytes, nothing", () => {
    const random = seededRandom(7);
    const found = count(ROUNDS, () => {
      const reader = new FrameReader(1 << 16);
      const { payloads } = reader.push(random.bytes(below(random, 40)));
      return payloads.length > 0;
    });
    assertEquals(found, 0);
  });

  it("in streams that are damaged, cut off, or both, the frames before the damage", () => {
    const random = seededRandom(8);
    for (let round = 0; round < ROUNDS; round++) {
      const sent = Array.from({ length: 1 + below(random, 4) }, () => pick(random, VALID));
      const stream = framed(sent);
      const bit = below(random, 8 * stream.length);
      const isDamaged = below(random, 4) > 0;
      if (isDamaged) flip(stream, bit);
      const end = below(random, 2) === 0 ? stream.length : below(random, stream.length + 1);
      const cut = below(random, end + 1);
      const reader = new FrameReader(1 << 16);
      const [one, two] = [reader.push(stream.slice(0, cut)), reader.push(stream.slice(cut, end))];
      const found = [...one.payloads, ...two.payloads];
      const complete = completeBefore(sent, isDamaged ? bit >> 3 : end, end);
      assertEquals(found.length, complete);
      for (let i = 0; i < found.length; i++) assert(isSame(found[i], sent[i]));
      if (isDamaged && end === stream.length) {
        assert(O.isSome(two.error), "Damage in a whole stream is always noticed.");
      }
    }
  });
});

const HUGE: readonly number[] = [2 ** 14, 2 ** 21, 2 ** 31, 2 ** 32 - 1, 2 ** 40, Number.MAX_SAFE_INTEGER];

/** Valid bytes of a kind of value, and what holds for all others. */
interface Kind {
  readonly valid: readonly Uint8Array[];
  readonly check: (bytes: Uint8Array) => boolean;
}

function kind<A>(codec: Codec<A>, values: readonly A[]): Kind {
  return { valid: values.map((value) => encode(value, codec.write)), check: (bytes) => isReadBy(codec, bytes) };
}

function isRead(bytes: Uint8Array): boolean {
  const result = decodePeerMessage(bytes);
  if (E.isLeft(result)) return isWireError(result.left);
  assert("from" in result.right, "Only messages of peers come from peers.");
  assert(isSame(encode(result.right, writeMessage), bytes), `${bytes} are another form of ${observable(result.right)}`);
  return true;
}

function isReadBy<A>({ write, read }: Codec<A>, bytes: Uint8Array): boolean {
  const result = decode(bytes, read);
  if (E.isLeft(result)) return isWireError(result.left);
  const again = encode(result.right, write);
  // A number that is none has many forms; one of them is written.
  assert(isSame(again, bytes) || observable(result.right).includes("NaN"), `${bytes} are another form of a value`);
  return true;
}

function isWireError(error: WireError): false {
  assert(error instanceof WireError);
  return false;
}

// How many frames end at or before `end`, and before the byte `damage`.
function completeBefore(sent: readonly Uint8Array[], damage: number, end: number): number {
  let at = 0;
  let complete = 0;
  for (const payload of sent) {
    at += 9 + payload.length;
    if (at > end || at > damage) break;
    complete++;
  }
  return complete;
}

function framed(payloads: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  for (const payload of payloads) {
    const at = beginFrame(writer);
    writer.raw(payload);
    endFrame(writer, at);
  }
  return writer.copy();
}

function count(rounds: number, round: () => boolean): number {
  let hits = 0;
  for (let i = 0; i < rounds; i++) if (round()) hits++;
  return hits;
}

function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

function pick<A>(random: Random, list: readonly A[]): A {
  return list[below(random, list.length)];
}

function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] ^= 1 << (bit & 7);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
