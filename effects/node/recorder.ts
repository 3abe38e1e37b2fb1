/**
 * Takes every input of a node's reducer, in order: what is needed to replay the run.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";

/** A recorder. It must not throw and must not block; what it cannot keep up with it leaves out, and says so. */
export interface Recorder {
  /** The node as it was started, and the outbox of its start. */
  begin(node: Node, outbox: Outbox): void;
  /** `message` was folded: this is the state after it, and the outbox. */
  folded(message: Message, after: Node, outbox: Outbox): void;
  /** Writes what is left. */
  close(): Promise<void>;
}
