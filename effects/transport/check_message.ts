/**
 * Messages that no correct peer sends, whatever they say.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";

/** What is wrong with a message that `from` has sent to `to`; an empty text if nothing is. */
export function checkMessage(message: PeerMessage, from: NodeId, to: NodeId): string {
  if (message.from !== from) return `It sent a message in the name of ${message.from}.`;
  if (message.to !== to) return `It sent a message for ${message.to}.`;
  return message.type === "InstallSnapshot" ? "It sent a snapshot without its file." : "";
}
