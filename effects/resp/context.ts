/**
 * What the commands of one server work with.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { KvCommand, KvReply } from "../kv/command.ts";
import type { KvAnswer, KvQuery } from "../kv/query.ts";
import type { Logger } from "../logging/logger.ts";
import type { RaftNode } from "../node/raft_node.ts";
import type { Address } from "../storage/storage.ts";
import type { Client } from "./client.ts";
import type { Cursors } from "./cursors.ts";
import type { RespLimits } from "./limits.ts";

/** What a server needs of the node that it stands before. */
export type KvNode = Pick<
  RaftNode<KvCommand, KvReply, KvQuery, KvAnswer>,
  "propose" | "read" | "status" | "transferLeadership" | "changeMembers" | "compact"
>;

/** Sections of `INFO`, by name: what they say, by name. */
export type InfoSections = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/** What a server counts from its start on. */
export interface RespCounters {
  /** Connections that came. */
  connectionsReceived: number;
  /** Connections that were turned away because there were too many. */
  connectionsRejected: number;
  /** Connections that were closed because what came on them was no request. */
  protocolErrors: number;
  /** Requests with a wrong password. */
  authenticationFailures: number;
  /** Requests that were understood to be requests. */
  requests: number;
  /** Replies that are errors. */
  errorReplies: number;
  /** Bytes that came. */
  bytesReceived: number;
  /** Bytes that were written. */
  bytesSent: number;
}

/** A server, as its commands see it. */
export interface ServerContext {
  /** The node. */
  readonly node: KvNode;
  /** Bounds. */
  readonly limits: RespLimits;
  /** Time. */
  readonly clock: Clock;
  /** Where events go. */
  readonly logger: Logger;
  /** When the server started, by its clock. */
  readonly startedAt: number;
  /** The port that it listens on. */
  readonly port: number;
  /** What clients must know, if anything; asked anew each time, since it may be changed. */
  readonly password: () => Option<string>;
  /** Whether connections begin in `READONLY` mode. */
  readonly readOnlyDefault: boolean;
  /** Where clients reach a node, if that is known; its address for peers stands in for it. */
  readonly clientAddress: (id: NodeId) => Option<Address>;
  /** More sections of `INFO`. */
  readonly info: () => InfoSections;
  /** Where scans go on. */
  readonly cursors: Cursors;
  /** Who is connected. */
  readonly clients: ReadonlyMap<number, Client>;
  /** What is counted. */
  readonly counters: RespCounters;
}

/** What a command works with: the server, and who asks. */
export interface CommandContext {
  /** The server. */
  readonly server: ServerContext;
  /** Who asks. */
  readonly client: Client;
}

/** Counters that begin. */
export function newCounters(): RespCounters {
  return {
    connectionsReceived: 0,
    connectionsRejected: 0,
    protocolErrors: 0,
    authenticationFailures: 0,
    requests: 0,
    errorReplies: 0,
    bytesReceived: 0,
    bytesSent: 0,
  };
}
