/**
 * What the page and its worker say to each other. The worker has the recordings and the reducer, the page draws.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { RunEnd, TimelineColumns } from "../debugger/timeline.ts";
import type { Moment } from "./moment.ts";

/** A recording that the server has. */
export interface SourceInfo {
  /** What it is called. */
  readonly name: string;
  /** Where its bytes are: each segment, in order. */
  readonly segments: readonly string[];
  /** What the bytes are. */
  readonly format: "segments" | "lines" | "etcd";
  /** How many bytes there are. */
  readonly bytes: number;
  /** Of a recording of etcd's library, the run that is shown; without it, there is only one. */
  readonly run?: string;
}

/** What the server shows. */
export interface ServedSources {
  /** The recordings. */
  readonly sources: readonly SourceInfo[];
  /** Whether they grow: the page asks again and again. */
  readonly live: boolean;
}

/** How a fork is another way. All numbers are those of steps of the branch that is forked. */
export interface ForkRequest {
  /** Up to this step everything stays. */
  readonly at: number;
  /** These later steps do not happen. */
  readonly drop: readonly number[];
  /** A node is told something right behind step `at`. */
  readonly insert: readonly { readonly node: NodeId; readonly message: unknown }[];
}

/** What the page asks. */
export type Request =
  | { readonly type: "open" }
  | { readonly type: "moment"; readonly branch: number; readonly number: number; readonly entries: number }
  | {
    readonly type: "search";
    readonly branch: number;
    readonly text: string;
    readonly from: number;
    readonly backwards: boolean;
  }
  | {
    readonly type: "locate";
    readonly branch: number;
    readonly node: NodeId;
    readonly run: number;
    readonly step: number;
  }
  | { readonly type: "fork"; readonly branch: number; readonly fork: ForkRequest };

/** A run of a node, without a break. */
export interface RunSpan {
  /** The position of the node among those of the branch. */
  readonly lane: number;
  /** The number of its first step. */
  readonly first: number;
  /** The number of its last step. */
  readonly last: number;
  /** How it ended. */
  readonly end: RunEnd;
}

/** A story that can be shown. */
export interface Branch {
  /** Its number: 0 is what was recorded. */
  readonly branch: number;
  /** What it is called. */
  readonly name: string;
  /** Its nodes. */
  readonly nodes: readonly NodeId[];
  /** How many steps it has. */
  readonly length: number;
  /** What is drawn of them. */
  readonly columns: TimelineColumns;
  /** When which node ran. */
  readonly runs: readonly RunSpan[];
  /** The first step that is not the same in the branch it comes from; 0 if it comes from none. */
  readonly differsFrom: number;
}

/** What the worker answers. */
export type Answer =
  | { readonly type: "opened"; readonly branch: Branch; readonly live: boolean; readonly complete: boolean }
  | { readonly type: "moment"; readonly moment: Moment }
  | { readonly type: "found"; readonly number: number | null; readonly problem: string | null }
  | { readonly type: "failed"; readonly message: string };

/** What the worker tells without being asked. */
export type News =
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  | { readonly type: "grown"; readonly branch: Branch }
  | { readonly type: "waiting"; readonly message: string }
  | { readonly type: "failed"; readonly message: string };

/** A request with a number by which its answer is known. */
export interface Asked {
  /** The number. */
  readonly id: number;
  /** The request. */
  readonly request: Request;
}

/** An answer or news. */
export type FromWorker =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: null; readonly news: News };
