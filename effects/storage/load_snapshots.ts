/**
 * Finds the snapshots in a data folder, and judges them by the log beside them.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { EntryId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Folder } from "./folder.ts";
import { damaged } from "./health.ts";
import { completeName, type SnapshotName, snapshotName } from "./snapshot_names.ts";
import { readEnds } from "./snapshot_reader.ts";
import type { CompleteSnapshot } from "./snapshot_store.ts";
import type { StorageError } from "./storage.ts";

/** What was found. */
export interface LoadedSnapshots {
  /** Complete ones. */
  readonly complete: readonly CompleteSnapshot[];
  /** The newest from which the log goes on. */
  readonly newest: Option<Snapshot>;
  /** Files that are good for nothing. */
  readonly superfluous: readonly string[];
  /** What the operator should know. */
  readonly notices: readonly string[];
}

/** The snapshots in `folder`. One at `covered`, or a newer one, has to be here; none has to be for the origin. */
export function loadSnapshots(folder: Folder, log: Log, covered: EntryId): Either<StorageError, LoadedSnapshots> {
  const complete: CompleteSnapshot[] = [];
  const superfluous: string[] = [];
  const notices: string[] = [];
  let newest: Option<Snapshot> = O.none;
  const names = snapshotNames(folder);
  for (const [name, what] of names) {
    if (what.type === "Incoming") continue;
    if (what.type === "Received" && names.some(([name]) => name === completeName("Made", what.at))) {
      superfluous.push(name);
      continue;
    }
    if (what.type === "Making" || (what.type === "Received" && isLeftover(what.at, log, covered))) {
      const why = what.type === "Making" ? "it was not finished" : "it was received, but never taken up";
      superfluous.push(name);
      notices.push(`Removed the snapshot ${folder.show(name)}: ${why}.`);
      continue;
    }
    const found = load(folder, name, what.at);
    if (E.isLeft(found)) return found;
    if (what.type === "Made" && isAhead(what.at, log)) return E.left(ahead(folder.show(name), log));
    complete.push(found.right);
    const { snapshot } = found.right;
    if (!log.matches(snapshot.index, snapshot.term)) continue;
    if (O.isNone(newest) || newest.value.index < snapshot.index) newest = O.some(snapshot);
  }
  const index = O.isSome(newest) ? newest.value.index : 0;
  if (index < covered.index) return E.left(missing(folder, covered));
  return E.right({ complete, newest, superfluous, notices });
}

/** Whether there is a complete snapshot. */
export function hasSnapshots(folder: Folder): boolean {
  return snapshotNames(folder).some(([, { type }]) => type === "Made" || type === "Received");
}

function snapshotNames(folder: Folder): readonly (readonly [string, SnapshotName])[] {
  return folder.list().flatMap((name) => {
    const what = snapshotName(name);
    return what === null ? [] : [[name, what] as const];
  });
}

// The log has taken up a snapshot that was received if it begins behind it, or has begun there.
function isLeftover(at: EntryId, log: Log, covered: EntryId): boolean {
  return at.index > log.snapshot.index && !(at.index === covered.index && at.term === covered.term);
}

/** Whether the log has no such position, and never had. */
function isAhead({ index, term }: EntryId, log: Log): boolean {
  return index > log.last.index || (log.knows(index) && log.termAt(index) !== term);
}

function load(folder: Folder, name: string, at: EntryId): Either<StorageError, CompleteSnapshot> {
  const file = folder.open(name);
  try {
    const path = folder.show(name);
    const ends = readEnds(file, path);
    if (E.isLeft(ends)) return ends;
    const { index, term } = ends.right.snapshot;
    if (index !== at.index || term !== at.term) {
      return E.left(damaged(path, 0, "the snapshot stands at another position"));
    }
    return E.right({ ...ends.right, name });
  } finally {
    file.close();
  }
}

function ahead(path: string, log: Log): StorageError {
  const { index, term } = log.last;
  return damaged(path, 0, `the snapshot is of a log that went on: its end is lost behind index ${index}, term ${term}`);
}

function missing(folder: Folder, covered: EntryId): StorageError {
  const path = folder.show(completeName("Made", covered));
  return damaged(path, 0, "the snapshot is missing, and the log begins behind it");
}
