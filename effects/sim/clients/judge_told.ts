/**
 * Whether what clients were told is true.
 *
 * @module
 */
import type { Objection } from "./judgement.ts";
import { nameOf } from "./judge_order.ts";
import type { ClientOperation, Write } from "./operation.ts";
import type { Sequence } from "./sequence.ts";
import { show } from "./same.ts";
import { equalBytes } from "../../kv/bytes.ts";

/** Judges what clients were told about their commands. That nothing is applied twice the sequence has seen to. */
export function judgeTold<C, R, Q, A>(
  operations: readonly ClientOperation<C, R, Q, A>[],
  sequence: Sequence<C>,
  object: Objection,
): void {
  for (const operation of operations) if (operation.type === "Write") judgeReplies(operation, sequence, object);
}

/** Judges what a client was told about one command so far. */
export function judgeReplies<C, R>(operation: Write<C, R>, sequence: Sequence<C>, object: Objection): void {
  const position = sequence.positionOf(operation.number);
  if (operation.ok === false && position > 0) {
    object("No Effect", `${nameOf(operation)} was rejected, and is command ${position}`);
  }
  for (const { node, reply, bytes } of operation.replies) {
    if (position === 0) {
      object("Lasting Writes", `node ${node} has acknowledged ${nameOf(operation)}, and no node has applied it`);
    } else if (!equalBytes(bytes, sequence.commands[position - 1].reply)) {
      const sentence = `node ${node} has replied ${show(reply)} to ${
        nameOf(operation)
      }, the state machines another reply`;
      object("Right Replies", sentence);
    }
  }
}
