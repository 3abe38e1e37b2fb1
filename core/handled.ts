/**
 * What the handler of a message answers.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Draft } from "./draft.ts";
import { NO_ENTRIES } from "./entry.ts";
import type { Acknowledgement, Persisted } from "./message.ts";
import type { Node } from "./node.ts";
import { type Effect, type FaultReason, NO_EFFECTS, type Outbox, type Persist, type RefusedReason } from "./outbox.ts";

/**
 * The beginning of a step: the node after the message and what its handler wants done. `conclude` adds what follows from
 * the change of the node by itself; until then the pair, and a `Persist` at the head of its effects, are under
 * construction.
 */
export type Handled = [node: Node, effects: Outbox];

/** The node after the message, without a word. */
export function silently(node: Node): Handled {
  return [node, NO_EFFECTS];
}

/** The node after the message, and what it wants done. */
export function saying(node: Node, effect: Effect): Handled {
  return [node, [effect]];
}

/** The node after the message, and what it answers as soon as that is durable. */
export function acknowledging(node: Node, ack: Acknowledgement): Handled {
  return [node, [persisting(node, ack)]];
}

/** No correct sender could have produced the message. */
export function refuse(node: Node, reason: RefusedReason): Handled {
  return [node, [{ type: "Refused", reason }]];
}

/** The message contradicts what this node has made durable. */
export function fault(node: Node, reason: FaultReason): Handled {
  return [node, [{ type: "Fault", reason }]];
}

/** The beginning of the `Persist` of a step that ends at `node`: a barrier, and what waits behind it. */
export function persisting(node: Node, ack: Acknowledgement | null): Draft<Persist> {
  return {
    type: "Persist",
    hardState: O.none,
    entries: NO_ENTRIES,
    snapshot: O.none,
    sync: false,
    then: followUp(node, ack),
  };
}

// While anything is not known to be durable, the disk's own report goes along, so that nothing stays unknown for ever.
function followUp(node: Node, ack: Acknowledgement | null): Persist["then"] {
  if (node.stable < node.log.lastIndex || O.isSome(node.pendingSnapshot)) {
    return ack === null ? [persisted(node)] : [ack, persisted(node)];
  }
  return ack === null ? NOTHING : [ack];
}

const NOTHING: Persist["then"] = [];

function persisted({ term, log, pendingSnapshot }: Node): Persisted {
  const snapshot = O.isSome(pendingSnapshot) ? O.some(pendingSnapshot.value.index) : O.none;
  return { type: "Persisted", term, last: log.last, snapshot };
}
