/**
 * Bytes that no correct peer sends.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Random } from "../../effects/random/random.ts";
import type { Packet } from "../../effects/transport/packet.ts";
import { FRAME_HEADER, frameAt } from "../../effects/wire/mod.ts";
import { samples } from "./samples.ts";
import { frame, frameOf, hello } from "./stranger.ts";
import { bytesOf, installSnapshot } from "./world.ts";

/** Malformed bytes. */
export interface Malformed {
  /** What is wrong with them. */
  readonly kind: string;
  /** They begin in the middle of a connection. */
  readonly bytes: Bytes;
  /** Whether the connection must be closed; otherwise they may happen to be good. */
  readonly certain: boolean;
}

/** Frames that are good, from node 2 to node 1: first those of messages. */
const GOOD: readonly Bytes[] = [
  ...samples(2, 1).map((message): Packet => ({ type: "Messages", messages: [message] })),
  { type: "Messages", messages: samples(2, 1) } as const,
  { type: "Request", id: 1, payload: bytesOf(40) } as const,
  hello(2, 1),
  { type: "Offer", message: installSnapshot(2, 1), size: 1_000 } as const,
  { type: "Chunk", bytes: bytesOf(100) } as const,
].map(frameOf);

// The header of a frame that is larger than allowed, and what comes first in it.
const TOO_LARGE: Bytes = frame((writer) => writer.raw(new Uint8Array(64 * 1024 * 1024 + 1))).slice(0, FRAME_HEADER + 5);

/** Something malformed. */
export function malformed(random: Pick<Random, "next">): Malformed {
  const below = (n: number): number => Math.floor(random.next() * n);
  const good = GOOD[below(GOOD.length)];
  const noise = Uint8Array.from({ length: 16 + below(200) }, () => below(256));
  switch (below(8)) {
    case 0:
      return { kind: "random bytes", bytes: withoutHeader(noise), certain: true };
    case 1:
      return { kind: "flipped bits", bytes: flip(good, 1 + below(3), below), certain: true };
    case 2:
      return {
        kind: "a frame cut short",
        bytes: join(good.subarray(0, 1 + below(good.length - 1)), good),
        certain: true,
      };
    case 3:
      return { kind: "a frame too large", bytes: TOO_LARGE, certain: true };
    case 4:
      return { kind: "a good frame of nonsense", bytes: frame((writer) => writer.raw(noise)), certain: false };
    case 5: {
      const payload = flip(payloadOf(good), 1 + below(3), below);
      return {
        kind: "a good frame of a damaged packet",
        bytes: frame((writer) => writer.raw(payload)),
        certain: false,
      };
    }
    case 6: {
      const payload = payloadOf(good);
      const cut = payload.subarray(0, below(payload.length));
      return { kind: "a good frame of half a packet", bytes: frame((writer) => writer.raw(cut)), certain: false };
    }
    default: {
      const payload = join(payloadOf(GOOD[below(13)]), noise);
      return { kind: "a good frame with something left over", bytes: frame((w) => w.raw(payload)), certain: false };
    }
  }
}

/** Cuts bytes into pieces, as a network does. */
export function cut(bytes: Bytes, random: Pick<Random, "next">): readonly Bytes[] {
  const pieces: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const to = random.next() < 0.3 ? bytes.length : Math.min(bytes.length, at + 1 + Math.floor(random.next() * 40));
    pieces.push(bytes.slice(at, to));
    at = to;
  }
  return pieces;
}

function payloadOf(good: Bytes): Bytes {
  return good.slice(FRAME_HEADER);
}

// A header that happens to be good would only announce something to wait for.
function withoutHeader(bytes: Bytes): Bytes {
  const wrong = bytes.slice();
  while (!["BadHeader", "TooLarge"].includes(frameAt(wrong, 0, 64 * 1024 * 1024).type)) wrong[4]++;
  return wrong;
}

function flip(bytes: Bytes, bits: number, below: (n: number) => number): Bytes {
  const flipped = bytes.slice();
  const chosen = new Set<number>();
  while (chosen.size < bits) chosen.add(below(bytes.length * 8));
  for (const bit of chosen) flipped[bit >> 3] ^= 1 << (bit & 7);
  return flipped;
}

function join(a: Bytes, b: Bytes): Bytes {
  return Uint8Array.from([...a, ...b]);
}
