/**
 * Why a message was received by nobody.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Fate, Timeline } from "../timeline.ts";

/** A message that was received by nobody, or by somebody. */
export interface Sent {
  /** Whom it was for. */
  readonly to: NodeId;
  /** What became of it. */
  readonly fate: Fate;
}

/** Why nobody received a message, as far as it is known: `it never arrived`. */
export function whyUnheard({ nodes }: Timeline, { fate, to }: Sent): string {
  if (fate === "down") return `node ${to} was down`;
  if (fate !== "unknown") return "it never arrived";
  return nodes.includes(to) ? `the recording of node ${to} is over by then` : `the recording of node ${to} is not here`;
}

/** The same of several messages to one node; what was lost on its way comes first. */
export function whyAllUnheard(timeline: Timeline, sent: readonly Sent[]): string {
  const lost = sent.find(({ fate }) => fate === "lost");
  const known = lost ?? sent.find(({ fate }) => fate === "down") ?? sent[0];
  return sent.length > 1 && lost !== undefined ? "none of the messages arrived" : whyUnheard(timeline, known);
}
