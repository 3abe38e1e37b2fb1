/**
 * Who calls on a connection between nodes: what it says of itself in its first frame.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Bytes, NodeId } from "../../core/entry.ts";
import { readPacket } from "../transport/packet_codec.ts";
import { decode, frameAt } from "../wire/mod.ts";

/** Tells who calls from the first bytes of a connection: 0 if nobody can tell; undefined if there are too few bytes. */
export type Identify = (bytes: Bytes) => NodeId | undefined;

/** No introduction is longer. */
const LONGEST = 4_096;

/** Understands the introductions of the transport over TCP without TLS. */
export function identifyCaller(bytes: Bytes): NodeId | undefined {
  const frame = frameAt(bytes, 0, LONGEST);
  if (frame.type === "CutShort") return undefined;
  if (frame.type !== "Frame") return 0; // the node that is called will say what is wrong
  const packet = decode(frame.payload, readPacket);
  if (E.isLeft(packet) || packet.right.type !== "Hello") return 0;
  const { introduction } = packet.right;
  return "from" in introduction ? introduction.from : 0;
}
