/**
 * The bytes of packets.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { readPacket } from "../../effects/transport/packet_codec.ts";
import { decode, FRAME_HEADER } from "../../effects/wire/mod.ts";
import { goldenFrames, goldenPackets } from "./golden.ts";
import { frameOf } from "./stranger.ts";

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("every packet has the bytes that it has always had, and is read as what it was", () => {
  assertEquals(goldenPackets.map((packet) => hexadecimal(frameOf(packet))), goldenFrames);
  for (const packet of goldenPackets) {
    assertEquals(decode(frameOf(packet).slice(FRAME_HEADER), readPacket), E.right(packet));
  }
});

Deno.test("a packet that is cut short or goes on, or of a kind that is not known, is none", () => {
  for (const packet of goldenPackets) {
    const payload = frameOf(packet).slice(FRAME_HEADER);
    const isOpen = ["Messages", "Request", "Response", "Chunk"].includes(packet.type); // their end is that of the frame
    if (!isOpen) assert(E.isLeft(decode(payload.slice(0, -1), readPacket)), packet.type);
    if (!isOpen && packet.type !== "Hello" && packet.type !== "Welcome") {
      assert(E.isLeft(decode(Uint8Array.from([...payload, 0]), readPacket)), packet.type);
    }
  }
  for (const code of [0, 16, 255]) assert(E.isLeft(decode(new Uint8Array([code, 1]), readPacket)));
});

Deno.test("the reason of a refusal is cut, so that it fits in the frame of a handshake", () => {
  const frame = frameOf({ type: "Refusal", reason: "long ".repeat(1_000) });
  const packet = decode(frame.slice(FRAME_HEADER), readPacket);
  assert(E.isRight(packet) && packet.right.type === "Refusal");
  assertEquals(packet.right.reason.length, 500);
});
