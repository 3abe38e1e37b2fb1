/**
 * What a network in memory does to what is sent on it.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";

/** The state of the way from one node to another. Probabilities are numbers from 0 to 1. */
export interface LinkConditions {
  /** The shortest time on the way, in milliseconds. */
  readonly leastDelayMs: number;
  /** The longest time on the way; what leaves together stays together, and in order. */
  readonly mostDelayMs: number;
  /** How probable it is that a message, request or response is lost. */
  readonly loss: number;
  /** How probable it is that one arrives twice. */
  readonly duplication: number;
  /** How probable it is that one is overtaken by what leaves in the next `lateMs`. */
  readonly reordering: number;
  /** How late one may come that is overtaken. */
  readonly lateMs: number;
  /** Bytes of a snapshot that arrive in a millisecond. */
  readonly snapshotBytesPerMs: number;
  /** How probable it is that the connection of a snapshot breaks at a chunk. */
  readonly snapshotBreaks: number;
}

/** A network that nothing happens on. */
export const GOOD_CONDITIONS: LinkConditions = {
  leastDelayMs: 0,
  mostDelayMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  lateMs: 10,
  snapshotBytesPerMs: 100_000,
  snapshotBreaks: 0,
};

/** How often something happened to what was sent. Cuts and filters are not counted. */
export interface Mishaps {
  /** It was lost. */
  lost: number;
  /** It was sent twice. */
  doubled: number;
  /** It was overtaken, or could have been. */
  overtaken: number;
}

/** Which ways are meant: all from a node, all to a node, or all. */
export interface Where {
  /** The sender; any one if it is not given. */
  readonly from?: NodeId;
  /** The receiver; any one if it is not given. */
  readonly to?: NodeId;
}

/** Something on its way. */
export type Parcel =
  | { readonly type: "Message"; readonly message: PeerMessage }
  | { readonly type: "Request" }
  | { readonly type: "Response" }
  | { readonly type: "SnapshotChunk"; readonly offset: number };

/** Whether a parcel goes on its way; it is lost otherwise. */
export type Filter = (from: NodeId, to: NodeId, parcel: Parcel) => boolean;

interface Rule {
  readonly where: Where;
  readonly conditions: Partial<LinkConditions>;
}

/** What holds on each way: rules that were added later count more, and what they replace everywhere is forgotten. */
export class Conditions {
  private rules: readonly Rule[] = [];
  private readonly cuts = new Set<string>();
  private readonly known = new Map<string, LinkConditions>();

  /** Starts with `base` everywhere. */
  constructor(private readonly base: LinkConditions) {}

  /** How many rules there are. */
  get size(): number {
    return this.rules.length;
  }

  /** Adds a rule. */
  set(conditions: Partial<LinkConditions>, where: Where): void {
    const kept = this.rules.filter((rule) => !isWithin(rule.where, where) || !isCovered(rule.conditions, conditions));
    this.rules = [...kept, { where, conditions }];
    this.known.clear();
  }

  /** What holds on the way from `from` to `to`. */
  of(from: NodeId, to: NodeId): LinkConditions {
    const way = `${from} ${to}`;
    let conditions = this.known.get(way);
    if (conditions === undefined) {
      const holding = this.rules.filter(({ where }) => (where.from ?? from) === from && (where.to ?? to) === to);
      conditions = holding.reduce((sum, rule): LinkConditions => ({ ...sum, ...rule.conditions }), this.base);
      this.known.set(way, conditions);
    }
    return conditions;
  }

  /** Nothing gets through from `from` to `to` any more. */
  cut(from: NodeId, to: NodeId): void {
    this.cuts.add(`${from} ${to}`);
  }

  /** It gets through again. */
  heal(from: NodeId, to: NodeId): void {
    this.cuts.delete(`${from} ${to}`);
  }

  /** Everything gets through again. */
  healAll(): void {
    this.cuts.clear();
  }

  /** Whether nothing gets through. */
  isCut(from: NodeId, to: NodeId): boolean {
    return this.cuts.size > 0 && this.cuts.has(`${from} ${to}`);
  }
}

function isWithin(inner: Where, outer: Where): boolean {
  return (outer.from ?? inner.from) === inner.from && (outer.to ?? inner.to) === inner.to;
}

function isCovered(old: Partial<LinkConditions>, by: Partial<LinkConditions>): boolean {
  return Object.keys(old).every((name) => Object.hasOwn(by, name));
}
