/**
 * A machine of the cluster: a node, its disk and its state machine, as a value that never changes.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type ConfigurationIds, NO_MEMBERS } from "../../core/configuration.ts";
import type { Entry, NodeId } from "../../core/entry.ts";
import { NO_INFLIGHTS } from "../../core/inflights.ts";
import { Log } from "../../core/log.ts";
import type { Leadership, Node } from "../../core/node.ts";
import type { Options } from "../../core/options.ts";
import type { HardState, Persist } from "../../core/outbox.ts";
import type { Progress } from "../../core/progress.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { canonical, canonicalOnce } from "./canonical.ts";

/** What survives a crash. */
export interface DurableState {
  /** Null if nothing was ever written. */
  readonly hardState: HardState | null;
  /** All of it is durable. */
  readonly log: Log;
  /** The last snapshot that was made here or received. */
  readonly snapshot: Snapshot | null;
}

/** A state machine: how much it has applied, and the configuration as of there. It begins anew after a crash. */
export interface Machine {
  /** The last index that is applied. */
  readonly index: number;
  /** The term of the entry there. */
  readonly term: number;
  /** The configuration as of there. */
  readonly configuration: ConfigurationIds;
}

/** What a state machine has still to do. */
export type Work = { readonly entry: Entry } | { readonly snapshot: Snapshot };

/** A machine. Between two inputs it is always up: a crash is followed by a restart at once. */
export interface Host {
  /** Its node's number. */
  readonly id: NodeId;
  /** Its node. */
  readonly node: Node;
  /** What is durable. */
  readonly disk: DurableState;
  /** What was asked to be written and is not durable yet. */
  readonly queue: readonly Persist[];
  /** Its state machine. */
  readonly machine: Machine;
  /** What was committed and is not applied yet. */
  readonly pending: readonly Work[];
}

/** The first configuration: voters 1 to `nodes`. */
export function firstConfiguration(nodes: number): ConfigurationIds {
  return { ...NO_MEMBERS, voters: Array.from({ length: nodes }, (_, i) => i + 1) };
}

/** A disk on which nothing was written. */
export const EMPTY_DISK: DurableState = { hardState: null, log: Log.after(), snapshot: null };

/** A text that is the same for hosts that behave alike from here on. */
export function hostText({ id, node, disk, queue, machine, pending }: Host): string {
  const writes = queue.map((persist) => persistText(id, persist));
  return `${id} ${nodeText(node)} ${canonical(disk)} ${writes} ${canonical(machine)} ${canonical(pending)}`;
}

// What waits for a write and is for others leaves all at once, in no order.
function persistText(id: NodeId, { then, ...rest }: Persist): string {
  const own = then.filter((message) => message.type === "Persisted" || message.to === id);
  const others = then.filter((message) => !own.includes(message)).map(canonical).sort();
  return `${canonical(rest)} then ${canonical(own)} ${others}`;
}

function nodeText(node: Node): string {
  const { options: _, configuration, ...rest } = node; // a node keeps its options
  return canonicalOnce(configuration) + canonical(rest);
}

/**
 * The node without what time alone has counted, and without counters that no limit is compared with. What is left out here
 * cannot make a difference: a timeout is an action of its own, and whatever has no limit is never too much.
 */
export function timeless(node: Node): Node {
  const { options } = node;
  const expired = options.checkQuorum && node.electionElapsed >= options.electionTick;
  const electionElapsed = node.role !== "leader" && expired ? options.electionTick : 0;
  const timeout = electionElapsed > 0 ? node.timeout : O.none;
  return node.role === "leader"
    ? { ...node, electionElapsed, timeout, own: timelessLeadership(node.own, options) }
    : { ...node, electionElapsed, timeout };
}

function timelessLeadership(own: Leadership, options: Options): Leadership {
  const { progress, uncommittedSize } = own;
  return {
    ...own,
    heartbeatElapsed: 0,
    uncommittedSize: options.maxUncommittedSize === Infinity ? 0 : uncommittedSize,
    progress: unlimited(options) ? progress.map(withoutInflights) : progress,
  };
}

// The default window is larger than any exploration.
function unlimited({ maxInflightMsgs, maxInflightBytes }: Options): boolean {
  return maxInflightMsgs >= 256 && maxInflightBytes === Infinity;
}

function withoutInflights(progress: Progress): Progress {
  return progress.state === "replicate" && progress.inflights.count > 0
    ? { ...progress, inflights: NO_INFLIGHTS }
    : progress;
}
