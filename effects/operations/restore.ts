/**
 * Begins a new cluster with the state of a backup: every first member restores the same backup into an empty folder.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { NO_MEMBERS } from "../../core/configuration.ts";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { DiskError } from "../disk/disk.ts";
import { identify } from "../node/identity.ts";
import { readRecords, writeSnapshot } from "../node/snapshot_stream.ts";
import { SystemState } from "../node/system_state.ts";
import type { Random } from "../random/random.ts";
import { type Address, type OpenStorage, type Storage, StorageFailure } from "../storage/storage.ts";
import { WireError } from "../wire/wire_error.ts";
import type { Backup } from "./backup_file.ts";

/** Who a node of the new cluster is. */
export interface RestoreOptions {
  /** The node. */
  readonly id: NodeId;
  /** The first members of the new cluster. */
  readonly members: ReadonlyMap<NodeId, Address>;
  /** Where the new incarnation comes from. */
  readonly random: Random;
}

/** Writes the state of `backup` into `storage`, which must be empty; on the left why it cannot be done. */
export async function restoreBackup(
  backup: Backup,
  storage: Storage,
  options: RestoreOptions,
): Promise<Either<string, Snapshot>> {
  const opened = await storage.open();
  if (E.isLeft(opened)) return E.left(opened.left.message);
  try {
    return await restoreInto(opened.right, backup, options);
  } catch (error) {
    if (error instanceof StorageFailure || error instanceof DiskError) return E.left(error.message);
    if (error instanceof WireError) {
      return E.left(`Cannot restore: the backup is not what it should be: ${error.message}`);
    }
    throw error;
  } finally {
    await opened.right.close();
  }
}

async function restoreInto(
  storage: OpenStorage,
  backup: Backup,
  { id, members, random }: RestoreOptions,
): Promise<Either<string, Snapshot>> {
  const { found } = storage;
  if (O.isSome(found.identity) || O.isSome(found.hardState)) {
    return E.left("Cannot restore: the folder already holds the data of a node. Choose an empty one.");
  }
  const identity = identify({ id, members, join: false }, found, random);
  if (E.isLeft(identity)) return identity;
  const { index, term, data } = backup.snapshot;
  const configuration = { ...NO_MEMBERS, voters: [...members.keys()] };
  const snapshot: Snapshot = { index, term, configuration, data };
  const chunks = backup.chunks()[Symbol.asyncIterator]();
  const system = new SystemState();
  system.restore(await readRecords(chunks));
  system.setMembers(configuration, members);
  const writer = storage.createSnapshot(snapshot);
  try {
    await writeSnapshot(writer, system.records(), rest(chunks), new AbortController().signal);
  } catch (error) {
    writer.abandon(); // where the storage has failed, this says so again
    throw error;
  }
  await writer.finish();
  // One record, with one sync: the folder belongs to a node that has all of it, or to nobody.
  const hardState = O.some({ term, vote: O.none, commit: index });
  storage.write([{ type: "Persist", hardState, entries: [], snapshot: O.some(snapshot), sync: true, then: [] }]);
  await storage.identify(identity.right);
  return E.right(snapshot);
}

function rest(chunks: AsyncIterator<Bytes>): AsyncIterable<Bytes> {
  return { [Symbol.asyncIterator]: () => chunks };
}
