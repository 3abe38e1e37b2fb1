/**
 * What a connection does once both ends know each other.
 *
 * @module
 */
import type { Packet } from "./packet.ts";

/** Takes the packets that follow the handshake. */
export interface Service {
  /** Takes a packet. */
  packet(packet: Packet): void;
  /** What arrived together was taken. */
  taken(): void;
  /** A write has begun. */
  writing(): void;
  /** Messages were written, or lost. */
  sent(written: number, lost: number): void;
  /** The connection is closed. Nothing follows. */
  closed(reason: string): void;
}
