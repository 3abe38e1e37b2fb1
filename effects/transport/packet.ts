/**
 * Packets: what a frame of the peer protocol holds. The first byte says what it is.
 *
 * ```text
 * dialed side               accepted side
 * Hello                  →
 *                        ←  Welcome, or Refusal      (Refusal also →, where the one who called does not want the other)
 * Messages, Request      →                           on a connection for messages
 *                        ←  Response, NoResponse, Alive
 * Offer                  →                           on a connection for a snapshot
 *                        ←  Resume, or Declined
 * Chunk…, End            →
 *                        ←  Alive, then Arrived or Failed
 * ```
 *
 * `Hello`, `Welcome`, `Refusal` and the frame around them stay as they are for ever; everything else may be another in
 * another major version.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage, Tagged } from "../../core/message.ts";
import type { Foreign, Introduction } from "./introduction.ts";

/** The caller introduces itself. */
export interface Hello extends Tagged<"Hello"> {
  /** Who calls. */
  readonly introduction: Introduction | Foreign;
}

/** The one who was called introduces itself, and agrees. */
export interface Welcome extends Tagged<"Welcome"> {
  /** Who answers. */
  readonly introduction: Introduction | Foreign;
}

/** One end does not want the other; the connection is closed. */
export interface Refusal extends Tagged<"Refusal"> {
  /** Why, for the log of the other one. */
  readonly reason: string;
}

/** Messages that left together. */
export interface Messages extends Tagged<"Messages"> {
  /** In the order in which they were sent. */
  readonly messages: readonly PeerMessage[];
}

/** A question. */
export interface Request extends Tagged<"Request"> {
  /** Counted from 1 on each connection. */
  readonly id: number;
  /** Opaque. */
  readonly payload: Bytes;
}

/** The answer to a question. */
export interface Response extends Tagged<"Response"> {
  /** The question. */
  readonly id: number;
  /** Opaque. */
  readonly payload: Bytes;
}

/** There will be no answer to a question. */
export interface NoResponse extends Tagged<"NoResponse"> {
  /** The question. */
  readonly id: number;
}

/** Something came since the last time, and was taken. */
export type Alive = Tagged<"Alive">;

/** A snapshot is to be sent. */
export interface Offer extends Tagged<"Offer"> {
  /** The message that it belongs to. */
  readonly message: InstallSnapshot;
  /** The size of the file. */
  readonly size: number;
}

/** The snapshot is welcome. */
export interface Resume extends Tagged<"Resume"> {
  /** Where the file goes on: so much of it is already there. */
  readonly offset: number;
}

/** The snapshot is not wanted. */
export interface Declined extends Tagged<"Declined"> {
  /** Why. */
  readonly reason: string;
}

/** The next bytes of the file. */
export interface Chunk extends Tagged<"Chunk"> {
  /** At least one. */
  readonly bytes: Bytes;
}

/** All of the file was sent. */
export type End = Tagged<"End">;

/** The snapshot is complete and durable. */
export type Arrived = Tagged<"Arrived">;

/** The snapshot arrived damaged, or could not be kept. */
export interface Failed extends Tagged<"Failed"> {
  /** Why. */
  readonly reason: string;
}

/** The content of a frame. */
export type Packet =
  | Hello
  | Welcome
  | Refusal
  | Messages
  | Request
  | Response
  | NoResponse
  | Alive
  | Offer
  | Resume
  | Declined
  | Chunk
  | End
  | Arrived
  | Failed;

/** The one that says it all. */
export const ALIVE_PACKET: Alive = { type: "Alive" };
