/**
 * What became of messages in a recording, for whoever lets the nodes go on in another way.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import { isFromPeer, isOwn, keyOf } from "./machine.ts";
import { pushTo } from "./push_to.ts";
import type { Timeline, TimelineStep } from "./timeline.ts";

/** A message that was sent in the recording. */
interface Sent {
  /** The step that sent it. */
  readonly at: number;
  /** The steps that received it; none if it was lost. */
  readonly received: readonly number[];
}

/** So many steps before the instant tell how long messages are on their way. */
const LOOK_BACK = 2_000;

/** The fates of the messages that a timeline sends from an instant on. */
export class RecordedFates {
  readonly #timeline: Timeline;
  readonly #at: number;
  /** Recorded steps that receive a message that was sent behind the instant, and sent again in the other future. */
  readonly #arriving = new Set<number>();
  /** What was sent behind the instant and not yet in the other future, by sender and content, oldest first. */
  readonly #expected = new Map<string, Sent[]>();
  /** What was sent on each way, oldest first. */
  readonly #ways = new Map<string, Sent[]>();

  /** Behind step `at`. */
  constructor(timeline: Timeline, at: number) {
    this.#timeline = timeline;
    this.#at = at;
    for (let number = Math.max(1, at - LOOK_BACK); number <= timeline.length; number++) {
      this.#take(timeline.step(number));
    }
  }

  /** Whether the message of a recorded step is there in the other future as well. */
  arrives({ cause, number }: TimelineStep): boolean {
    return cause === null || cause <= this.#at || this.#arriving.has(number);
  }

  /**
   * A message is sent in the other future, while the recording is at step `now`. Returns before which recorded steps it
   * arrives on its own account; nothing if recorded steps receive it, or if it is lost.
   */
  send(from: NodeId, message: PeerMessage, now: number): readonly number[] {
    const [sent] = this.#expected.get(`${from} ${keyOf(message)}`)?.splice(0, 1) ?? [];
    if (sent === undefined) return this.#likeOthers(from, message.to, now);
    const delays: number[] = [];
    for (const received of sent.received) {
      if (received > now) this.#arriving.add(received);
      else delays.push(now + received - sent.at); // it was sent later than in the recording
    }
    return delays;
  }

  /** What a node's disk reports in steps behind `besides` of what it was asked for up to step `last`, in the same run. */
  unreported(node: NodeId, last: number, besides: number): readonly Message[] {
    const messages: Message[] = [];
    const position = this.#timeline.nodes.indexOf(node);
    const { cause, node: nodes } = this.#timeline.columns;
    const run = this.#timeline.runs.findLast((one) => one.node === node && one.first > 0 && one.first <= besides);
    for (let number = besides + 1; number <= (run?.last ?? 0); number++) {
      if (nodes[number - 1] !== position || cause[number - 1] === 0 || cause[number - 1] > last) continue;
      const { message } = this.#timeline.step(number);
      if (isOwn(message)) messages.push(message);
    }
    return messages;
  }

  #take({ deliveries, node, number }: TimelineStep): void {
    for (const { duplicates, fate, message, received, to } of deliveries) {
      if (!isFromPeer(message) || fate === "unknown") continue;
      const sent: Sent = { at: number, received: received === null ? [] : [received, ...duplicates] };
      pushTo(this.#ways, `${node} ${to}`, sent);
      if (number > this.#at) pushTo(this.#expected, `${node} ${keyOf(message)}`, sent);
    }
  }

  /** The fate of the recorded message on the same way that was sent next to `now`; the next step if there is none. */
  #likeOthers(from: NodeId, to: NodeId, now: number): readonly number[] {
    let nearest: Sent | null = null;
    for (const sent of this.#ways.get(`${from} ${to}`) ?? []) {
      if (nearest === null || Math.abs(sent.at - now) < Math.abs(nearest.at - now)) nearest = sent;
    }
    if (nearest === null) return [now + 1];
    const [first] = nearest.received;
    return first === undefined ? [] : [now + Math.max(1, first - nearest.at)];
  }
}
