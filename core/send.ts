/**
 * Sending at once, without waiting for the disk.
 *
 * @module
 */
import type { PeerMessage } from "./message.ts";
import type { Refused, Send } from "./outbox.ts";

/**
 * The effect that sends `message`. A node has nothing to say to itself at once: what it would say was provoked by a
 * message that only pretends to be from it.
 */
export function send(message: PeerMessage): Send | Refused {
  return message.to === message.from ? { type: "Refused", reason: { type: "FromItself" } } : { type: "Send", message };
}
