/**
 * Every kind of packet, and the frame that it has in version 1.0 of the peer protocol: nodes of other releases rely on it.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Packet } from "../../effects/transport/packet.ts";
import { samples } from "./samples.ts";
import { introduction } from "./stranger.ts";
import { bytesOf, installSnapshot } from "./world.ts";

/** The packets. */
export const goldenPackets: readonly Packet[] = [
  { type: "Hello", introduction: introduction(1, 2, { address: O.some("127.0.0.1:7001") }) },
  { type: "Welcome", introduction: introduction(2, 1, { kind: "snapshot" }) },
  { type: "Refusal", reason: "node 1 lost its data" },
  { type: "Messages", messages: samples(1, 2) },
  { type: "Request", id: 1, payload: bytesOf(3) },
  { type: "Response", id: 300, payload: bytesOf(3) },
  { type: "NoResponse", id: 2 },
  { type: "Alive" },
  { type: "Offer", message: installSnapshot(1, 2), size: 1_000_000 },
  { type: "Resume", offset: 65_536 },
  { type: "Declined", reason: "it is here already" },
  { type: "Chunk", bytes: bytesOf(5) },
  { type: "End" },
  { type: "Arrived" },
  { type: "Failed", reason: "a checksum is wrong" },
];

/** Their frames, in hexadecimal digits. */
export const goldenFrames: readonly string[] = [
  "5300000093e7850d2b0152466873000001000000010001103031323334353637383961626364656601021030303030303030" +
  "3030303030303030311030303030303030303030303030306161010e3132372e302e302e313a37303031",
  "4400000096d549fc4d0252466873000001000000010002103031323334353637383961626364656602011030303030303030" +
  "303030303030303032103030303030303030303030303030616100",
  "1600000046e450d3d103146e6f64652031206c6f7374206974732064617461",
  "b50000008353935a85040101020307020602080340001f3e5d7c9bbad9f81736557493b2d1f00f2e4d6c8baac9e807264564" +
  "83a2c1e0ff1e3d5c7b9ab9d8f71635547392b1d0ef0e2d4c6b8aa9c8e70625446382a1020301203f02010203090104010501" +
  "020309030106010203010701020309030008010203000301020309010404010203000a0102030b010200010005001f3e5d7c" +
  "0c0102000c001f3e5d7c9bbad9f81736550d0102030c001f3e5d7c9bbad9f8173655090e01020002",
  "050000001b3d0c45ba0501001f3e",
  "060000002197eb7e7406ac02001f3e",
  "020000007914e596e00702",
  "0100000043bf67d9dc08",
  "1c000000da956b202f09c0843d090102020701020102000103000009001f3e5d7c9bbad9f8",
  "040000000daa7822930a808004",
  "140000006ac3d985fa0b126974206973206865726520616c7265616479",
  "060000002185f029b60c001f3e5d7c",
  "01000000433093b3ac0d",
  "01000000438ac2ba350e",
  "150000007cfa9a622f0f136120636865636b73756d2069732077726f6e67",
];
