/**
 * What another future of a cluster is: how it is asked for, and what came of it.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Reducer } from "./run.ts";

/** What is to be another way in a cluster. */
export interface TimelineEdits {
  /** Up to this step everything stays as it was. */
  readonly at: number;
  /** These steps, which are later ones, do not happen. */
  readonly drop?: readonly number[];
  /** This is told to nodes right behind step `at`. */
  readonly insert?: readonly { readonly node: NodeId; readonly message: Message }[];
  /** In the place of what a node was told in a later step. */
  readonly edit?: ReadonlyMap<number, Message>;
}

/**
 * Where what a node is told comes from: it was recorded; somebody has changed it; it is a message that was not sent in the
 * recording; or a report of a diverged node's disk or state machine. A `restart` tells nothing: the node starts again.
 */
export type ForkedOrigin = "recorded" | "changed" | "new" | "report" | "restart";

/** A step of the other future. */
export interface ForkedStep {
  /** The node. */
  readonly node: NodeId;
  /** Where what it is told comes from. */
  readonly origin: ForkedOrigin;
  /** The recorded step in whose place it is; null if there is none. */
  readonly recorded: number | null;
  /** What the node is told; null if it starts again. */
  readonly message: Message | null;
  /** The state before. */
  readonly before: Node;
  /** The state after. */
  readonly after: Node;
  /** What it wants done. */
  readonly outbox: Outbox;
}

/** Another future. */
export interface ForkedTimeline {
  /** Up to this step of the recording everything is as it was. */
  readonly at: number;
  /** What happens then. */
  readonly steps: readonly ForkedStep[];
  /** Recorded steps that do not happen any more. */
  readonly vanished: readonly number[];
  /** The nodes that were told something else than was recorded, and the position in `steps` from which on. */
  readonly diverged: ReadonlyMap<NodeId, number>;
  /** The states at the end. */
  readonly nodes: ReadonlyMap<NodeId, Node>;
}

/** How to go on. */
export interface ForkTimelineOptions {
  /** Another reducer than the core's. */
  readonly step?: Reducer;
  /** So many steps at most, so that a cluster that talks for ever comes to an end; 100,000 if it is not given. */
  readonly most?: number;
}
