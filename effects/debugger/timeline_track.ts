/**
 * What one node did, step by step, in columns: what is needed to put the steps of all nodes in order, and to see any of
 * them again.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message, PeerMessage, Persisted } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Effect, Outbox } from "../../core/outbox.ts";
import type { Payloads } from "../recording/payload.ts";
import type { Place } from "../recording/record.ts";
import type { ReplayedStep } from "../recording/replayer.ts";
import { MESSAGE_TYPES } from "../wire/message_tags.ts";
import { ROLE_NAMES } from "../wire/names.ts";
import { MARKS, type RunEnd } from "./timeline.ts";
import { type Block, BlockWriter } from "./timeline_block.ts";
import {
  type GrowingBytes,
  growingBytes,
  type GrowingNumbers,
  growingNumbers,
  type GrowingWords,
  growingWords,
} from "./timeline_growing.ts";
import type { MessageKeys } from "./timeline_keys.ts";

/** The key of a step whose message no node has sent. */
export const NO_KEY: number = -1;

/** A run of the node, or a part of one. */
export interface TrackRun {
  /** Its number in the recording. */
  readonly run: number;
  /** How many steps of the run are before its first one. */
  readonly before: number;
  /** The state that it begins with. */
  readonly state: Node;
  /** The outbox of the start. */
  readonly outbox: Outbox;
  /** When it was begun, in milliseconds since 1970; null if nobody knows. */
  readonly began: number | null;
  /** What its recording keeps of payloads. */
  readonly payloads: Payloads;
  /** Where it begins. */
  readonly place: Place;
  /** The position of its first step. */
  readonly first: number;
  /** The position behind its last step. */
  behind: number;
  /** How it ended. */
  end: RunEnd;
  /** How many steps were left out behind it. */
  leftOut: number;
}

/** A step of the node, without its numbers. */
export type TrackStep = Omit<ReplayedStep, "run" | "number">;

/** What is kept of a track once the order of all steps is known. */
export interface PackedTrack {
  /** The node. */
  readonly node: NodeId;
  /** The messages and now and then a state. */
  readonly blocks: readonly Block[];
  /** The runs. */
  readonly runs: readonly TrackRun[];
  /** For each step how many messages the track had sent before it. */
  readonly sendsBefore: Int32Array<ArrayBuffer>;
  /** The positions at which the records begin. */
  readonly recordFirsts: readonly number[];
  /** Where the records are. */
  readonly places: readonly Place[];
}

/** The steps of one node, or of one of several nodes that had the same id. */
export class Track {
  /** The messages and now and then a state. */
  readonly blocks: Block[] = [];
  /** The runs. */
  readonly runs: TrackRun[] = [];
  /** For each step the key of the message that it received. */
  readonly receives: GrowingWords = growingWords();
  /** For each step the tag of its message. */
  readonly tags: GrowingBytes = growingBytes();
  /** For each step the role after it, from 0 to 3. */
  readonly roles: GrowingBytes = growingBytes();
  /** For each step the sum of its marks. */
  readonly marks: GrowingBytes = growingBytes();
  /** For each step the term after it. */
  readonly terms: GrowingNumbers = growingNumbers();
  /** For each step the commit index after it. */
  readonly commits: GrowingNumbers = growingNumbers();
  /** For each step when it was recorded. */
  readonly times: GrowingNumbers = growingNumbers();
  /** For each step how many messages the track had sent before it. */
  readonly sendsBefore: GrowingWords = growingWords();
  /** The keys of all messages that it sent. */
  readonly sends: GrowingWords = growingWords();
  /** Whom they were for; 0 for what only the node itself may hear, and for what several others stand for. */
  readonly receivers: GrowingWords = growingWords();
  /** 1 for each of them that waits until the disk is done. */
  readonly waits: GrowingBytes = growingBytes();
  /** The positions at which the records begin, and where they are. */
  readonly recordFirsts: number[] = [];
  /** Where the records are. */
  readonly places: Place[] = [];
  readonly #writer = new BlockWriter();

  /** Nothing of `node` yet; the state of every `keepEvery`th step is kept. */
  constructor(readonly node: NodeId, private readonly keys: MessageKeys, private readonly keepEvery: number) {}

  /** The number of steps. */
  get length(): number {
    return this.tags.length;
  }

  /** A run begins, or goes on after a gap. */
  begin(run: Omit<TrackRun, "first" | "behind" | "end" | "leftOut">): void {
    this.#endBlock();
    this.runs.push({ ...run, first: this.length, behind: this.length, end: "cut", leftOut: 0 });
    this.#writer.begin(this.length, run.state, run.payloads);
  }

  /** From here on the state is `node`, whoever has changed it. */
  set(node: Node): void {
    this.#endBlock();
    this.#writer.begin(this.length, node, this.runs[this.runs.length - 1].payloads);
  }

  /** The run has ended. */
  end(end: RunEnd, leftOut = 0): void {
    const run = this.runs[this.runs.length - 1];
    if (run === undefined) return;
    run.end = end;
    run.leftOut = leftOut;
  }

  /** Adds a step. */
  add({ ms, before, message, after, outbox, place }: TrackStep): void {
    if (this.#writer.length >= this.keepEvery) this.set(before);
    if (place !== this.places[this.places.length - 1]) {
      this.recordFirsts.push(this.length);
      this.places.push(place);
    }
    this.#writer.add(message);
    this.receives.push(isSent(message) ? this.keys.of(message, this.node) : NO_KEY);
    this.sendsBefore.push(this.sends.length);
    eachSent(outbox, (sent, waits) => {
      this.sends.push(this.keys.of(sent, this.node));
      this.receivers.push("to" in sent ? sent.to : 0);
      this.waits.push(waits ? 1 : 0);
    });
    this.tags.push(MESSAGE_TYPES.code(message.type));
    this.roles.push(ROLE_NAMES.code(after.role));
    this.marks.push(marksOf(before, message, after, outbox));
    this.terms.push(after.term);
    this.commits.push(after.commit);
    this.times.push(ms);
    this.runs[this.runs.length - 1].behind = this.length;
  }

  /** There are no more steps. */
  finish(): void {
    this.#endBlock();
  }

  /** What is to be kept. */
  packed(): PackedTrack {
    const { blocks, node, places, recordFirsts, runs, sendsBefore } = this;
    return { node, blocks, runs, sendsBefore: sendsBefore.finish(), recordFirsts, places };
  }

  #endBlock(): void {
    const block = this.#writer.end();
    if (block !== null) this.blocks.push(block);
  }
}

/**
 * Tells `take` every message in an outbox, in order: those to peers and to the node itself; and whether it waits until the
 * disk is done.
 */
export function eachSent(outbox: Outbox, take: (message: PeerMessage | Persisted, waits: boolean) => void): void {
  for (let i = 0; i < outbox.length; i++) {
    const effect = outbox[i];
    if (effect.type === "Send") take(effect.message, false);
    else if (effect.type === "Persist") { for (let j = 0; j < effect.then.length; j++) take(effect.then[j], true); }
  }
}

/** Whether a message was in an outbox before: one of a peer, or the node's own report that something is durable. */
function isSent(message: Message): message is PeerMessage | Persisted {
  return "from" in message || message.type === "Persisted";
}

/** What is remarkable about a step: a sum of {@linkcode MARKS}. */
export function marksOf(before: Node, message: Message, after: Node, outbox: Outbox): number {
  let marks = 0;
  if (after.commit > before.commit) marks |= MARKS.commit;
  if (after.configuration !== before.configuration) marks |= MARKS.configuration;
  if (message.type === "SnapshotAvailable") marks |= MARKS.snapshot;
  for (let i = 0; i < outbox.length; i++) marks |= markOf(outbox[i]);
  return marks;
}

function markOf(effect: Effect): number {
  switch (effect.type) {
    case "RoleChanged":
      return MARKS.role;
    case "RestoreSnapshot":
      return MARKS.snapshot;
    case "Send":
      return effect.message.type === "InstallSnapshot" ? MARKS.snapshot : 0;
    case "Rejected":
      return MARKS.rejected;
    case "Refused":
    case "Fault":
      return MARKS.fault;
    case "Persist":
    case "Apply":
    case "SnapshotWanted":
    case "ReadReady":
    case "ForwardedReadReady":
    case "Appended":
      return 0;
  }
}
