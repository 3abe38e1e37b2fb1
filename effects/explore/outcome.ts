/**
 * What becomes of a machine when something happens to it: the terms in which that is told.
 *
 * @module
 */
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { Entry, EntryId } from "../../core/entry.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Options } from "../../core/options.ts";
import type { Outbox } from "../../core/outbox.ts";
import { start as startNode } from "../../core/start.ts";
import { type Step, step as production } from "../../core/step.ts";
import type { Violation } from "../invariants/check.ts";
import type { Host } from "./host.ts";

/** The reducer and what begins it, or others in their place. */
export interface Reducer {
  /** The reducer. */
  readonly step: (before: Node, message: Message) => Step;
  /** The start of a node from what is durable. */
  readonly start: typeof startNode;
}

/** The reducer of this module. */
export const PRODUCTION: Reducer = { step: production, start: startNode };

/** How hosts behave. */
export interface HostRules extends Reducer {
  /** The first voters are 1 to `nodes`. */
  readonly nodes: number;
  /** The settings of each node. */
  readonly settings: readonly Options[];
  /** Writes wait for a `flush`. */
  readonly delayedWrites: boolean;
  /** What is committed waits for an `apply`. */
  readonly delayedApplies: boolean;
  /** Whether nodes keep what time alone has counted; then they are not compared. */
  readonly untouched?: boolean;
}

/** A read that was answered. */
export interface ReadAnswer {
  /** Its number. */
  readonly number: number;
  /** What must be applied before it is served. */
  readonly index: number;
}

/** Something was committed on a node. */
export interface Committed {
  /** The term of the node. */
  readonly term: number;
  /** The positions; without the entries where a snapshot stands for them. */
  readonly entries: readonly (Entry | EntryId)[];
  /** The applied configuration of the node. */
  readonly configuration: ConfigurationIds;
  /** Whether the node leads. */
  readonly leads: boolean;
}

/** What a state machine was given: entries behind those it had applied, or the state of a snapshot. */
export type Applied =
  | { readonly type: "restore"; readonly at: EntryId }
  | { readonly type: "apply"; readonly after: EntryId; readonly entries: readonly Entry[] };

/** What became of it. */
export interface Outcome {
  /** The machine afterwards. */
  readonly host: Host;
  /** The messages that left. */
  readonly sent: readonly PeerMessage[];
  /** The term in which the node was elected meanwhile; 0 if it was not. */
  readonly elected: number;
  /** What was committed, in order. */
  readonly committed: readonly Committed[];
  /** The reads that were answered. */
  readonly reads: readonly ReadAnswer[];
  /** What the state machine was given. */
  readonly applied: readonly Applied[];
  /** What must not happen to any node, in a sentence; null if nothing of that kind did. */
  readonly objection: Violation | null;
}

/** Hears of every message that a node takes. */
export type Listener = (message: Message, after: Node, outbox: Outbox) => void;
