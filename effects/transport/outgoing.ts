/**
 * What is to be sent on a connection. Two buffers take turns: while one is being written, the other one gathers, and what
 * it has gathered leaves in one write.
 *
 * @module
 */
import type { PeerMessage } from "../../core/message.ts";
import { beginFrame, endFrame, FRAME_HEADER, WireError, writePeerMessage, Writer } from "../wire/mod.ts";
import type { Packet } from "./packet.ts";
import { beginMessages, writePacket } from "./packet_codec.ts";
import type { Sink } from "./socket.ts";

/** What becomes of it. */
export interface OutgoingEvents {
  /** A write with so many messages has begun. */
  writing(): void;
  /** So many messages were written. */
  written(messages: number): void;
  /** The connection broke; so many messages are lost. Nothing follows. */
  broke(messages: number, error: unknown): void;
}

/** A frame of messages is closed at this size, so that a later message starts another one. */
const FULL_FRAME = 1024 * 1024;

/** A buffer starts with this, */
const CAPACITY = 4 * 1024;

/** and one that has grown beyond this is not kept. */
const MOST_KEPT = 2 * FULL_FRAME;

const NO_FRAME = -1;

/** The sending half of a connection. */
export class Outgoing {
  private gathering = new Writer(CAPACITY);
  private writing = new Writer(CAPACITY);
  // Where the frame of messages begins that is still open in `gathering`.
  private frame = NO_FRAME;
  private messages = 0;
  private messagesInWrite = 0;
  private bytesInWrite = 0;
  private wanted = false;
  private ended = false;
  private waiting: (() => void)[] = [];

  /** Sends to `sink` frames of at most `frameBytes`. */
  constructor(
    private readonly sink: Pick<Sink, "write">,
    private readonly frameBytes: number,
    private readonly events: OutgoingEvents,
  ) {}

  /** The number of bytes that are not written yet. */
  get queued(): number {
    return this.gathering.length + this.bytesInWrite;
  }

  /** Gathers a message. False if it is too large, or not one that can be written. */
  message(message: PeerMessage): boolean {
    if (this.ended) return false;
    const { gathering } = this;
    if (this.frame !== NO_FRAME && gathering.length - this.frame > FULL_FRAME) this.closeFrame();
    const isFirst = this.frame === NO_FRAME;
    if (isFirst) this.openFrame();
    const before = gathering.length;
    if (!this.tryToWrite(message)) {
      gathering.reset(isFirst ? this.frame : before);
      if (isFirst) this.frame = NO_FRAME;
      return false;
    }
    if (gathering.length - this.frame - FRAME_HEADER > this.frameBytes) {
      gathering.reset(isFirst ? this.frame : before);
      if (isFirst) {
        this.frame = NO_FRAME;
        return false;
      }
      this.closeFrame();
      return this.message(message);
    }
    this.messages++;
    return true;
  }

  /** Gathers a packet. False if it is too large. */
  packet(packet: Packet): boolean {
    if (this.ended) return false;
    this.closeFrame();
    const { gathering } = this;
    const at = beginFrame(gathering);
    writePacket(gathering, packet);
    if (gathering.length - at - FRAME_HEADER > this.frameBytes) {
      gathering.reset(at);
      return false;
    }
    endFrame(gathering, at);
    return true;
  }

  /** What was gathered leaves: now, or as soon as the write that is under way is done. */
  flush(): void {
    this.wanted = true;
    if (this.bytesInWrite === 0) this.begin();
  }

  /** Resolves when everything that was flushed is written, or the connection is gone. */
  drained(): Promise<void> {
    if (this.ended || (this.bytesInWrite === 0 && !this.wanted)) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The connection is gone: forgets everything. */
  end(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    const lost = this.messages + this.messagesInWrite;
    this.messages = this.messagesInWrite = this.bytesInWrite = 0;
    this.gathering = new Writer(0);
    this.frame = NO_FRAME;
    this.wake();
    this.events.broke(lost, error);
  }

  private begin(): void {
    this.wanted = false;
    this.closeFrame();
    if (this.gathering.length === 0 || this.ended) return this.wake();
    const full = this.gathering;
    this.gathering = this.writing;
    this.writing = full;
    this.messagesInWrite = this.messages;
    this.messages = 0;
    this.bytesInWrite = full.length;
    this.events.writing();
    this.sink.write(full.view()).then(this.done, this.failed);
  }

  private readonly done = (): void => {
    if (this.ended) return;
    const { messagesInWrite } = this;
    this.writing = this.bytesInWrite > MOST_KEPT ? new Writer(CAPACITY) : this.writing;
    this.writing.reset();
    this.bytesInWrite = this.messagesInWrite = 0;
    this.events.written(messagesInWrite);
    if (this.wanted) this.begin();
    else this.wake();
  };

  private readonly failed = (error: unknown): void => this.end(error);

  private openFrame(): void {
    this.frame = beginFrame(this.gathering);
    beginMessages(this.gathering);
  }

  private closeFrame(): void {
    if (this.frame === NO_FRAME) return;
    endFrame(this.gathering, this.frame);
    this.frame = NO_FRAME;
  }

  private tryToWrite(message: PeerMessage): boolean {
    try {
      writePeerMessage(this.gathering, message);
      return true;
    } catch (error) {
      if (error instanceof WireError) return false;
      throw error;
    }
  }

  private wake(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
