/**
 * What came of an exploration.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Limits } from "./bounds.ts";

/** A start of a node in a counterexample, and everything that it was told until its next one. */
export interface RecordedRun {
  /** The node as it started. */
  readonly node: Node;
  /** The outbox of the start. */
  readonly outbox: Outbox;
  /** What it was told, and what became of it. */
  readonly steps: readonly { readonly message: Message; readonly after: Node; readonly outbox: Outbox }[];
}

/** A way from the beginning to a state. No other way has fewer actions. */
export interface Trace {
  /** What happens, a sentence for each action. */
  readonly story: readonly string[];
  /** For each node, in the order of their numbers, its starts. */
  readonly runs: readonly (readonly RecordedRun[])[];
}

/** The shortest way to something that must not happen. */
export interface Counterexample extends Trace {
  /** The property that does not hold. */
  readonly check: string;
  /** What was seen, in a sentence. */
  readonly sentence: string;
}

/** A goal, and the shortest way to it. */
export interface ReachedGoal {
  /** Its name. */
  readonly name: string;
  /** The way; null if no state was found that is one. */
  readonly trace: Trace | null;
}

/** What came of an exploration. */
export interface Exploration {
  /** The bounds. */
  readonly limits: Limits;
  /** Distinct states; with `symmetry`, states that only differ in the numbers of the nodes are one. */
  readonly states: number;
  /** Ways from one state to another. */
  readonly transitions: number;
  /** Actions on the longest of the shortest ways. */
  readonly depth: number;
  /** Whether all states within the bounds were seen. */
  readonly exhausted: boolean;
  /** Calls of the reducer's hosts; every other transition was known. */
  readonly computed: number;
  /** Distinct machines that were met. */
  readonly hosts: number;
  /** Distinct messages and other inputs. */
  readonly inputs: number;
  /** Sets of machines from which it was tried that the cluster goes on; 0 without `recovery`. */
  readonly recoveries: number;
  /** Whether messages that their receivers have no use for were kept, because it was asked for or had to be. */
  readonly keptUseless: boolean;
  /** The symmetries that were used: 1 for none. */
  readonly symmetries: number;
  /** Bytes of typed arrays for each state, at the end. */
  readonly bytesPerState: number;
  /** How probable it is that a state was missed because its 64-bit fingerprint was another's. */
  readonly collisionProbability: number;
  /** How long it took. */
  readonly ms: number;
  /** The properties that were looked at. */
  readonly invariants: readonly string[];
  /** The goals. */
  readonly goals: readonly ReachedGoal[];
  /** What must not happen, and does; null if nothing of that kind was found. */
  readonly counterexample: Counterexample | null;
}
