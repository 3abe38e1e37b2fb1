/**
 * A timeline over packed steps: everything that takes a replay is computed when somebody asks for it, from the nearest
 * state that was kept.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message, PeerMessage, Persisted } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Step } from "../../core/step.ts";
import type { Place } from "../recording/record.ts";
import { countUpTo, lastUpTo } from "./ascending.ts";
import type { Delivery, Fate, Timeline, TimelineColumns, TimelineRun, TimelineStep } from "./timeline.ts";
import { OpenBlock } from "./timeline_block.ts";
import { columnsOf } from "./timeline_columns.ts";
import { Lives } from "./timeline_lives.ts";
import type { Ordered } from "./timeline_order.ts";
import { eachSent, type PackedTrack, type Track } from "./timeline_track.ts";

/** So many blocks of each node are open at a time. */
const OPEN_BLOCKS = 2;

/** What a timeline is made of. */
export interface TimelineParts {
  /** What each node did. */
  readonly tracks: readonly PackedTrack[];
  /** The order of all steps. */
  readonly ordered: Ordered;
  /** When the nodes ran. */
  readonly lives: Lives;
  /** What is known of every step without a replay. */
  readonly columns: TimelineColumns;
  /** Whether times are recorded. */
  readonly timed: boolean;
  /** The reducer. */
  readonly step: (node: Node, message: Message) => Step;
}

/** A step and the block that it is in. */
interface Located {
  readonly block: OpenBlock;
  /** Its position in the block. */
  readonly at: number;
}

/** The timeline of `tracks` in the order `ordered`; `timed` says whether times are recorded. */
export function timelineOf(
  tracks: readonly Track[],
  ordered: Ordered,
  { step, timed }: Pick<TimelineParts, "step" | "timed">,
): Timeline {
  const lives = new Lives(tracks, ordered);
  const columns = columnsOf({ tracks, ordered, timed, lives }, nodesOf(tracks));
  return new PackedTimeline({ tracks: tracks.map((track) => track.packed()), ordered, lives, columns, timed, step });
}

/** A timeline whose steps are packed. */
class PackedTimeline implements Timeline {
  readonly nodes: readonly NodeId[];
  readonly length: number;
  readonly runs: readonly TimelineRun[];
  readonly columns: TimelineColumns;
  private readonly open: OpenBlock[][];

  /** Nothing is replayed yet. */
  constructor(private readonly parts: TimelineParts) {
    const { columns, ordered, tracks } = parts;
    this.nodes = nodesOf(tracks);
    this.length = ordered.track.length;
    this.runs = runsOf(parts);
    this.columns = columns;
    this.open = tracks.map(() => []);
  }

  step(number: number): TimelineStep {
    return new PackedStep(this.parts, this.checked(number), (position) => this.locate(position));
  }

  state(number: number): ReadonlyMap<NodeId, Node> {
    if (!Number.isSafeInteger(number) || number < 0 || number > this.length) throw this.outOfRange(number);
    const { ordered: { numbers }, tracks } = this.parts;
    const states = new Map<NodeId, Node>();
    for (const node of this.nodes) {
      let latest = 0;
      tracks.forEach((track, t) => {
        if (track.node !== node) return;
        const count = countUpTo(numbers[t].length, (i) => numbers[t][i], number);
        const last = count === 0 ? 0 : numbers[t][count - 1];
        if (states.has(node) && last <= latest) return;
        latest = last;
        const state = count === 0 ? track.runs[0].state : this.stateAfter(t, count - 1);
        states.set(node, state);
      });
    }
    return states;
  }

  before(number: number): Node {
    const { at, block } = this.locate(this.checked(number));
    return block.before(at);
  }

  after(number: number): Node {
    const { at, block } = this.locate(this.checked(number));
    return block.after(at);
  }

  find(node: NodeId, run: number, step: number): number | null {
    const { ordered: { numbers }, tracks } = this.parts;
    for (const [t, track] of tracks.entries()) {
      if (track.node !== node) continue;
      for (const part of track.runs) {
        const local = part.first + step - part.before - 1;
        if (part.run === run && local >= part.first && local < part.behind) return numbers[t][local];
      }
    }
    return null;
  }

  private stateAfter(t: number, local: number): Node {
    const { at, block } = this.blockAt(t, local);
    return block.after(at);
  }

  private locate(position: number): Located {
    const { local, track } = this.parts.ordered;
    return this.blockAt(track[position], local[position]);
  }

  private blockAt(t: number, local: number): Located {
    const open = this.open[t];
    const found = open.find(({ block: { first, length } }) => local >= first && local < first + length);
    if (found !== undefined) return { block: found, at: local - found.block.first };
    const { step, tracks } = this.parts;
    const { blocks } = tracks[t];
    const block = new OpenBlock(blocks[lastUpTo(blocks.length, (i) => blocks[i].first, local)], step);
    open.unshift(block);
    if (open.length > OPEN_BLOCKS) open.pop();
    return { block, at: local - block.block.first };
  }

  /** The position of a step. */
  private checked(number: number): number {
    if (!Number.isSafeInteger(number) || number < 1 || number > this.length) throw this.outOfRange(number);
    return number - 1;
  }

  private outOfRange(number: number): RangeError {
    return new RangeError(`There is no step ${number}: the steps are numbered from 1 to ${this.length}.`);
  }
}

/** A step. */
class PackedStep implements TimelineStep {
  readonly number: number;
  readonly node: NodeId;
  readonly run: number;
  readonly step: number;
  readonly at: number | null;
  readonly cause: number | null;
  readonly place: Place;

  constructor(
    private readonly parts: TimelineParts,
    private readonly position: number,
    private readonly locate: (position: number) => Located,
  ) {
    const { ordered, timed, tracks } = parts;
    const track = tracks[ordered.track[position]];
    const local = ordered.local[position];
    const { places, recordFirsts, runs } = track;
    const run = runs[lastUpTo(runs.length, (i) => runs[i].first, local)];
    this.number = position + 1;
    this.node = track.node;
    this.run = run.run;
    this.step = run.before + local - run.first + 1;
    this.at = timed ? ordered.at[position] : null;
    this.cause = ordered.cause[position] === 0 ? null : ordered.cause[position];
    this.place = places[lastUpTo(recordFirsts.length, (i) => recordFirsts[i], local)];
  }

  get message(): Message {
    const { at, block } = this.locate(this.position);
    return block.message(at);
  }

  get outbox(): Outbox {
    const { at, block } = this.locate(this.position);
    return block.outbox(at);
  }

  get deliveries(): readonly Delivery[] {
    const { ordered: { fates: { bases, duplicates: again, received: by }, late, local, track }, tracks } = this.parts;
    const t = track[this.position];
    let message = bases[t] + tracks[t].sendsBefore[local[this.position]];
    const deliveries: Delivery[] = [];
    eachSent(this.outbox, (sent) => {
      const received = by[message];
      const duplicates = again.get(message) ?? [];
      message++;
      const to = "to" in sent ? sent.to : this.node;
      if (received === 0 && sent.type === "Persisted") return;
      deliveries.push({
        message: sent,
        to,
        fate: this.fateOf(sent, received, late),
        received: received === 0 ? null : received,
        duplicates,
      });
    });
    return deliveries;
  }

  private fateOf(sent: PeerMessage | Persisted, received: number, late: ReadonlySet<number>): Fate {
    if (received !== 0) return late.has(received) ? "late" : "received";
    const receiver = this.parts.lives.at("to" in sent ? sent.to : this.node, this.number);
    return receiver === "running" ? "lost" : receiver;
  }
}

function nodesOf(tracks: readonly { readonly node: NodeId }[]): readonly NodeId[] {
  return [...new Set(tracks.map(({ node }) => node))].sort((a, b) => a - b);
}

function runsOf({ ordered: { numbers }, tracks }: TimelineParts): readonly TimelineRun[] {
  const runs = tracks.flatMap(({ node, runs }, t) =>
    runs.map(({ behind, before, end, first, leftOut, outbox, place, run, state }): TimelineRun => {
      const [begin, last] = behind > first ? [numbers[t][first], numbers[t][behind - 1]] : [0, 0];
      return { node, run, before, first: begin, last, state, outbox, end, leftOut, place };
    })
  );
  return runs.sort((a, b) => a.first - b.first);
}
