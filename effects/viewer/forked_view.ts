/**
 * A fork as a timeline: up to its instant it is the one that it comes from, and then what would have been.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { ForkedStep, ForkedTimeline } from "../debugger/fork_timeline.ts";
import { keyOf } from "../debugger/machine.ts";
import { type ForkedRuns, forkedRuns } from "./forked_runs.ts";
import {
  type Delivery,
  MARKS,
  type Timeline,
  type TimelineColumns,
  type TimelineRun,
  type TimelineStep,
} from "../debugger/timeline.ts";
import { eachSent, marksOf } from "../debugger/timeline_track.ts";
import { MESSAGE_TYPES } from "../wire/message_tags.ts";
import { ROLE_NAMES } from "../wire/names.ts";

/** A step that tells a node something: what starts it again is part of the next one. */
type Told = ForkedStep & { readonly message: Message };

/** The story of a cluster that went another way. */
export class ForkedView implements Timeline {
  readonly nodes: readonly NodeId[];
  readonly length: number;
  readonly runs: readonly TimelineRun[];
  readonly columns: TimelineColumns;
  readonly #base: Timeline;
  readonly #at: number;
  readonly #steps: readonly Told[];
  readonly #causes: Int32Array;
  readonly #positions: ForkedRuns["positions"];
  /** The step that has received the nth message of a step, by both numbers. */
  readonly #received = new Map<string, number>();
  /** Where a recorded step is now. */
  readonly #now = new Map<number, number>();
  readonly #states: ReadonlyMap<NodeId, Node>;

  /** `forked` is a fork of `base`. */
  constructor(base: Timeline, forked: ForkedTimeline) {
    const { at, steps } = forked;
    const { positions, runs } = forkedRuns(base, forked);
    this.#base = base;
    this.#positions = positions;
    this.#at = at;
    this.#steps = steps.filter(isTold);
    this.#states = base.state(at);
    this.nodes = base.nodes;
    this.length = at + this.#steps.length;
    this.runs = runs;
    this.#steps.forEach(({ recorded }, i) => recorded !== null && this.#now.set(recorded, at + i + 1));
    this.#causes = this.#findCauses();
    this.columns = this.#drawn();
  }

  step(number: number): TimelineStep {
    if (number <= this.#at) return this.#before(number);
    const { message, node, outbox } = this.#told(number);
    const cause = this.#causes[number - this.#at - 1];
    const deliveries: Delivery[] = [];
    eachSent(outbox, (sent) => {
      if (sent.type === "Persisted") return;
      const received = this.#received.get(`${number} ${deliveries.length}`) ?? null;
      const fate = received !== null ? "received" : this.nodes.includes(sent.to) ? "lost" : "unknown";
      deliveries.push({ message: sent, to: sent.to, fate, received, duplicates: [] });
    });
    const place = { file: "fork", at: number, unit: "line" as const };
    const at = this.columns.at[number - 1];
    return {
      number,
      node,
      ...this.#positions[number - this.#at - 1],
      at: Number.isNaN(at) ? null : at,
      message,
      outbox,
      cause: cause === 0 ? null : cause,
      deliveries,
      place,
    };
  }

  state(number: number): ReadonlyMap<NodeId, Node> {
    if (number <= this.#at) return this.#base.state(number);
    const latest = new Map<NodeId, Node>();
    for (let i = number - this.#at - 1; i >= 0 && latest.size < this.nodes.length; i--) {
      const { after, node } = this.#steps[i];
      if (!latest.has(node)) latest.set(node, after);
    }
    return new Map([...this.#states].map(([node, state]) => [node, latest.get(node) ?? state]));
  }

  before(number: number): Node {
    return number <= this.#at ? this.#base.before(number) : this.#told(number).before;
  }

  after(number: number): Node {
    return number <= this.#at ? this.#base.after(number) : this.#told(number).after;
  }

  find(node: NodeId, run: number, step: number): number | null {
    const number = this.#base.find(node, run, step);
    if (number !== null && number <= this.#at) return number;
    const at = this.#positions.findIndex((position, i) =>
      position.step === step && position.run === run && this.#steps[i].node === node
    );
    return at < 0 ? null : this.#at + at + 1;
  }

  #told(number: number): Told {
    const step = this.#steps[number - this.#at - 1];
    if (step === undefined) {
      throw new RangeError(`There is no step ${number}: the steps are numbered from 1 to ${this.length}.`);
    }
    return step;
  }

  /** A step of the common past; what it sent may have another fate now. */
  #before(number: number): TimelineStep {
    const step = this.#base.step(number);
    const deliveries = step.deliveries.map((delivery): Delivery => {
      if (delivery.received === null || delivery.received <= this.#at) return delivery;
      const received = this.#now.get(delivery.received) ?? null;
      return { ...delivery, received, fate: received === null ? "lost" : delivery.fate, duplicates: [] };
    });
    // Some of its members are computed when they are asked for, which a copy of its own ones would miss.
    const { message, outbox } = step;
    return { ...step, message, outbox, deliveries };
  }

  /** The step that has sent what each new step is told; 0 if no node did. */
  #findCauses(): Int32Array {
    const causes = new Int32Array(this.#steps.length);
    const sent = new Map<string, string[]>();
    this.#steps.forEach((step, i) => {
      const number = this.#at + i + 1;
      if (step.message.type === "Persisted") causes[i] = this.#causeNow(step) ?? 0;
      else if (wasSent(step.message)) causes[i] = this.#causeOf(step, step.message, number, sent);
      let nth = 0;
      eachSent(step.outbox, (message) => {
        if (message.type === "Persisted") return;
        const key = keyOf(message);
        const places = sent.get(key) ?? [];
        if (places.length === 0) sent.set(key, places);
        places.push(`${number} ${nth++}`);
      });
    });
    return causes;
  }

  /** The step that sent it in the recording, if it still does; else one that has sent such a message. */
  #causeOf(step: Told, message: PeerMessage, number: number, sent: ReadonlyMap<string, string[]>): number {
    const now = this.#causeNow(step);
    if (now !== null && now <= this.#at) return now;
    const open = sent.get(keyOf(message))?.filter((place) => !this.#received.has(place)) ?? [];
    const place = open.find((place) => senderOf(place) === now) ?? open[0];
    if (place === undefined) return 0;
    this.#received.set(place, number);
    return senderOf(place);
  }

  /** What the cause of a recorded step is now. */
  #causeNow({ recorded }: Told): number | null {
    const cause = recorded === null ? null : this.#base.columns.cause[recorded - 1];
    if (cause === null || cause === 0) return null;
    return cause <= this.#at ? cause : this.#now.get(cause) ?? null;
  }

  /** Whether something that a new step has sent never arrives, although there is somebody to receive it. */
  #losesOne(number: number, outbox: Outbox): boolean {
    let [nth, lost] = [0, false];
    eachSent(outbox, (message) => {
      if (message.type === "Persisted") return;
      if (!this.#received.has(`${number} ${nth++}`) && this.nodes.includes(message.to)) lost = true;
    });
    return lost;
  }

  #drawn(): TimelineColumns {
    const { columns } = this.#base;
    const [at, length] = [this.#at, this.length];
    const drawn = {
      node: grown(columns.node, new Uint16Array(length), at),
      message: grown(columns.message, new Uint8Array(length), at),
      cause: grown(columns.cause, new Int32Array(length), at),
      at: grown(columns.at, new Float64Array(length), at),
      role: grown(columns.role, new Uint8Array(length), at),
      term: grown(columns.term, new Float64Array(length), at),
      commit: grown(columns.commit, new Float64Array(length), at),
      marks: grown(columns.marks, new Uint8Array(length), at),
    };
    this.#steps.forEach(({ after, before, message, node, outbox, recorded }, i) => {
      const to = at + i;
      drawn.node[to] = this.nodes.indexOf(node);
      drawn.message[to] = MESSAGE_TYPES.code(message.type);
      drawn.cause[to] = this.#causes[i];
      drawn.at[to] = recorded === null ? (to === 0 ? NaN : drawn.at[to - 1]) : columns.at[recorded - 1];
      drawn.role[to] = ROLE_NAMES.code(after.role);
      drawn.term[to] = after.term;
      drawn.commit[to] = after.commit;
      drawn.marks[to] = marksOf(before, message, after, outbox) | (this.#losesOne(to + 1, outbox) ? MARKS.lost : 0);
    });
    return drawn;
  }
}

/** The step of a place: `12 0` is the first message of step 12. */
function senderOf(place: string): number {
  return Number(place.split(" ")[0]);
}

/** Whether it is a message of a node: acknowledgements of a leader go to itself, too. */
function wasSent(message: Message): message is PeerMessage {
  return "from" in message;
}

function isTold(step: ForkedStep): step is Told {
  return step.message !== null;
}

function grown<A extends { set(from: A): void; subarray(from: number, to: number): A }>(
  from: A,
  into: A,
  at: number,
): A {
  into.set(from.subarray(0, at));
  return into;
}
