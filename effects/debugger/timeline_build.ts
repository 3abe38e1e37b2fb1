/**
 * Puts a timeline together from the records of several recordings. It needs no files, so that it runs in a browser too.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import { step as coreStep } from "../../core/step.ts";
import { type Difference, Replayer } from "../recording/replayer.ts";
import {
  describePlace,
  type Place,
  type PlacedRecord,
  RecordingError,
  type SegmentRecord,
} from "../recording/record.ts";
import type { RunEnd, Timeline, TimelineError, TimelineOptions } from "./timeline.ts";
import { MessageKeys } from "./timeline_keys.ts";
import { order } from "./timeline_order.ts";
import { Track } from "./timeline_track.ts";
import { timelineOf } from "./timeline_view.ts";

/** A state is kept for every so many steps of a node. */
export const KEEP_EVERY = 256;

/** The recording of one node, wherever it comes from. */
export interface TimelineSource {
  /** What it is called in errors. */
  readonly name: string;
  /** Its records. Reading them may throw {@linkcode RecordingError}. */
  records(): AsyncIterable<readonly PlacedRecord[]> | Iterable<readonly PlacedRecord[]>;
}

/** The timeline of `sources`, or the first thing that is wrong with them. */
export async function buildTimeline(
  sources: readonly TimelineSource[],
  options: TimelineOptions = {},
): Promise<Either<TimelineError, Timeline>> {
  const keys = new MessageKeys();
  const tracks: Track[] = [];
  const cluster: Known = { name: null, nodes: new Set() };
  for (const source of sources) {
    const track = await attempt(() => readTrack(source, new TrackReading(keys, cluster, options)));
    if (E.isLeft(track)) return track;
    if (E.isLeft(track.right)) return E.left(differs(track.right.left));
    if (track.right.right !== null) tracks.push(track.right.right);
  }
  if (tracks.length === 0) return E.left({ message: "There is no recording with a state to begin at.", place: null });
  const { step = coreStep } = options;
  return E.right(timelineOf(tracks, order(tracks, keys.size), { timed: true, step }));
}

/** What `read` comes to; what is wrong with a recording is on the left. */
async function attempt<A>(read: () => Promise<A>): Promise<Either<TimelineError, A>> {
  try {
    return E.right(await read());
  } catch (error) {
    if (error instanceof RecordingError) return E.left({ message: error.message, place: error.place });
    throw error;
  }
}

function differs({ details, node, place, run, step }: Difference): TimelineError {
  const message = `${describePlace(place)}: run ${run} of node ${node}, step ${step}: ${details}`;
  return { message, place, differs: true };
}

/** What is known of the cluster from the recordings before. */
interface Known {
  name: string | null;
  readonly nodes: Set<NodeId>;
}

async function readTrack(source: TimelineSource, reading: TrackReading): Promise<Either<Difference, Track | null>> {
  for await (const some of source.records()) {
    for (const placed of some) {
      reading.take(placed);
      if (reading.difference !== null) return E.left(reading.difference);
    }
  }
  return E.right(reading.finish());
}

/** Follows the records of one node. */
class TrackReading {
  readonly #replayer: Replayer;
  #track: Track | null = null;
  #segment: SegmentRecord | null = null;
  /** When the run was begun, if that is known. */
  #began: number | null = null;
  /** Whether the state is known with which the run, or the part of it behind a gap, begins. */
  #known = false;

  constructor(
    keys: MessageKeys,
    private readonly cluster: Known,
    private readonly options: TimelineOptions,
  ) {
    const { keepEvery = KEEP_EVERY, step, verify = true } = options;
    this.#replayer = new Replayer({
      step,
      verify,
      watch: {
        started: ({ run, before, node, outbox, place }) => {
          this.#track ??= new Track(node.id, keys, keepEvery);
          this.#known = true;
          const payloads = this.#segment?.payloads ?? "full";
          this.#track.begin({ run, before, state: node, outbox, began: this.#began, payloads, place });
        },
        stepped: (stepped) => this.#track?.add(stepped),
      },
    });
  }

  get difference(): Difference | null {
    return this.#replayer.differences[0] ?? null;
  }

  take(placed: PlacedRecord): void {
    const { record } = placed;
    this.options.watch?.(placed);
    if (record.type === "Segment") this.#segmentBegins(record, placed.place);
    this.#replayer.take(placed);
    if (record.type === "Gap") this.#end("gap", record.steps);
    if (record.type === "End") this.#end("closed");
    if (record.type === "Cut") this.#end("cut");
  }

  #end(end: RunEnd, leftOut = 0): void {
    if (this.#known) this.#track?.end(end, leftOut);
    this.#known = false;
  }

  finish(): Track | null {
    this.#track?.finish();
    return this.#track;
  }

  #segmentBegins(segment: SegmentRecord, place: Place): void {
    const { cluster } = this;
    const goesOn = this.#segment?.run === segment.run;
    if (this.#segment === null && cluster.nodes.has(segment.node)) {
      throw new RecordingError(place, `this is another recording of node ${segment.node}: open one of each node`);
    }
    if (O.isSome(segment.cluster)) {
      cluster.name ??= segment.cluster.value;
      if (cluster.name !== segment.cluster.value) {
        throw new RecordingError(place, "this is a recording of another cluster than those before");
      }
    }
    this.#segment = segment;
    cluster.nodes.add(segment.node);
    if (goesOn) return;
    const began = O.isSome(segment.began) ? Date.parse(segment.began.value) : NaN;
    this.#began = Number.isNaN(began) || segment.before > 0 ? null : began;
  }
}
