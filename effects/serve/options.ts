/**
 * What a RaftKV node is told on its command line, checked.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { NodeId } from "../../core/entry.ts";
import { LOG_LEVELS } from "../logging/level.ts";
import type { LogLevel } from "../logging/logger.ts";
import type { Address } from "../storage/storage.ts";
import { isLoopback, parseAddress } from "../transport/address.ts";

/** The options as they are written, by their long names. */
export interface ServeFlags {
  readonly id: string;
  readonly cluster: string;
  readonly data: string;
  readonly listen?: string;
  readonly advertise?: string;
  readonly resp?: string;
  readonly http?: string;
  readonly join?: boolean;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tokenFile?: string;
  readonly electionMs?: string;
  readonly heartbeatMs?: string;
  readonly timeoutMs?: string;
  readonly store?: string;
  readonly record?: string;
  readonly recordPayloads?: string;
  readonly recordMib?: string;
  readonly leaseReads?: boolean;
  readonly insecure?: boolean;
  readonly compactEntries?: string;
  readonly keepEntries?: string;
  readonly logLevel?: string;
  readonly json?: boolean;
}

/** Where RaftKV keeps its pairs. */
export type StoreKind = "sqlite" | "memory";

/** What a recording keeps of payloads. */
export type RecordPayloads = "full" | "hash" | "none";

/** The options, checked. */
export interface ServeOptions {
  /** The node. */
  readonly id: NodeId;
  /** The first members of the cluster. */
  readonly cluster: ReadonlyMap<NodeId, Address>;
  /** The folder of its data. */
  readonly data: string;
  /** Where it listens for its peers. */
  readonly listen: Address;
  /** Where its peers reach it, if elsewhere. */
  readonly advertise?: Address;
  /** Where Redis clients reach it. */
  readonly resp?: Address;
  /** Where HTTP clients reach it. */
  readonly http?: Address;
  /** Whether it is none of the first members. */
  readonly join: boolean;
  /** Certificates. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The file of the token that clients must know. */
  readonly tokenFile?: string;
  /** Milliseconds of an election timeout. */
  readonly electionMs: number;
  /** Milliseconds between heartbeats. */
  readonly heartbeatMs: number;
  /** Milliseconds until a request is answered at the latest. */
  readonly timeoutMs: number;
  /** Where the pairs are kept. */
  readonly store: StoreKind;
  /** The folder of the recording. */
  readonly record?: string;
  /** What the recording keeps of payloads. */
  readonly recordPayloads: RecordPayloads;
  /** The most that the recording takes, in MiB: 64 segments. */
  readonly recordMib?: number;
  /** Whether a leader answers reads by its lease. */
  readonly leaseReads: boolean;
  /** Whether it may be reached without any protection. */
  readonly insecure: boolean;
  /** With so many applied entries the log is cut. */
  readonly compactEntries?: number;
  /** So many of them stay. */
  readonly keepEntries?: number;
  /** Which events are written. */
  readonly logLevel: LogLevel;
}

/** Checks the options; on the left what is wrong, and what to do. */
export function serveOptions(flags: ServeFlags): Either<string, ServeOptions> {
  return checking(() => checked(flags));
}

/** What `check` returns, or on the left which option it found to be wrong, and what to do. */
export function checking<A>(check: () => A): Either<string, A> {
  try {
    return E.right(check());
  } catch (error) {
    if (error instanceof WrongOption) return E.left(error.message);
    throw error;
  }
}

/** The members in `1=host:port,2=host:port`; without numbers they are counted from 1. To be called in `checking`. */
export function parseCluster(text: string): ReadonlyMap<NodeId, Address> {
  const members = new Map<NodeId, Address>();
  text.split(",").filter((part) => part !== "").forEach((part, position) => {
    const cut = part.indexOf("=");
    const [id, address] = cut < 0 ? [`${position + 1}`, part] : [part.slice(0, cut), part.slice(cut + 1)];
    const number = whole("--cluster", id);
    if (members.has(number)) throw new WrongOption(`Cannot use --cluster: node ${number} is named twice.`);
    members.set(number, checkAddress("--cluster", address));
  });
  if (members.size === 0) {
    throw new WrongOption("Cannot use --cluster: name the first members as 1=host:port,2=host:port.");
  }
  return members;
}

class WrongOption extends Error {}

function checked(flags: ServeFlags): ServeOptions {
  const id = whole("--id", flags.id);
  const cluster = parseCluster(flags.cluster);
  const listen = flags.listen ?? cluster.get(id);
  if (listen === undefined) {
    throw new WrongOption(
      `Cannot start node ${id}: it is not in --cluster; with --join, say where it listens with --listen.`,
    );
  }
  const heartbeatMs = milliseconds("--heartbeat-ms", flags.heartbeatMs ?? "100");
  const electionMs = milliseconds("--election-ms", flags.electionMs ?? "1000");
  if (electionMs < 4 * heartbeatMs) {
    throw new WrongOption("Cannot use --election-ms: it must be at least four times --heartbeat-ms.");
  }
  const { tlsCa: ca, tlsCert: cert, tlsKey: key, tokenFile, insecure = false } = flags;
  const some = [ca, cert, key].filter((file) => file !== undefined).length;
  if (some !== 0 && some !== 3) {
    throw new WrongOption("Cannot use TLS: --tls-ca, --tls-cert and --tls-key belong together.");
  }
  const resp = optionalAddress("--resp", flags.resp);
  const http = optionalAddress("--http", flags.http);
  for (const [flag, address] of [["--resp", resp], ["--http", http]] as const) {
    const parts = address === undefined ? undefined : parseAddress(address);
    const open = parts !== undefined && E.isRight(parts) && !isLoopback(parts.right.hostname);
    if (open && tokenFile === undefined && !insecure) {
      throw new WrongOption(
        `Cannot listen on ${address} (${flag}): anybody could read and write. Give a --token-file, a loopback address, or --insecure.`,
      );
    }
  }
  return {
    id,
    cluster,
    data: flags.data,
    listen: checkAddress("--listen", listen),
    advertise: optionalAddress("--advertise", flags.advertise),
    resp,
    http,
    join: flags.join ?? false,
    tls: ca !== undefined && cert !== undefined && key !== undefined ? { ca, cert, key } : undefined,
    tokenFile,
    electionMs,
    heartbeatMs,
    timeoutMs: milliseconds("--timeout-ms", flags.timeoutMs ?? "5000"),
    store: oneOf("--store", flags.store ?? "sqlite", ["sqlite", "memory"]),
    record: flags.record,
    recordPayloads: oneOf("--record-payloads", flags.recordPayloads ?? "full", ["full", "hash", "none"]),
    recordMib: flags.recordMib === undefined ? undefined : whole("--record-mib", flags.recordMib),
    leaseReads: flags.leaseReads ?? false,
    insecure,
    compactEntries: flags.compactEntries === undefined ? undefined : whole("--compact-entries", flags.compactEntries),
    keepEntries: flags.keepEntries === undefined ? undefined : whole("--keep-entries", flags.keepEntries),
    logLevel: oneOf("--log-level", flags.logLevel ?? "info", LOG_LEVELS),
  };
}

/** A whole number above 0. To be called in `checking`. */
export function whole(flag: string, text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new WrongOption(`Cannot use ${flag}: "${text}" is not a whole number above 0.`);
  return number;
}

/** A duration: timers take no longer ones. */
function milliseconds(flag: string, text: string): number {
  const number = whole(flag, text);
  if (number > 86_400_000) throw new WrongOption(`Cannot use ${flag}: "${text}" is more than a day.`);
  return number;
}

/** One of `values`. To be called in `checking`. */
export function oneOf<A extends string>(flag: string, text: string, values: readonly A[]): A {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new WrongOption(`Cannot use ${flag}: "${text}" is none of ${values.join(", ")}.`);
  return found;
}

function optionalAddress(flag: string, address: string | undefined): Address | undefined {
  return address === undefined ? undefined : checkAddress(flag, address);
}

/** An address. To be called in `checking`. */
export function checkAddress(flag: string, address: string): Address {
  const parsed = parseAddress(address);
  if (E.isLeft(parsed)) throw new WrongOption(`Cannot use ${flag}: ${parsed.left}.`);
  return address;
}
