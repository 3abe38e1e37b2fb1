/**
 * `backup`: keeps a backup of a running node, taken over HTTP.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import { denoDisk } from "../disk/deno_disk.ts";
import { type Disk, DiskError } from "../disk/disk.ts";
import { silentLogger } from "../logging/logger.ts";
import { type BackupPlace, hasFile, receiveBackup } from "../operations/receive_backup.ts";
import { checkAddress, checking } from "../serve/options.ts";
import { tokenFile } from "../serve/token_file.ts";
import type { Address } from "../storage/storage.ts";
import type { Output } from "../terminal/output.ts";
import { Progress } from "../terminal/progress.ts";
import type { ExitCode } from "./judge.ts";

/** What `backup` can be told. */
export interface BackupFlags {
  /** Where the node listens for HTTP clients. */
  readonly http: string;
  /** The file with the token that clients must know. */
  readonly tokenFile?: string;
  /** Whether to write JSON. */
  readonly json?: boolean;
}

/** What it stands on; a test may want something else. */
export interface BackupParts {
  /** The disk with the file. */
  readonly disk: Disk;
  /** Time. */
  readonly clock: Clock;
  /** Asks a server. */
  readonly ask: (url: string, headers: Readonly<Record<string, string>>) => Promise<Response>;
  /** The token in the environment. */
  readonly token: () => string | undefined;
}

/** The variable of the environment that holds the token where there is no file. */
export const TOKEN_VARIABLE = "RAFTFOLD_TOKEN";

/** Asks a node for a backup and keeps it as `file`. 0: it is there, complete and durable; 1: it is not; 2: wrong use. */
export async function backup(
  file: string,
  flags: BackupFlags,
  output: Output,
  parts: BackupParts = usualParts(file),
): Promise<ExitCode> {
  const prepared = prepare(file, flags, parts);
  if (E.isLeft(prepared)) return ended(output, 2, prepared.left);
  const { address, token, place } = prepared.right;
  const began = parts.clock.now();
  const response = await asked(`http://${address}/backup`, token, parts);
  if (E.isLeft(response)) return ended(output, 1, response.left);
  const { body, headers, status } = response.right;
  const size = Number(headers.get("content-length"));
  if (status !== 200 || body === null || !(size > 0)) return await refused(address, response.right, output);
  const received = await receive(body, place, { size, output });
  if (E.isLeft(received)) return ended(output, 1, received.left);
  const ms = parts.clock.now() - began;
  output.out(flags.json ? asJson(file, size, received.right) : asText(file, { size, ms }, received.right));
  return 0;
}

/** What is known before anybody is asked. */
interface Prepared {
  readonly address: Address;
  readonly token: Option<string>;
  readonly place: BackupPlace;
}

function prepare(file: string, flags: BackupFlags, parts: BackupParts): Either<string, Prepared> {
  const address = checking(() => checkAddress("--http", flags.http));
  if (E.isLeft(address)) return address;
  const token = tokenOf(flags, parts);
  if (E.isLeft(token)) return token;
  const place = { disk: parts.disk, clock: parts.clock, ...nameOf(file) };
  if (place.name === "") return E.left(`Cannot write ${file}: it is a folder. Name a file.`);
  try {
    if (!hasFile(place)) return E.right({ address: address.right, token: token.right, place });
    return E.left(`Cannot write ${file}: there is such a file already. Choose another name.`);
  } catch (error) {
    if (error instanceof DiskError) return E.left(`Cannot write ${file}: ${error.message}`);
    throw error;
  }
}

function usualParts(file: string): BackupParts {
  return {
    disk: denoDisk(file.startsWith("/") ? "" : "."),
    clock: systemClock,
    ask: (url, headers) => fetch(url, { headers, redirect: "error" }),
    token: () => Deno.env.get(TOKEN_VARIABLE),
  };
}

/** The folder and the name in a path. */
function nameOf(file: string): { readonly folder: string; readonly name: string } {
  const cut = file.lastIndexOf("/");
  return { folder: cut === 0 ? "/" : file.slice(0, Math.max(cut, 0)), name: file.slice(cut + 1) };
}

/** The token, from the file or else from the environment. */
function tokenOf({ tokenFile: path }: BackupFlags, { clock, token }: BackupParts): Either<string, Option<string>> {
  if (path === undefined) return E.right(O.fromNullable(token() || undefined));
  try {
    return E.right(tokenFile(path, clock, silentLogger)());
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error));
  }
}

async function asked(url: string, token: Option<string>, { ask }: BackupParts): Promise<Either<string, Response>> {
  try {
    const headers: Record<string, string> = O.isSome(token) ? { authorization: `Bearer ${token.value}` } : {};
    return E.right(await ask(url, headers));
  } catch (error) {
    return E.left(`Cannot ask ${url}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Why a node gave no backup: what is wrong with the question is the caller's to repair. */
async function refused(address: string, response: Response, output: Output): Promise<ExitCode> {
  const { status } = response;
  if (status === 401) {
    await response.body?.cancel();
    const advice = `Give its token with --token-file, or in ${TOKEN_VARIABLE}.`;
    return ended(output, 2, `Cannot take a backup from ${address}: it asks for a token, or for another one. ${advice}`);
  }
  const said = messageIn(await response.text().catch(() => ""));
  const what = status === 200 ? "it did not answer as a node does." : `it answered ${status}. ${said}`;
  return ended(output, 1, `Cannot take a backup from ${address}: ${what.trim()}`);
}

function messageIn(body: string): string {
  try {
    const { error } = JSON.parse(body);
    return typeof error.message === "string" ? error.message : "";
  } catch {
    return "";
  }
}

async function receive(
  body: ReadableStream<Bytes>,
  place: BackupPlace,
  { size, output }: { readonly size: number; readonly output: Output },
): Promise<Either<string, Snapshot>> {
  const bar = new Progress(output, size);
  try {
    return await receiveBackup(body, place, { size, progress: (received) => bar.update(received, received) });
  } finally {
    bar.stop();
  }
}

function asJson(file: string, bytes: number, { index, term, configuration: { voters } }: Snapshot): string {
  return JSON.stringify({ file, bytes, index, term, voters });
}

function asText(
  file: string,
  { size, ms }: { readonly size: number; readonly ms: number },
  { index, term }: Snapshot,
): string {
  const received = `${size.toLocaleString("en")} bytes in ${(ms / 1_000).toFixed(1)} s`;
  return `${file} holds everything up to index ${index}, term ${term}: ${received}, checked and durable.`;
}

function ended(output: Output, code: ExitCode, message: string): ExitCode {
  output.err(message);
  return code;
}
