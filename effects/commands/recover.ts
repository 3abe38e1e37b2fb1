/**
 * `recover`: makes a cluster of one node out of what that node has, when a majority is lost for good.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import { sqliteStore } from "../kv/sqlite_store.ts";
import type { Durability } from "../node/state_machine.ts";
import { knownConfiguration } from "../operations/known_configuration.ts";
import { carryOutRecovery, planRecovery, type RecoveryPlan } from "../operations/recover.ts";
import { checking, oneOf, type StoreKind, whole } from "../serve/options.ts";
import { fileStorage } from "../storage/file_storage.ts";
import { type Identity, type OpenStorage, type Storage, StorageFailure } from "../storage/storage.ts";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** What `recover` can be told. */
export interface RecoverFlags {
  /** That this is meant. */
  readonly forceNewCluster?: boolean;
  /** The node. */
  readonly id: string;
  /** The folder of its data. */
  readonly data: string;
  /** Whether nobody is asked. */
  readonly yes?: boolean;
  /** Where its pairs are kept. */
  readonly store?: string;
  /** Whether to write JSON. */
  readonly json?: boolean;
}

/** What it stands on; a test may want something else. */
export interface RecoverParts {
  /** Asks somebody at a terminal, and returns what was typed; none if nobody is there. */
  readonly ask: Option<(question: string) => string>;
  /** The storage in a folder. */
  readonly storage: (folder: string) => Storage;
}

/** The flags, checked. */
interface Checked {
  readonly id: NodeId;
  readonly data: string;
  readonly store: StoreKind;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Recovers a stopped node. 0: it can be started; 1: it was not confirmed, or the disk failed; 2: it cannot be recovered. */
export async function recover(
  flags: RecoverFlags,
  output: Output,
  { ask, storage: storageIn }: RecoverParts = usualParts(),
): Promise<ExitCode> {
  const checked = checkFlags(flags);
  if (E.isLeft(checked)) return ended(output, 2, checked.left);
  const storage = await storageIn(`${checked.right.data}/raft`).open();
  if (E.isLeft(storage)) {
    const isRunning = storage.left.type === "Locked";
    return ended(output, 2, isRunning ? `${storage.left.message} Stop the node first.` : storage.left.message);
  }
  try {
    return await recoverIn(storage.right, checked.right, { output, ask });
  } catch (error) {
    if (error instanceof StorageFailure) return ended(output, 1, error.message);
    throw error;
  } finally {
    await storage.right.close();
  }
}

function usualParts(): RecoverParts {
  return { ask: Deno.stdin.isTerminal() ? O.some(askAtTerminal) : O.none, storage: (folder) => fileStorage(folder) };
}

function checkFlags(
  { forceNewCluster, id, data, store = "sqlite", yes = false, json = false }: RecoverFlags,
): Either<string, Checked> {
  if (forceNewCluster !== true) {
    return E.left(
      "Cannot recover without --force-new-cluster: what the other members have committed may be lost. " +
        "As long as a majority of them can come back, start them instead.",
    );
  }
  const checked = checking(() => ({
    id: whole("--id", id),
    data,
    store: oneOf("--store", store, ["sqlite", "memory"]),
    yes,
    json,
  }));
  if (E.isLeft(checked) || isFolder(`${data}/raft`)) return checked;
  return E.left(`Cannot recover: there is no folder ${data}/raft. Name the folder that the node was started with.`);
}

async function recoverIn(
  storage: OpenStorage,
  flags: Checked,
  { output, ask }: { readonly output: Output; readonly ask: RecoverParts["ask"] },
): Promise<ExitCode> {
  const { found } = storage;
  const durable = await durableIn(flags);
  if (E.isLeft(durable)) return ended(output, 2, durable.left);
  const plan = planRecovery(storage, knownConfiguration(found, durable.right));
  if (E.isLeft(plan)) return ended(output, 2, plan.left);
  if (plan.right.id !== flags.id) {
    return ended(
      output,
      2,
      `Cannot recover node ${flags.id}: the folder ${flags.data} belongs to node ${plan.right.id}.`,
    );
  }
  for (const line of describe(plan.right)) (flags.json ? output.err : output.out)(line);
  if (!flags.yes) {
    if (O.isNone(ask)) return ended(output, 2, "Nothing was changed: give --yes, or confirm at a terminal.");
    const typed = ask.value(`Type the node's id, ${flags.id}, to go on: `);
    if (typed.trim() !== `${flags.id}`) return ended(output, 1, "Nothing was changed.");
  }
  await carryOutRecovery(storage, plan.right);
  if (flags.json) output.out(asJson(plan.right));
  else for (const line of whatNext(flags, found.identity)) output.out(line);
  return 0;
}

/** What a store with a disk of its own knows. */
async function durableIn(
  { data, store }: Checked,
): Promise<Either<string, Option<Pick<Durability, "index" | "records">>>> {
  const folder = `${data}/kv`;
  if (store === "memory" || !isFolder(folder)) return E.right(O.none);
  const opened = await sqliteStore({ folder });
  if (E.isLeft(opened)) return E.left(opened.left.message);
  const { index, records } = opened.right.durability;
  await opened.right.close();
  return E.right(O.some({ index, records }));
}

function describe({ id, commit, last, lastTerm, removed }: RecoveryPlan): readonly string[] {
  const doubtful = last - commit;
  return [
    `Node ${id} becomes the only member of its cluster.`,
    removed.length === 0
      ? "No other member is removed."
      : `Removed for good: ${listOf(removed)}. They must never be started again.`,
    `Lost: whatever the others have committed behind index ${last}, term ${lastTerm}, where the log of this node ends.`,
    doubtful === 0
      ? "No entry of this node is in doubt."
      : `Coming true: ${doubtful} entries, ${
        commit + 1
      } to ${last}, of which this node does not know whether they were committed.`,
  ];
}

function listOf(ids: readonly NodeId[]): string {
  return ids.length === 1 ? `node ${ids[0]}` : `nodes ${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
}

function whatNext({ id, data, store }: Checked, identity: Option<Identity>): readonly string[] {
  const first = O.isSome(identity) ? [...identity.value.members].map(([id, at]) => `${id}=${at}`).join(",") : "";
  return [
    `Node ${id} can be started, with the first members as before:`,
    `  serve --id ${id} --cluster ${first} --data ${data}${
      store === "memory" ? " --store memory" : ""
    } --resp HOST:PORT`,
    "Then add others, each with an id that was never used, --join and an empty folder:",
    `  serve --id NEW --cluster ${first} --join --listen HOST:PORT --data DIR, and RAFT MEMBER ADD NEW HOST:PORT`,
  ];
}

function asJson({ id, commit, last, lastTerm, removed, entries }: RecoveryPlan): string {
  return JSON.stringify({ id, commit, last, lastTerm, removed, appended: entries.length });
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** The question goes where it is no part of the result. */
function askAtTerminal(question: string): string {
  Deno.stderr.writeSync(new TextEncoder().encode(question));
  const line = new Uint8Array(256);
  return new TextDecoder().decode(line.subarray(0, Deno.stdin.readSync(line) ?? 0));
}

function ended(output: Output, code: ExitCode, message: string): ExitCode {
  output.err(message);
  return code;
}
