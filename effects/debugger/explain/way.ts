/**
 * The way of a request from the node whose host was asked to the node that dealt with it.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Message } from "../../../core/message.ts";
import type { Delivery, Fate, Timeline, TimelineStep } from "../timeline.ts";

/** A request that one node passed on to another. */
export interface Hop {
  /** The node that passed it on. */
  readonly from: NodeId;
  /** To whom. */
  readonly to: NodeId;
  /** The step that did. */
  readonly sent: number;
  /** The step that got it; null if none did. */
  readonly received: number | null;
  /** What became of the message. */
  readonly fate: Fate;
}

/** Where a request has come to: a step that did something else with it than to pass it on, or one whose message got nowhere. */
export interface Arrival {
  /** The nodes that passed it on, in order. */
  readonly hops: readonly Hop[];
  /** The last step in which a node was told of it. */
  readonly step: number;
  /** Whether it was told of it once more: the message was there twice. */
  readonly again: boolean;
}

/** What carries a request from node to node. */
export type Forwarded = "ForwardedPropose" | "ForwardedReadIndex";

/** Where the request that a node was told of in step `first` has come to; a message that was there twice has two ends. */
export function arrivalsOf(timeline: Timeline, first: number, type: Forwarded): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  follow(timeline, { hops: [], step: first, again: false }, type, arrivals);
  return arrivals;
}

function follow(timeline: Timeline, here: Arrival, type: Forwarded, arrivals: Arrival[]): void {
  const step = timeline.step(here.step);
  const passedOn = deliveriesOf(step, type);
  if (passedOn.length === 0) arrivals.push(here);
  for (const delivery of passedOn) {
    const hops = [...here.hops, hopOf(step, delivery)];
    if (delivery.received === null) arrivals.push({ ...here, hops });
    else {
      follow(timeline, { hops, step: delivery.received, again: here.again }, type, arrivals);
      for (const again of delivery.duplicates) {
        follow(
          timeline,
          { hops: [...here.hops, { ...hopOf(step, delivery), received: again }], step: again, again: true },
          type,
          arrivals,
        );
      }
    }
  }
}

function deliveriesOf({ deliveries }: TimelineStep, type: Forwarded): readonly Delivery[] {
  return deliveries.filter(({ message }) => message.type === type);
}

function hopOf({ node, number }: TimelineStep, { fate, received, to }: Delivery): Hop {
  return { from: node, to, sent: number, received, fate };
}

/** The first step that knew of the request that a node was told of in step `number`: its host's, if that is recorded. */
export function firstStepOf(timeline: Timeline, number: number, type: Forwarded): number {
  let first = timeline.step(number);
  while (first.message.type === type && first.cause !== null) first = timeline.step(first.cause);
  return first.number;
}

/** The node whose host has asked for what `message` carries. */
export function askerOf({ message, node }: { readonly message: Message; readonly node: NodeId }): NodeId {
  return "from" in message ? message.from : node;
}
