/**
 * What the parts of a running node know of its middle: the state, and how to tell it something.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { StopReason } from "./raft_node.ts";

/** The fold over a node's messages. */
export interface Fold {
  /** The state after the last message. */
  readonly node: Node;
  /** Queues a message; a turn folds it soon. */
  deliver(message: Message): void;
  /** Folds a message now. Only for what must be in the state before the caller goes on; never within an outbox. */
  fold(message: Message): void;
  /** A turn comes soon, although there is no message. */
  wake(): void;
  /** The turn comes now: what is waited for has happened. */
  turn(): void;
  /** Stops the node. */
  stop(reason: StopReason): void;
}
