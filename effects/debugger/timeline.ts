/**
 * The recordings of the nodes of one cluster as one story: every step of every node in one order, in which a message is
 * received after it was sent.
 *
 * `openTimeline` in `timeline_files.ts` opens files; `buildTimeline` in `timeline_build.ts` needs no more than their
 * contents, and runs in a browser too.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message, PeerMessage, Persisted } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Step } from "../../core/step.ts";
import type { Place, PlacedRecord } from "../recording/record.ts";

/** The story of a cluster. Its steps are numbered from 1 on. */
export interface Timeline {
  /** The nodes, in ascending order. */
  readonly nodes: readonly NodeId[];
  /** The number of steps. */
  readonly length: number;
  /** The runs of all nodes, in the order in which they begin. */
  readonly runs: readonly TimelineRun[];
  /** What is known of every step without replaying any: for whoever draws or searches all of them. */
  readonly columns: TimelineColumns;
  /** The step with this number, from 1 to {@linkcode Timeline.length}; throws a `RangeError` for any other one. */
  step(number: number): TimelineStep;
  /**
   * The state of every node after the step with this number; 0 is before the first one. A node is there from the beginning,
   * in the state of its first start; a later run of it begins to show with its first step.
   */
  state(number: number): ReadonlyMap<NodeId, Node>;
  /** The state of the step's node before it. */
  before(number: number): Node;
  /** The state of the step's node after it. */
  after(number: number): Node;
  /** The number of the step that is number `step` in the run `run` of `node`; null if it is not there. */
  find(node: NodeId, run: number, step: number): number | null;
}

/** One step of the story. What needs a replay is computed when it is asked for. */
export interface TimelineStep {
  /** Its number in the story, from 1. */
  readonly number: number;
  /** The node that took it. */
  readonly node: NodeId;
  /** The number of the run in the recording of the node. */
  readonly run: number;
  /** Its number in the run, from 1. */
  readonly step: number;
  /**
   * About when it happened, in milliseconds on a clock that all nodes share, which never goes back; null if no times are
   * recorded. It is milliseconds since 1970 if the recordings say when they were begun, and since the first step if not.
   */
  readonly at: number | null;
  /** What was folded. */
  readonly message: Message;
  /** What the step wanted done. */
  readonly outbox: Outbox;
  /** The number of the step that sent the message; null if no node did, or if that step is not in the recordings. */
  readonly cause: number | null;
  /** What became of the messages that it sent, in the order of the outbox. */
  readonly deliveries: readonly Delivery[];
  /** The record that holds it. */
  readonly place: Place;
}

/**
 * What became of a message: it was received in order, or after another one that the same node sent later, or never; then it
 * was lost on its way, or the receiver was down, which means that it did not run. What was sent to a node whose recording is
 * not there, or is over by then, nobody knows. Answers that wait for the disk are late only among each other.
 */
export type Fate = "received" | "late" | "lost" | "down" | "unknown";

/** A message that a step sent. */
export interface Delivery {
  /** The message. A `Persisted` is listed only if it was delivered: one may stand for all before it. */
  readonly message: PeerMessage | Persisted;
  /** Whom it was for. */
  readonly to: NodeId;
  /** What became of it. */
  readonly fate: Fate;
  /** The number of the step that received it; null if none did. */
  readonly received: number | null;
  /** The numbers of further steps that received it once more. */
  readonly duplicates: readonly number[];
}

/** How a run of a node ended: in order, without a word (it crashed, or still runs), or where its recording has a gap. */
export type RunEnd = "closed" | "cut" | "gap";

/** Steps of one node without a gap, from one start to the end. */
export interface TimelineRun {
  /** The node. */
  readonly node: NodeId;
  /** The number of the run in the recording of the node. */
  readonly run: number;
  /** How many of its steps are before the first one that is here: 0 unless the beginning is missing. */
  readonly before: number;
  /** The numbers of its first and its last step in the story; 0 if it has none. */
  readonly first: number;
  /** The number of its last step. */
  readonly last: number;
  /** The state that it began with. */
  readonly state: Node;
  /** The outbox of the start. */
  readonly outbox: Outbox;
  /** How it ended. */
  readonly end: RunEnd;
  /** How many steps of it were left out behind it: only behind a gap. */
  readonly leftOut: number;
  /** Where it begins in the recording. */
  readonly place: Place;
}

/**
 * Properties of all steps, by their number minus 1. The arrays are those of the timeline itself: nobody may change them.
 */
export interface TimelineColumns {
  /** The position of the node in {@linkcode Timeline.nodes}. */
  readonly node: Uint16Array;
  /** The type of the message, as the tag that `effects/wire/message_tags.ts` gives it. */
  readonly message: Uint8Array;
  /** The number of the step that sent the message; 0 if there is none. */
  readonly cause: Int32Array;
  /** About when it happened, as in {@linkcode TimelineStep}; NaN if that is not known. */
  readonly at: Float64Array;
  /** The role after it: 0 follower, 1 pre-candidate, 2 candidate, 3 leader. */
  readonly role: Uint8Array;
  /** The term after it. */
  readonly term: Float64Array;
  /** The commit index after it. */
  readonly commit: Float64Array;
  /** What is remarkable about it: a sum of {@linkcode MARKS}. */
  readonly marks: Uint8Array;
}

/** What can be remarkable about a step. */
export const MARKS = {
  /** Role, term or leader changed. */
  role: 1,
  /** Something became committed. */
  commit: 2,
  /** A snapshot was sent, installed or made. */
  snapshot: 4,
  /** The applied configuration changed. */
  configuration: 8,
  /** A request was turned down. */
  rejected: 16,
  /** An input was refused, or the node found a contradiction. */
  fault: 32,
  /** It sent a message that nobody received. */
  lost: 64,
  /** The message was late or came twice. */
  late: 128,
} as const;

/** How to open a timeline. */
export interface TimelineOptions {
  /** Whether every step is compared with what was recorded of it, and a difference is an error; true if it is not given. */
  readonly verify?: boolean;
  /** Another reducer than the core's. */
  readonly step?: (node: Node, message: Message) => Step;
  /** A state is kept for every so many steps of a node; 256 if it is not given. */
  readonly keepEvery?: number;
  /** Of an etcd recording, the name of the run to read; needed if the file holds several. */
  readonly run?: string;
  /** Is shown every record that is read. */
  readonly watch?: (placed: PlacedRecord) => void;
  /** Bytes that were read are added to it. */
  readonly count?: { bytes: number };
}

/** Why a timeline cannot be opened. */
export interface TimelineError {
  /** Why, in a sentence that names the file and the place. */
  readonly message: string;
  /** Where, if it is in a file that can be read. */
  readonly place: Place | null;
  /** Set if the recording can be read, but the reducer comes to something else. */
  readonly differs?: true;
}
