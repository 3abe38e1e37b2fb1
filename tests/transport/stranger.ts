/**
 * The other end of a connection, played by a test: it says whatever the test wants it to.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import { FrameStream } from "../../effects/transport/frame_stream.ts";
import { type Introduction, writeIntroduction } from "../../effects/transport/introduction.ts";
import type { Packet } from "../../effects/transport/packet.ts";
import { readPacket, writePacket } from "../../effects/transport/packet_codec.ts";
import type { Socket } from "../../effects/transport/socket.ts";
import { beginFrame, decode, endFrame, type Format, Writer } from "../../effects/wire/mod.ts";
import { CLUSTER } from "./world.ts";

/** Somebody at the other end. */
export class Stranger {
  private readonly frames = new FrameStream(64 * 1024 * 1024);
  private readonly heard: Packet[] = [];

  /** Speaks through `socket`. */
  constructor(readonly socket: Pick<Socket, "read" | "write" | "close">) {}

  /** Says packets, in one write. */
  async say(...packets: readonly Packet[]): Promise<void> {
    await this.sayBytes(Uint8Array.from(packets.flatMap((packet) => [...frameOf(packet)])));
  }

  /** Says bytes. */
  async sayBytes(bytes: Bytes): Promise<void> {
    await this.socket.write(bytes);
  }

  /** The next packet; none when the connection is closed. */
  async hear(): Promise<O.Option<Packet>> {
    while (this.heard.length === 0) {
      const chunk = await this.socket.read().catch(() => O.none);
      if (O.isNone(chunk)) return O.none;
      this.frames.push(chunk.value, (payload) => {
        const packet = decode(payload.slice(), readPacket);
        if (E.isRight(packet)) this.heard.push(packet.right);
        return true;
      });
    }
    return O.fromNullable(this.heard.shift());
  }

  /** The kinds of all the packets that still come. */
  async rest(): Promise<readonly Packet["type"][]> {
    const types: Packet["type"][] = [];
    for (let packet = await this.hear(); O.isSome(packet); packet = await this.hear()) types.push(packet.value.type);
    return types;
  }
}

/** What a node says of itself. */
export function introduction(from: NodeId, to: NodeId, differences: Partial<Introduction> = {}): Introduction {
  const incarnation = from.toString(16).padStart(16, "0");
  const session = "00000000000000aa";
  return { kind: "messages", cluster: CLUSTER, from, to, incarnation, session, address: O.none, ...differences };
}

/** A greeting. */
export function hello(from: NodeId, to: NodeId, differences: Partial<Introduction> = {}): Packet {
  return { type: "Hello", introduction: introduction(from, to, differences) };
}

/** A greeting in another version of the protocol. */
export function foreignHello(from: NodeId, to: NodeId, format: Format): Bytes {
  return frame((writer) => {
    writer.u8(1);
    writeIntroduction(writer, introduction(from, to), format);
  });
}

/** The frame of a packet. */
export function frameOf(packet: Packet): Bytes {
  return frame((writer) => writePacket(writer, packet));
}

/** The frame around what `write` writes. */
export function frame(write: (writer: Writer) => void): Bytes {
  const writer = new Writer();
  const at = beginFrame(writer);
  write(writer);
  endFrame(writer, at);
  return writer.copy();
}
