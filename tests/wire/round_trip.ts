/**
 * What every part of the codec has to be able to do.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { listInflights, type Node } from "../../core/mod.ts";
import { decode, encode, type Reader, WireError, type Writer } from "../../effects/wire/mod.ts";
import { canonical } from "../properties/canonical.ts";

/** How a kind of value is written and read. */
export interface Codec<A> {
  /** Writes it. */
  readonly write: (writer: Writer, value: A) => void;
  /** Reads it. */
  readonly read: (reader: Reader) => A;
}

/** The value is read as it was written, it has only one form, and no part of its bytes is a value. */
export function assertRoundTrip<A>({ write, read }: Codec<A>, value: NoInfer<A>): void {
  const bytes = encode(value, write);
  const again = right(decode(bytes, read));
  assertEquals(observable(again), observable(value));
  assertEquals(encode(again, write), bytes);
  for (const length of cuts(bytes.length)) assertRefused(bytes.subarray(0, length), read);
  assertRefused(Uint8Array.of(...bytes, 0), read);
}

/** The bytes are refused; returns why. */
export function assertRefused<A>(bytes: Uint8Array, read: (reader: Reader) => A): string {
  const result = decode(bytes, read);
  assert(E.isLeft(result), `${bytes} was read as ${canonical(E.isRight(result) && result.right)}`);
  assert(result.left instanceof WireError);
  return result.left.message;
}

/** What is right. */
export function right<L, A>(either: E.Either<L, A>): A {
  if (E.isLeft(either)) throw either.left;
  return either.right;
}

/** What can be seen of a value from outside: not how a log keeps its entries, or a queue its elements. */
export function observable(value: unknown): string {
  return canonical(isLeader(value) ? withListedInflights(value) : value);
}

function isLeader(value: unknown): value is Extract<Node, { role: "leader" }> {
  return typeof value === "object" && value !== null && "role" in value && value.role === "leader";
}

function withListedInflights(leader: Extract<Node, { role: "leader" }>): unknown {
  const progress = leader.own.progress.map((peer) =>
    peer.state !== "replicate" ? peer : {
      ...peer,
      inflights: {
        count: peer.inflights.count,
        bytes: peer.inflights.bytes,
        list: listInflights(peer.inflights),
      },
    }
  );
  return { ...leader, own: { ...leader.own, progress } };
}

// All of a short value; of a long one the first and last, and some between.
function cuts(length: number): readonly number[] {
  const all = Array.from({ length }, (_, i) => i);
  return all.filter((i) => i < 40 || i >= length - 40 || i % 17 === 0);
}
