/**
 * Opens the storage in a folder: its log and its snapshots.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { ORIGIN } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import type { ClosedSegment } from "./closed_segments.ts";
import { createLog } from "./create_log.ts";
import type { Folder } from "./folder.ts";
import { damaged, Health, storageError } from "./health.ts";
import { hasSnapshots, type LoadedSnapshots, loadSnapshots } from "./load_snapshots.ts";
import { type LogState, LogWriter } from "./log_writer.ts";
import { OpenFileStorage } from "./open_file_storage.ts";
import { recover, type RecoveredLog } from "./recover.ts";
import { repair } from "./repair.ts";
import { segmentName } from "./segment.ts";
import { type CurrentSegment, Segments } from "./segments.ts";
import type { Pause } from "./snapshot_reader.ts";
import { Snapshots } from "./snapshots.ts";
import type { Found, OpenStorage, StorageError } from "./storage.ts";

/** How an open storage behaves. */
export interface StorageSettings {
  /** The size of a segment. */
  readonly segmentBytes: number;
  /** A record that has become so large does not wait for a sync. */
  readonly recordBytes: number;
  /** Gives others their turn. */
  readonly pause: Pause;
}

const LOCK = "lock";

const NO_SNAPSHOTS: LoadedSnapshots = { complete: [], newest: O.none, superfluous: [], notices: [] };

const NOTHING: LogState = {
  owner: O.none,
  hard: O.none,
  peers: new Map(),
  position: { compacted: ORIGIN, covered: ORIGIN, last: ORIGIN },
};

/** Opens the storage in `folder`, and locks it. */
export async function openFolder(
  folder: Folder,
  settings: StorageSettings,
): Promise<Either<StorageError, OpenStorage>> {
  let unlock = () => {};
  try {
    folder.make();
    const lock = folder.lock(LOCK);
    if (O.isNone(lock)) return E.left(locked(folder));
    unlock = lock.value;
    const opened = await openLocked(folder, settings, unlock);
    if (E.isLeft(opened)) unlock();
    return opened;
  } catch (error) {
    unlock();
    return E.left(storageError(error));
  }
}

async function openLocked(
  folder: Folder,
  settings: StorageSettings,
  unlock: () => void,
): Promise<Either<StorageError, OpenStorage>> {
  const recovered = recover(folder);
  if (E.isLeft(recovered)) return recovered;
  return O.isNone(recovered.right)
    ? await openNew(folder, settings, unlock)
    : await openExisting(folder, settings, { log: recovered.right.value, unlock });
}

async function openNew(
  folder: Folder,
  settings: StorageSettings,
  unlock: () => void,
): Promise<Either<StorageError, OpenStorage>> {
  if (hasSnapshots(folder)) return E.left(damaged(folder.show(segmentName(1)), 0, "the log is missing"));
  const current = await createLog(folder, settings.segmentBytes);
  return E.right(
    assemble(folder, settings, {
      state: NOTHING,
      log: Log.after(),
      closed: [],
      current,
      snapshots: NO_SNAPSHOTS,
      notices: [],
      unlock,
    }),
  );
}

// Nothing is changed before everything is found to be good.
async function openExisting(
  folder: Folder,
  settings: StorageSettings,
  { log, unlock }: { readonly log: RecoveredLog; readonly unlock: () => void },
): Promise<Either<StorageError, OpenStorage>> {
  const { replay, segments } = log;
  const snapshots = loadSnapshots(folder, log.log, replay.position.covered);
  if (E.isLeft(snapshots)) return snapshots;
  const file = await repair(folder, log, snapshots.right.superfluous);
  const current = { ...log.current, file };
  const notices = [...log.notices, ...snapshots.right.notices];
  const closed = segments.filter(({ sequence }) => sequence !== current.sequence);
  return E.right(
    assemble(folder, settings, {
      state: replay,
      log: log.log,
      closed,
      current,
      snapshots: snapshots.right,
      notices,
      unlock,
    }),
  );
}

/** What was found, and where to go on. */
interface Opened {
  readonly state: LogState;
  readonly log: Log;
  readonly closed: readonly ClosedSegment[];
  readonly current: CurrentSegment;
  readonly snapshots: LoadedSnapshots;
  readonly notices: readonly string[];
  readonly unlock: () => void;
}

function assemble(folder: Folder, { segmentBytes, recordBytes, pause }: StorageSettings, opened: Opened): OpenStorage {
  const { state, closed, current, snapshots: { newest, complete }, unlock } = opened;
  const health = new Health();
  const segments = new Segments(folder, health, segmentBytes, { closed, current });
  const log = new LogWriter(segments, recordBytes, state);
  const snapshots = new Snapshots({ folder, health, pause }, complete, O.isSome(newest) ? newest.value : ORIGIN);
  return new OpenFileStorage(foundIn(opened), { health, log, snapshots, unlock });
}

function foundIn({ state, log, snapshots, notices }: Opened): Found {
  return {
    identity: state.owner,
    hardState: state.hard,
    log,
    snapshot: snapshots.newest,
    peers: new Map(state.peers),
    notices,
  };
}

function locked(folder: Folder): StorageError {
  const path = folder.show(LOCK);
  return { type: "Locked", path, message: `Cannot open ${path}: another process has the folder open.` };
}
