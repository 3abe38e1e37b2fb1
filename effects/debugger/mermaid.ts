/**
 * Draws steps of a timeline as a sequence diagram for Mermaid.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Effect } from "../../core/outbox.ts";
import { isFromPeer } from "./machine.ts";
import type { Delivery, Timeline, TimelineStep } from "./timeline.ts";
import { describeMessage, describeObjection, describeRoleChange, detailsOf } from "./words.ts";

/** Which steps to draw. */
export interface DiagramRange {
  /** The first one; 1 if it is not given. */
  readonly from?: number;
  /** The last one; that of the timeline if it is not given. */
  readonly to?: number;
}

/** The lines of a sequence diagram. */
export function sequenceDiagram(timeline: Timeline, range: DiagramRange = {}): readonly string[] {
  const { from = 1, to = timeline.length } = range;
  const strangers = new Set<NodeId>();
  const lines: string[] = [];
  for (let number = from; number <= Math.min(to, timeline.length); number++) {
    const step = timeline.step(number);
    lines.push(...arrival(timeline, step, strangers), ...turns(step), ...departures(timeline, step, to));
  }
  const participants = [...timeline.nodes, ...strangers].sort((a, b) => a - b).map((id) => {
    return `participant n${id} as node ${id}${strangers.has(id) ? " (no recording)" : ""}`;
  });
  return ["sequenceDiagram", ...[...participants, ...lines].map((line) => `  ${line}`)];
}

/** How the step began: a message arrives, or the host says something. Ticks and reports of the disk are left out. */
function arrival(timeline: Timeline, step: TimelineStep, strangers: Set<NodeId>): readonly string[] {
  const { message, node, number } = step;
  if (isFromPeer(message)) {
    const { from } = message;
    if (!timeline.nodes.includes(from)) strangers.add(from);
    return [`n${from}->>n${node}: ${text(`${number}. ${words(message)}${fateOf(timeline, step)}`)}`];
  }
  switch (message.type) {
    case "Propose":
    case "Campaign":
    case "TransferLeader":
    case "ReadIndex":
    case "ForgetLeader":
    case "Unreachable":
    case "SnapshotStatus":
    case "SnapshotAvailable":
    case "ApplyConfChange":
    case "Compact":
      return [note(node, `${number}. ${describeMessage(message)}`)];
    default: // a clock that moves, a disk that is done, an acknowledgement of its own
      return [];
  }
}

function fateOf(timeline: Timeline, { cause, number }: TimelineStep): string {
  if (cause === null) return "";
  const found = timeline.step(cause).deliveries.find(({ received, duplicates }) => {
    return received === number || duplicates.includes(number);
  });
  if (found === undefined) return "";
  if (found.duplicates.includes(number)) return " (once more)";
  return found.fate === "late" ? " (late)" : "";
}

/** What changed for everybody to see. */
function turns({ node, number, outbox }: TimelineStep): readonly string[] {
  return outbox.flatMap((effect: Effect): readonly string[] => {
    switch (effect.type) {
      case "RoleChanged":
        return [note(node, `${number}. ${describeRoleChange(effect)}`)];
      case "Apply": {
        const [first] = effect.entries;
        const last = effect.entries[effect.entries.length - 1];
        return [
          note(
            node,
            `${number}. applies ${first.index === last.index ? first.index : `${first.index} to ${last.index}`}`,
          ),
        ];
      }
      case "RestoreSnapshot":
        return [note(node, `${number}. restores the snapshot at ${effect.snapshot.index}`)];
      case "Refused":
      case "Fault":
        return [
          note(
            node,
            `${number}. ${effect.type === "Fault" ? "fault" : "refused"}: ${describeObjection(effect.reason)}`,
          ),
        ];
      default: // the others show by what follows from them
        return [];
    }
  });
}

/** Messages that nobody receives, or only behind the last step that is drawn. */
function departures(timeline: Timeline, { deliveries, node, number }: TimelineStep, to: number): readonly string[] {
  return deliveries.flatMap((delivery: Delivery): readonly string[] => {
    const { message, received } = delivery;
    if (!isFromPeer(message) || !timeline.nodes.includes(delivery.to)) return [];
    const { fate } = delivery;
    if (fate === "lost" || fate === "down") {
      return [`n${node}-xn${delivery.to}: ${text(`${number}. ${words(message)} (${fate})`)}`];
    }
    if (received === null || received <= to) return [];
    return [`n${node}--)n${delivery.to}: ${text(`${number}. ${words(message)} (arrives in step ${received})`)}`];
  });
}

function words(message: Extract<Message, { readonly from: NodeId }>): string {
  const details = detailsOf(message);
  return `${message.type}, term ${message.term}${details === "" ? "" : `: ${details}`}`;
}

function note(node: NodeId, what: string): string {
  return `Note over n${node}: ${text(what)}`;
}

/** Text in which nothing is taken for syntax. */
function text(what: string): string {
  return what.replace(/[#;<>{}%]/g, (sign) => `#${sign.charCodeAt(0)};`).replace(/\s+/g, " ");
}
