/**
 * The recorded run of a node that is a cluster of its own: for stories about what is proposed, not about who has it.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as E from "fp-ts/Either";
import {
  bootstrap,
  type Bytes,
  DEFAULT_OPTIONS as options,
  type Message,
  type Node,
  proposal,
  step,
} from "../../core/mod.ts";
import { type Run, runOf } from "../../effects/debugger/run.ts";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { timelineOf } from "./chaos.ts";

/** What the node is told: its disk and its state machine do at once what it wants. */
export function lonelyRun(told: readonly Message[]): Run {
  const first = bootstrap({ id: 1, options }, [1]);
  assert(E.isRight(first));
  let node: Node = first.right;
  const messages: Message[] = [];
  const waiting: Message[] = [];
  for (const message of told) {
    waiting.push(message);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [after, outbox] = step(node, next);
      messages.push(next);
      node = after;
      for (const effect of outbox) {
        if (effect.type === "Persist") waiting.push(...effect.then);
        if (effect.type === "Apply") {
          waiting.push({ type: "Applied", index: effect.entries[effect.entries.length - 1].index });
        }
      }
    }
  }
  return runOf(first.right, messages);
}

/** Its timeline. */
export function lonelyTimeline(told: readonly Message[]): Promise<Timeline> {
  return timelineOf(new Map([[1, [lonelyRun(told)]]]));
}

/** It leads, with the index 1, and is asked for an entry with each of `data`, in tickets from 1 on. */
export function lonelyWith(data: readonly Bytes[]): Promise<Timeline> {
  return lonelyTimeline([
    { type: "Campaign" },
    ...data.map((one, i): Message => ({ type: "Propose", ticket: i + 1, entries: [proposal(one)] })),
  ]);
}
