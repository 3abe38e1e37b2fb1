/**
 * Sending at once, without waiting for the disk.
 *
 * @module
 */
import type { PeerMessage } from "./message.ts";
import type { Node } from "./node.ts";
import type { Refused, Send } from "./outbox.ts";

/**
 * The effect that sends `message` from `node`. A node has nothing to say to itself at once: what it would say was provoked
 * by a message that only pretends to be from it.
 */
export function send({ id }: Node, message: PeerMessage): Send | Refused {
  return message.to === id ? { type: "Refused", reason: { type: "FromItself" } } : { type: "Send", message };
}
