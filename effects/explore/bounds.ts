/**
 * How much may happen in an exploration. Every bound that is raised multiplies the number of states.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { ConfChange } from "../../core/conf_change.ts";
import type { NodeId } from "../../core/entry.ts";
import { type Options, options as completeOptions } from "../../core/options.ts";

/** What there is at most of each kind. What is not given is 0, but for the first three. */
export interface Bounds {
  /** The first voters; their numbers are 1 to `nodes`. 3 if it is not given. */
  readonly nodes?: number;
  /** So many further nodes run, and wait to be added. */
  readonly spares?: number;
  /** No election timeout passes, and nobody campaigns, if that would be for a later term. 2 if it is not given. */
  readonly terms?: number;
  /** Election timeouts that pass. No limit if it is not given; with pre-votes, which raise no term, twice as many as terms. */
  readonly timeouts?: number;
  /** Commands that clients propose, to a leader. 1 if it is not given. */
  readonly proposals?: number;
  /** Messages that arrive a second time. */
  readonly duplicates?: number;
  /** Crashes, each with a restart from what is durable. */
  readonly crashes?: number;
  /** Rounds of heartbeats. */
  readonly beats?: number;
  /** Proposals of configuration changes, each of them one of `alphabet`. */
  readonly changes?: number;
  /** Snapshots, after each of which a node forgets its log. */
  readonly snapshots?: number;
  /** Linearizable reads. */
  readonly reads?: number;
  /** Requests to hand the leadership over. */
  readonly transfers?: number;
  /** Quorum checks of a leader. */
  readonly checks?: number;
  /** Reports of the transport that a peer cannot be reached. */
  readonly unreachable?: number;
  /** Messages that are lost for good. One that never arrives is lost too, so that this changes no safety property. */
  readonly drops?: number;
  /**
   * Messages in flight from one node to another. Where there are so many, the next one is lost. No limit if it is not
   * given.
   */
  readonly inFlight?: number;
  /**
   * Messages from one node to another arrive in the order in which they were sent, as on one connection: when one arrives,
   * those before it are lost. Otherwise in any order.
   */
  readonly ordered?: boolean;
  /** Clients ask followers as well, who pass it on. */
  readonly forwarding?: boolean;
  /** Writes become durable at some later time, in order. Otherwise at once, or, if the machine crashes, not. */
  readonly delayedWrites?: boolean;
  /** What is committed is applied at some later time, in order. Otherwise at once. */
  readonly delayedApplies?: boolean;
  /** The configuration changes; to add or remove any one node if it is not given. */
  readonly alphabet?: readonly ConfChange[];
  /** The settings of all nodes. The election timeout is 2 ticks if it is not given. */
  readonly options?: Partial<Options>;
  /** What is different with some nodes. */
  readonly optionsOf?: Readonly<Record<NodeId, Partial<Options>>>;
}

/** What is spent. */
export const BUDGETS = [
  "timeouts",
  "proposals",
  "duplicates",
  "crashes",
  "beats",
  "changes",
  "snapshots",
  "reads",
  "transfers",
  "checks",
  "unreachable",
  "drops",
] as const;

/** The name of something that is spent. */
export type Budget = typeof BUDGETS[number];

/** Bounds with nothing left open. */
export interface Limits extends Required<Omit<Bounds, "options" | "optionsOf">> {
  /** The settings of each node. */
  readonly settings: readonly Options[];
}

/** Completes `bounds`; on the left what is wrong with them. */
export function limitsOf(bounds: Bounds): Either<string, Limits> {
  const { options, optionsOf = {}, ...given } = bounds;
  const nodes = given.nodes ?? 3;
  const spares = given.spares ?? 0;
  if (!isCount(nodes, 1) || !isCount(spares, 0) || nodes + spares > MOST_NODES) {
    return E.left(`Cannot explore ${nodes + spares} nodes: choose 1 to ${MOST_NODES}.`);
  }
  const settings: Options[] = [];
  for (let id = 1; id <= nodes + spares; id++) {
    const completed = completeOptions({ electionTick: 2, ...options, ...optionsOf[id] });
    if (E.isLeft(completed)) return E.left(completed.left.message);
    settings.push(completed.right);
  }
  const limits: Limits = {
    nodes,
    spares,
    terms: 2,
    timeouts: settings.some(({ preVote }) => preVote) ? 2 * (given.terms ?? 2) : UNLIMITED,
    proposals: 1,
    duplicates: 0,
    crashes: 0,
    beats: 0,
    changes: 0,
    snapshots: 0,
    reads: 0,
    transfers: 0,
    checks: 0,
    unreachable: 0,
    drops: 0,
    inFlight: Infinity,
    ordered: false,
    forwarding: false,
    delayedWrites: false,
    delayedApplies: false,
    alphabet: addingAndRemoving(nodes + spares),
    ...defined(given),
    settings,
  };
  if (!isCount(limits.terms, 1)) return E.left(`Cannot explore ${limits.terms} terms: choose at least 1.`);
  if (!(limits.inFlight >= 1)) {
    return E.left(`Cannot explore ${limits.inFlight} messages in flight: choose at least 1.`);
  }
  for (const name of BUDGETS) {
    if (!isCount(limits[name], 0)) {
      return E.left(`Cannot use ${name} ${limits[name]}: choose a whole number from 0 on.`);
    }
  }
  return E.right(limits);
}

/** A budget that is never spent. */
export const UNLIMITED = 99;

/** One action is kept in 32 bits, of which four say whose it is. */
const MOST_NODES = 9;

function isCount(n: number, least: number): boolean {
  return Number.isInteger(n) && n >= least && n < 100;
}

function addingAndRemoving(nodes: number): readonly ConfChange[] {
  const ids = Array.from({ length: nodes }, (_, i) => i + 1);
  return (["addNode", "removeNode"] as const).flatMap((type) =>
    ids.map((id): ConfChange => ({ transition: "auto", changes: [{ type, id }], context: new Uint8Array(0) }))
  );
}

// An optional member may be there and undefined; it must not hide a default.
function defined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}
