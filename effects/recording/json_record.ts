/**
 * The lines of the JSON form: each is an object with one member, which says what it is. Steps have a line each, and what
 * was hashed after a number of them has another.
 *
 * @module
 */
import * as t from "io-ts";
import type { Option } from "fp-ts/Option";
import type { Message } from "../../core/message.ts";
import { entries, entryId } from "./json_entry.ts";
import { message } from "./json_message.ts";
import { node } from "./json_node.ts";
import { check, hash, type JsonCodec, option, whole } from "./json_values.ts";
import type { CutRecord, EndRecord, EntriesRecord, GapRecord, KeyframeRecord, SegmentRecord } from "./record.ts";
import type { Hash } from "./hash.ts";
import type { Version } from "../wire/version.ts";

/** The version of the JSON form that this program writes. 1.1 has added the checks of the text, and the last line. */
export const JSON_VERSION: Version = { major: 1, minor: 1 };

/** The first line. */
export interface HeaderLine {
  /** The version of the JSON form. */
  readonly recording: Version;
}

/** A part begins, as in {@linkcode SegmentRecord}. */
export interface SegmentLine {
  /** What is known of it; the version is that of the binary form it was exported from. */
  readonly segment: Omit<SegmentRecord, "type">;
}

/** A state, as in {@linkcode KeyframeRecord}. */
export interface KeyframeLine {
  /** The state. */
  readonly keyframe: Omit<KeyframeRecord, "type">;
}

/** Entries of the last state's log, as in {@linkcode EntriesRecord}. */
export interface EntriesLine {
  /** The entries. */
  readonly entries: Omit<EntriesRecord, "type">;
}

/** A step. */
export interface StepLine {
  /** The step. */
  readonly step: {
    /** Its number, from 1. */
    readonly number: number;
    /** Milliseconds since the run began. */
    readonly ms: number;
    /** What was folded. */
    readonly message: Message;
    /** The check after it. */
    readonly check: number;
  };
}

/** The hashes after the steps before. */
export interface HashesLine {
  /** The hashes. */
  readonly hashes: {
    /** Of the outboxes. */
    readonly outboxes: Hash;
    /** Of what was noted of the states. */
    readonly states: Hash;
    /** Of the whole state. */
    readonly state: Option<Hash>;
  };
}

/** Steps that were left out, as in {@linkcode GapRecord}. */
export interface GapLine {
  /** How many. */
  readonly gap: Omit<GapRecord, "type">;
}

/** The end of a run, as in {@linkcode EndRecord}. */
export interface EndLine {
  /** After how many steps. */
  readonly end: Omit<EndRecord, "type">;
}

/** A run that nobody has ended, as in {@linkcode CutRecord}. */
export interface CutLine {
  /** After how many steps. */
  readonly cut: Omit<CutRecord, "type">;
}

/** The last line: there is no more. */
export interface CompleteLine {
  /** Says what it is. */
  readonly complete: true;
  /** Version 1.0 passes it over. */
  readonly skippable: true;
}

/** A line. */
export type RecordingLine =
  | HeaderLine
  | SegmentLine
  | KeyframeLine
  | EntriesLine
  | StepLine
  | HashesLine
  | GapLine
  | EndLine
  | CutLine
  | CompleteLine;

const version: JsonCodec<Version> = t.type({ major: whole, minor: whole });

const segment: JsonCodec<SegmentLine["segment"]> = t.intersection([
  t.type({
    version,
    sequence: whole,
    run: whole,
    before: whole,
    node: whole,
    payloads: t.keyof({ full: null, hash: null, none: null }),
    cluster: option(t.string),
    program: t.string,
    began: option(t.string),
  }),
  t.partial({ found: whole }), // since 1.1
]);

const keyframe: JsonCodec<KeyframeLine["keyframe"]> = t.type({
  cause: t.keyof({ start: null, segment: null, interval: null, gap: null }),
  before: whole,
  node,
  last: entryId,
  applies: whole,
});

/** The codec of every kind of line, by its member. */
export const LINES: {
  readonly recording: JsonCodec<HeaderLine>;
  readonly segment: JsonCodec<SegmentLine>;
  readonly keyframe: JsonCodec<KeyframeLine>;
  readonly entries: JsonCodec<EntriesLine>;
  readonly step: JsonCodec<StepLine>;
  readonly hashes: JsonCodec<HashesLine>;
  readonly gap: JsonCodec<GapLine>;
  readonly end: JsonCodec<EndLine>;
  readonly cut: JsonCodec<CutLine>;
  readonly complete: JsonCodec<CompleteLine>;
} = {
  recording: t.type({ recording: version }),
  segment: t.type({ segment }),
  keyframe: t.type({ keyframe }),
  entries: t.type({ entries: t.type({ prev: entryId, entries }) }),
  step: t.type({ step: t.type({ number: whole, ms: whole, message, check }) }),
  hashes: t.type({ hashes: t.type({ outboxes: hash, states: hash, state: option(hash) }) }),
  gap: t.type({ gap: t.type({ before: whole, steps: whole }) }),
  end: t.type({ end: t.type({ before: whole }) }),
  cut: t.type({ cut: t.intersection([t.type({ before: whole, bytes: whole }), t.partial({ whole: t.boolean })]) }),
  complete: t.type({ complete: t.literal(true), skippable: t.literal(true) }),
};
