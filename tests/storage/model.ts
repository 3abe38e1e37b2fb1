/**
 * What a storage should hold: plain values, a new one after every operation.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, Entry, EntryId, NodeId } from "../../core/entry.ts";
import { ORIGIN } from "../../core/entry.ts";
import type { HardState, Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Found, Identity, Incarnation } from "../../effects/storage/storage.ts";

/** What a storage holds, but for the files of its snapshots. */
export interface Model {
  readonly identity: Option<Identity>;
  readonly hardState: Option<HardState>;
  /** The position up to which the log is compacted. */
  readonly base: EntryId;
  readonly entries: readonly Entry[];
  readonly peers: ReadonlyMap<NodeId, Incarnation>;
}

/** A complete snapshot. */
export interface ModelSnapshot {
  readonly snapshot: Snapshot;
  readonly chunks: readonly Bytes[];
}

/** A new storage. */
export const EMPTY: Model = { identity: O.none, hardState: O.none, base: ORIGIN, entries: [], peers: new Map() };

/** The last position of the log. */
export function lastOf({ base, entries }: Model): EntryId {
  const last = entries.at(-1);
  return last === undefined ? base : { index: last.index, term: last.term };
}

/** The term at `index`, which must be known. */
export function termAt({ base, entries }: Model, index: number): number {
  return index === base.index ? base.term : entries[index - base.index - 1].term;
}

/** After `persist`. */
export function persisted(model: Model, { hardState, entries, snapshot }: Persist): Model {
  let { base, entries: all } = model;
  if (O.isSome(snapshot)) {
    base = { index: snapshot.value.index, term: snapshot.value.term };
    all = [];
  }
  if (entries.length > 0) all = [...all.slice(0, entries[0].index - base.index - 1), ...entries];
  return { ...model, base, entries: all, hardState: O.isSome(hardState) ? hardState : model.hardState };
}

/** After a compaction. */
export function compacted(model: Model, to: EntryId): Model {
  return { ...model, base: to, entries: model.entries.slice(to.index - model.base.index) };
}

/** After a peer was remembered or forgotten. */
export function remembered(model: Model, peer: NodeId, incarnation: Option<Incarnation>): Model {
  const peers = new Map(model.peers);
  if (O.isSome(incarnation)) peers.set(peer, incarnation.value);
  else peers.delete(peer);
  return { ...model, peers };
}

/** What was found, as a model. */
export function foundModel({ identity, hardState, log, peers }: Found): Model {
  return { identity, hardState, base: log.snapshot, entries: log.slice(log.first, log.last.index), peers };
}

/** The same text for the same model. */
export function textOf(model: Model): string {
  return JSON.stringify([
    O.isSome(model.identity) ? { ...model.identity.value, members: [...model.identity.value.members] } : null,
    O.toNullable(model.hardState),
    [model.base.index, model.base.term],
    model.entries.map(({ index, term, type, data, size }) => [index, term, type, [...data], size]),
    [...model.peers].sort(([a], [b]) => a - b),
  ]);
}
