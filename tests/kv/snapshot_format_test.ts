/**
 * Snapshots as streams of bytes.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { Bytes } from "../../core/mod.ts";
import { StoreFailure } from "../../effects/kv/mod.ts";
import { SnapshotDecoder } from "../../effects/kv/snapshot_decoder.ts";
import { SnapshotEncoder } from "../../effects/kv/snapshot_encoder.ts";
import { CHUNK } from "../../effects/kv/snapshot_format.ts";
import { bytes, joined } from "./kv_support.ts";

type Triple = readonly [family: number, key: Bytes, value: Bytes];

/** Two pairs in the first family and one in the last, as the first version of the format has them. */
const GOLDEN = "52464b56" + "0100" + "000100000002000000" + "61" + "3131" + "000200000000000000" + "6162" +
  "020000000001000000" + "33" + "ff0300000000000000";

const TRIPLES: readonly Triple[] = [[0, bytes("a"), bytes("11")], [0, bytes("ab"), bytes("")], [
  2,
  bytes(""),
  bytes("3"),
]];

describe("the format of snapshots", () => {
  it("has the bytes of the first version", () => {
    assertEquals(joined(encoded(TRIPLES)).toHex(), GOLDEN);
    assertEquals(decoded([Uint8Array.fromHex(GOLDEN)]), TRIPLES);
  });

  it("does not depend on where it is cut into chunks", () => {
    const all = Uint8Array.fromHex(GOLDEN);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: all.length }), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), all.length];
        assertEquals(decoded(at.slice(1).map((to, i) => all.subarray(at[i], to))), TRIPLES);
      }),
      { seed: 1, numRuns: 500 },
    );
    assertEquals(decoded(Array.from(all, (byte) => Uint8Array.of(byte))), TRIPLES);
  });

  it("has chunks of 1 MiB, but for the last one, also where a value is longer", () => {
    const large: Triple[] = [[1, bytes("k"), new Uint8Array(3 * CHUNK + 5).fill(7)], [1, bytes("l"), bytes("m")]];
    const chunks = encoded(large);
    assertEquals(chunks.map(({ length }) => length).slice(0, 3), [CHUNK, CHUNK, CHUNK]);
    assertEquals(chunks.length, 4);
    assertEquals(decoded(chunks), large);
  });

  it("can be empty", () => assertEquals(decoded(encoded([])), []));

  it("takes many pairs at once like one after the other", () => {
    const encoder = new SnapshotEncoder();
    encoder.addMany(0, bytes("a11ab"), [1, 2, 2, 0]);
    encoder.addMany(2, bytes("3"), [0, 1]);
    encoder.end();
    assertEquals(joined(encoder.ready).toHex(), GOLDEN);
  });

  it("does not use a chunk any more when the next one comes", () => {
    const all = Uint8Array.fromHex(GOLDEN);
    const triples: Triple[] = [];
    const decoder = new SnapshotDecoder((family, key, value) => triples.push([family, key.slice(), value.slice()]));
    const chunk = new Uint8Array(7);
    for (let at = 0; at < all.length; at += 7) {
      chunk.set(all.subarray(at, at + 7));
      decoder.push(chunk.subarray(0, Math.min(7, all.length - at)));
      chunk.fill(0xee);
    }
    decoder.end();
    assertEquals(triples, TRIPLES);
  });
});

describe("a snapshot is refused", () => {
  it("if it is cut short anywhere", () => {
    const all = Uint8Array.fromHex(GOLDEN);
    for (let length = 0; length < all.length; length++) assertRefused(all.subarray(0, length), "not complete");
  });

  it("if it goes on behind its end", () => {
    assertRefused(Uint8Array.fromHex(GOLDEN + "00"), "goes on behind its end");
    const decoder = new SnapshotDecoder(() => {});
    decoder.push(Uint8Array.fromHex(GOLDEN));
    decoder.push(bytes("x"));
    assertThrows(() => decoder.end(), StoreFailure, "not complete");
  });

  it("if it is something else, or of a later major version", () => {
    assertRefused(bytes("something else"), "none of RaftKV");
    assertRefused(changed(4, 2), "version 2.0");
    assertEquals(decoded([changed(5, 9)]), TRIPLES); // A later minor version adds nothing that has to be understood.
  });

  it("if its keys are not in order, or one comes twice", () => {
    const wrong: readonly (readonly Triple[])[] = [
      [TRIPLES[1], TRIPLES[0]],
      [TRIPLES[0], TRIPLES[0]],
      [TRIPLES[2], TRIPLES[0]],
    ];
    for (const triples of wrong) assertRefused(joined(encoded(triples)), "not in order");
  });

  it("if it has a pair of an unknown family", () => assertRefused(changed(6, 3), "3 is no column family"));

  it("if it has another number of pairs than it says", () => {
    assertRefused(changed(Uint8Array.fromHex(GOLDEN).length - 8, 2), "it has 3 pairs and should have 2");
  });
});

function encoded(triples: readonly Triple[]): readonly Bytes[] {
  const encoder = new SnapshotEncoder();
  for (const [family, key, value] of triples) encoder.add(family, key, value);
  encoder.end();
  return encoder.ready;
}

function decoded(chunks: readonly Bytes[]): readonly Triple[] {
  const triples: Triple[] = [];
  const decoder = new SnapshotDecoder((family, key, value) => triples.push([family, key.slice(), value.slice()]));
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return triples;
}

function changed(at: number, byte: number): Bytes {
  const bytes = Uint8Array.fromHex(GOLDEN);
  bytes[at] = byte;
  return bytes;
}

function assertRefused(bytes: Bytes, why: string): void {
  assertThrows(() => decoded([bytes]), StoreFailure, why);
}
