/**
 * One end of a connection, without the socket: bytes come in, packets come out, and the other way round.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { decode } from "../wire/mod.ts";
import { FrameStream } from "./frame_stream.ts";
import type { TransportLimits } from "./limits.ts";
import { Outgoing } from "./outgoing.ts";
import type { Packet } from "./packet.ts";
import { isUsedAtOnce, readPacket } from "./packet_codec.ts";
import type { Sink } from "./socket.ts";

/** Takes what arrives on a connection, and hears of what becomes of it. */
export interface ConnectionEvents {
  /** A packet arrived. */
  packet(packet: Packet): void;
  /** What arrived together was taken. */
  taken(): void;
  /** A write has begun. */
  writing(): void;
  /** Messages were written, or lost. */
  sent(written: number, lost: number): void;
  /** Something came that no correct peer sends: the connection is being closed, and `closed` follows. */
  violated(reason: string): void;
  /** The connection is closed. Nothing follows. */
  closed(reason: string): void;
}

const TOO_EARLY = "It went on before the handshake was answered.";

/** One end of a connection. It never throws, whatever it is fed with. */
export class Connection {
  /** What is to be sent. */
  readonly out: Outgoing;
  private frames: FrameStream;
  private opened: Option<FrameStream> = O.none;
  private isClosed = false;
  private isParting = false;
  private isOpen = false;
  private reason = "the connection was lost";

  /** Until `open`, frames may be no larger than that of a handshake. */
  constructor(
    private readonly sink: Sink,
    private readonly limits: TransportLimits,
    private readonly events: ConnectionEvents,
  ) {
    this.frames = new FrameStream(limits.helloBytes);
    this.out = new Outgoing(sink, limits.frameBytes, {
      writing: () => events.writing(),
      written: (messages) => messages > 0 && events.sent(messages, 0),
      broke: (messages, error) => this.broke(messages, error),
    });
  }

  /** Whether nothing can come or go any more. */
  get closed(): boolean {
    return this.isClosed;
  }

  /** The handshake is complete. Nobody may have said more than that before it. */
  open(): void {
    this.isOpen = true;
    this.opened = O.some(new FrameStream(this.limits.frameBytes));
  }

  /** Takes the next bytes of the stream. They may be used again afterwards. */
  feed(chunk: Bytes): void {
    if (this.isClosed || this.isParting) return;
    const error = this.frames.push(chunk, this.take);
    if (this.isClosed || this.isParting) return;
    if (O.isSome(error)) return this.violate(error.value.message);
    if (O.isSome(this.opened)) {
      if (this.frames.waiting > 0) return this.violate(TOO_EARLY);
      this.frames = this.opened.value;
      this.opened = O.none;
    }
    this.events.taken();
  }

  /** The stream has ended. A stranger has no reason to end within a frame; a peer that is killed may. */
  finish(reason: string): void {
    if (this.isClosed) return;
    if (this.frames.waiting > 0 && !this.isOpen && !this.isParting) this.violate("It ended within a frame.");
    else this.close(reason);
  }

  /** Something came that no correct peer sends. */
  violate(reason: string): void {
    if (this.isClosed) return;
    this.events.violated(reason);
    this.close(reason);
  }

  /** Closes the connection, and forgets what was not written. */
  close(reason: string): void {
    if (this.isClosed) return;
    this.reason = reason;
    this.out.end(reason);
  }

  /** Says a last thing, and closes when it is written; what arrives from now on is not looked at. */
  part(packet: Packet, reason: string): void {
    if (this.isClosed) return;
    this.isParting = true;
    this.out.packet(packet);
    this.out.flush();
    this.out.drained().then(() => this.close(reason));
  }

  // Whether more can be taken.
  private readonly take = (payload: Bytes): boolean => {
    if (O.isSome(this.opened)) {
      this.violate(TOO_EARLY);
    } else {
      const packet = decode(isUsedAtOnce(payload) ? payload : payload.slice(), readPacket);
      if (E.isLeft(packet)) this.violate(packet.left.message);
      else this.events.packet(packet.right);
    }
    return !this.isClosed && !this.isParting;
  };

  private broke(lost: number, error: unknown): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (error instanceof Error) this.reason = error.message;
    this.sink.close();
    this.events.sent(0, lost);
    this.events.closed(this.reason);
  }
}
