/**
 * `restore`: begins a new cluster with a backup, one member at a time.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { systemClock } from "../clock/clock.ts";
import { denoDisk } from "../disk/deno_disk.ts";
import { DiskError } from "../disk/disk.ts";
import { type Backup, openBackup } from "../operations/backup_file.ts";
import { restoreBackup } from "../operations/restore.ts";
import { systemRandom } from "../random/random.ts";
import { checking, parseCluster, whole } from "../serve/options.ts";
import { fileStorage } from "../storage/file_storage.ts";
import type { Address } from "../storage/storage.ts";
import type { Output } from "../terminal/output.ts";
import { Progress } from "../terminal/progress.ts";
import type { ExitCode } from "./judge.ts";

/** What `restore` can be told. */
export interface RestoreFlags {
  /** That a new cluster is meant. */
  readonly newCluster?: boolean;
  /** The node. */
  readonly id: string;
  /** The first members of the new cluster. */
  readonly cluster: string;
  /** The folder of its data, which must be empty. */
  readonly data: string;
  /** Whether to write JSON. */
  readonly json?: boolean;
}

/** A member of the new cluster. */
interface Member {
  readonly id: NodeId;
  readonly members: ReadonlyMap<NodeId, Address>;
  readonly data: string;
}

/** Makes `file` the state of a node of a new cluster. 0: it can be started; 1: the disk failed; 2: wrong use, or no sound backup. */
export async function restore(file: string, flags: RestoreFlags, output: Output): Promise<ExitCode> {
  const member = checkFlags(flags);
  if (E.isLeft(member)) return ended(output, 2, member.left);
  const backup = openBackup(denoDisk(file.startsWith("/") ? "" : "."), file, systemClock);
  if (E.isLeft(backup)) return ended(output, 2, backup.left);
  try {
    return await restoreFrom(backup.right, { file, member: member.right, output, json: flags.json === true });
  } finally {
    backup.right.close();
  }
}

function checkFlags({ newCluster, id, cluster, data }: RestoreFlags): Either<string, Member> {
  if (newCluster !== true) {
    return E.left("Cannot restore without --new-cluster: a backup is never put into a cluster that exists.");
  }
  const checked = checking(() => ({ id: whole("--id", id), members: parseCluster(cluster), data }));
  if (E.isLeft(checked)) return checked;
  if (!checked.right.members.has(checked.right.id)) {
    return E.left(`Cannot restore node ${checked.right.id}: it is not in --cluster. Others are added later.`);
  }
  const names = namesIn(data);
  if (E.isLeft(names)) return names;
  if (names.right.length > 0) {
    return E.left(
      `Cannot restore into ${data}: it is not empty. Choose another folder; if an earlier attempt was cut short, remove it.`,
    );
  }
  return checked;
}

function namesIn(folder: string): Either<string, readonly string[]> {
  try {
    return E.right(denoDisk(folder).list(""));
  } catch (error) {
    if (error instanceof DiskError) return E.left(`Cannot restore into ${folder}: ${error.message}`);
    throw error;
  }
}

interface Restoring {
  readonly file: string;
  readonly member: Member;
  readonly output: Output;
  readonly json: boolean;
}

async function restoreFrom(backup: Backup, { file, member, output, json }: Restoring): Promise<ExitCode> {
  // All of it is checked before anything is written: a damaged backup leaves nothing behind.
  const verified = await backup.verify();
  if (E.isLeft(verified)) return ended(output, 2, verified.left);
  const bar = new Progress(output, backup.size);
  const watched: Backup = { ...backup, chunks: () => watching(backup.chunks(), bar) };
  const { id, members, data } = member;
  const storage = fileStorage(`${data}/raft`);
  const restored = await restoreBackup(watched, storage, { id, members, random: systemRandom });
  bar.stop();
  if (E.isLeft(restored)) {
    return ended(output, 1, `${restored.left}\nRemove ${data} before you try again.`);
  }
  output.out(json ? asJson(file, member, restored.right) : asText(file, member, restored.right));
  return 0;
}

async function* watching(chunks: AsyncIterable<Bytes>, bar: Progress): AsyncGenerator<Bytes, void, void> {
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    await bar.update(read, read);
    yield chunk;
  }
}

function asJson(file: string, { id, members, data }: Member, { index, term }: Snapshot): string {
  return JSON.stringify({ file, id, data, index, term, cluster: Object.fromEntries(members) });
}

function asText(file: string, { id, members, data }: Member, { index, term }: Snapshot): string {
  const list = [...members].map(([member, address]) => `${member}=${address}`).join(",");
  const others = [...members.keys()].filter((other) => other !== id);
  return [
    `Node ${id} has the state of ${file}: everything up to index ${index}, term ${term}.`,
    ...others.length === 0
      ? []
      : ["Do the same for the other members, with the same file and the same --cluster, each in an empty folder:"],
    ...others.map((other) => `  restore ${file} --new-cluster --id ${other} --cluster ${list} --data DIR`),
    others.length === 0 ? "Then start it:" : "Then start all of them, each with its own id and folder:",
    `  serve --id ${id} --cluster ${list} --data ${data} --resp HOST:PORT --http HOST:PORT`,
    "The members of the old cluster must not run any more, or at least not at these addresses.",
  ].join("\n");
}

function ended(output: Output, code: ExitCode, message: string): ExitCode {
  output.err(message);
  return code;
}
