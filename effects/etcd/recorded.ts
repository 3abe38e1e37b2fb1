/**
 * The lines of a recording. Each is one JSON object; what kind of line it is shows in the members that it has.
 *
 * @module
 */
import * as t from "io-ts";
import { Base64, Count, exactly } from "./json.ts";
import { RecordedConfChange, RecordedConfig, RecordedMessage, RecordedSnapshot } from "./recorded_message.ts";
import { RecordedDelta, type RecordedRole, RecordedState } from "./recorded_state.ts";

/** How a run was made; decides what may be excluded from judging it. */
export type RunKind = "example" | "suite" | "random" | "fuzz";

/** A run begins: all nodes of the run before it are forgotten. */
export interface HeaderLine {
  readonly run: string;
  readonly kind: RunKind;
  readonly source: string;
  /** The settings of the simulation; informative. */
  readonly parameters?: { readonly [name: string]: unknown };
}

/** What a node has stored and what its application says when it is started. */
export interface RecordedInit {
  readonly hardState: RecordedHardState | null;
  readonly confState: RecordedConfig;
  readonly applied: number;
}

/** What is stored besides the log. */
export interface RecordedHardState {
  readonly term: number;
  readonly vote: number;
  readonly commit: number;
}

/** How the application drives a node. */
export interface RecordedRawNode {
  readonly asyncStorageWrites: boolean;
  readonly maxCommittedSizePerReady: number | null;
}

/** The complete state of one node. */
export interface LoadLine {
  readonly node: string;
  readonly load: RecordedState;
  /** Present right after the construction of the node: what it was constructed from. */
  readonly init?: RecordedInit;
  /** Present where the application collects the pending work in ready lines. */
  readonly rawNode?: RecordedRawNode;
}

/** Something outside of the library has changed the state of a node. */
export interface PokeLine {
  readonly node: string;
  readonly poke: RecordedDelta;
}

/** A read that is confirmed for the node itself. */
export interface RecordedRead {
  readonly index: number;
  readonly context?: string;
}

/** How a call came out. */
export interface RecordedOutcome {
  readonly node: string;
  readonly send?: readonly RecordedMessage[];
  readonly after?: readonly RecordedMessage[];
  readonly reads?: readonly RecordedRead[];
  readonly confState?: RecordedConfig;
  readonly err?: string;
  readonly drew?: readonly number[];
  readonly set?: RecordedDelta;
  readonly panic?: string;
}

/** The node was given a message. */
export interface StepLine extends RecordedOutcome {
  readonly step: RecordedMessage;
}

/** The logical clock went on by one tick. */
export interface TickLine extends RecordedOutcome {
  readonly tick: true;
}

/** The application applied a configuration change. */
export interface ConfLine extends RecordedOutcome {
  readonly conf: RecordedConfChange;
}

/** One call of one node. */
export type TransitionLine = StepLine | TickLine | ConfLine;

/** Who leads, and what the node is. */
export interface RecordedSoftState {
  readonly lead: number;
  readonly role: RecordedRole;
}

/** What the application was handed. */
export interface RecordedReady {
  readonly softState?: RecordedSoftState;
  readonly hardState?: RecordedHardState;
  /** First and last index. */
  readonly entries?: readonly number[];
  readonly snapshot?: RecordedSnapshot;
  /** First and last index. */
  readonly committedEntries?: readonly number[];
  readonly messages?: readonly RecordedMessage[];
  readonly reads?: readonly RecordedRead[];
  readonly mustSync: boolean;
  readonly onAdvance?: readonly RecordedMessage[];
}

/** What had been handed out before. */
export interface RecordedBook {
  readonly softState: RecordedSoftState;
  readonly hardState: RecordedHardState;
  readonly inProgress: number;
  readonly snapshotInProgress: boolean;
  readonly applying: number;
  readonly applyingSize: number;
  readonly applyingPaused: boolean;
}

/** The application collected the pending work of a node. */
export interface ReadyLine {
  readonly node: string;
  readonly ready: RecordedReady;
  readonly book: RecordedBook;
}

/** One line of a recording. */
export type Line = HeaderLine | LoadLine | PokeLine | TransitionLine | ReadyLine;

const HardState: t.Type<RecordedHardState> = exactly("RecordedHardState", { term: Count, vote: Count, commit: Count });

const SoftState: t.Type<RecordedSoftState> = exactly("RecordedSoftState", {
  lead: Count,
  role: t.keyof({ follower: null, preCandidate: null, candidate: null, leader: null }),
});

const Header: t.Type<HeaderLine> = exactly("HeaderLine", {
  run: t.string,
  kind: t.keyof({ example: null, suite: null, random: null, fuzz: null }),
  source: t.string,
}, { parameters: t.UnknownRecord });

const Load: t.Type<LoadLine> = exactly("LoadLine", { node: t.string, load: RecordedState }, {
  init: exactly("RecordedInit", {
    hardState: t.union([HardState, t.null]),
    confState: RecordedConfig,
    applied: Count,
  }),
  rawNode: exactly("RecordedRawNode", {
    asyncStorageWrites: t.boolean,
    maxCommittedSizePerReady: t.union([Count, t.null]),
  }),
});

const Poke: t.Type<PokeLine> = exactly("PokeLine", { node: t.string, poke: RecordedDelta });

const Read: t.Type<RecordedRead> = exactly("RecordedRead", { index: Count }, { context: Base64 });

const OUTCOME = {
  send: t.readonlyArray(RecordedMessage),
  after: t.readonlyArray(RecordedMessage),
  reads: t.readonlyArray(Read),
  confState: RecordedConfig,
  err: t.string,
  drew: t.readonlyArray(Count),
  set: RecordedDelta,
  panic: t.string,
};

const Step: t.Type<StepLine> = exactly("StepLine", { node: t.string, step: RecordedMessage }, OUTCOME);

const Tick: t.Type<TickLine> = exactly("TickLine", { node: t.string, tick: t.literal(true) }, OUTCOME);

const Conf: t.Type<ConfLine> = exactly("ConfLine", { node: t.string, conf: RecordedConfChange }, OUTCOME);

const Ready: t.Type<ReadyLine> = exactly("ReadyLine", {
  node: t.string,
  ready: exactly("RecordedReady", { mustSync: t.boolean }, {
    softState: SoftState,
    hardState: HardState,
    entries: t.readonlyArray(Count),
    snapshot: RecordedSnapshot,
    committedEntries: t.readonlyArray(Count),
    messages: t.readonlyArray(RecordedMessage),
    reads: t.readonlyArray(Read),
    onAdvance: t.readonlyArray(RecordedMessage),
  }),
  book: exactly("RecordedBook", {
    softState: SoftState,
    hardState: HardState,
    inProgress: Count,
    snapshotInProgress: t.boolean,
    applying: Count,
    applyingSize: Count,
    applyingPaused: t.boolean,
  }),
});

/** Codec of {@linkcode Line}. It says what a line is; {@linkcode checkLine} says the same many times faster. */
export const Line: t.Type<Line> = t.union([Header, Load, Poke, Step, Tick, Conf, Ready]);
