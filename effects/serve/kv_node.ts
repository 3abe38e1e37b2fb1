/**
 * A RaftKV node: storage, transport, store and reducer put together, with the servers for its clients in front.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { systemClock } from "../clock/clock.ts";
import { denoDisk } from "../disk/deno_disk.ts";
import { type HttpServer, httpServer } from "../http/server.ts";
import type { KvCommand, KvReply } from "../kv/command.ts";
import { memoryStore } from "../kv/memory_store.ts";
import type { KvAnswer, KvQuery } from "../kv/query.ts";
import { sqliteStore } from "../kv/sqlite_store.ts";
import { kvStateMachine } from "../kv/state_machine.ts";
import type { KvStore } from "../kv/store.ts";
import type { Logger } from "../logging/logger.ts";
import type { RaftNode } from "../node/raft_node.ts";
import type { Recorder } from "../node/recorder.ts";
import { StartFailure, startNode } from "../node/start_node.ts";
import { fileRecorder } from "../recording/file_recorder.ts";
import { type RespServer, respServer } from "../resp/mod.ts";
import { fileStorage } from "../storage/file_storage.ts";
import type { Address } from "../storage/storage.ts";
import { tcpTransport } from "../transport/tcp_transport.ts";
import type { NodeTracer } from "../telemetry/trace.ts";
import type { Tracer } from "../telemetry/tracer.ts";
import { NodeHistograms } from "./node_histograms.ts";
import type { ServeOptions } from "./options.ts";
import { tokenFile } from "./token_file.ts";

/** A node that serves clients. */
export interface KvServer {
  /** The node. */
  readonly node: RaftNode<KvCommand, KvReply, KvQuery, KvAnswer>;
  /** Where Redis clients reach it, if they do. */
  readonly resp: Option<Address>;
  /** Where HTTP clients reach it, if they do. */
  readonly http: Option<Address>;
  /** Stops in order: no more clients, the leadership handed over, everything written. */
  close(): Promise<void>;
}

/** Starts a node with its servers; on the left why it could not be started. */
export async function serveKv(options: ServeOptions, logger: Logger): Promise<Either<string, KvServer>> {
  const opened: { close(): unknown }[] = [];
  try {
    return E.right(await open(options, logger, opened));
  } catch (error) {
    for (const part of opened.reverse()) await part.close();
    if (error instanceof StartFailure || error instanceof Error) return E.left(error.message);
    throw error;
  }
}

async function open(
  options: ServeOptions,
  logger: Logger,
  opened: { close(): unknown }[],
): Promise<KvServer> {
  const { data } = options;
  Deno.mkdirSync(data, { recursive: true });
  const token = options.tokenFile === undefined ? () => O.none : tokenFile(options.tokenFile, systemClock, logger);
  const histograms = new NodeHistograms();
  const tracer = await tracerOf(options);
  const recorder = recorderOf(options, logger);
  if (recorder !== undefined) opened.push(recorder);
  const store = await openStore(options);
  opened.push(store);
  const node = await startNode({
    id: options.id,
    cluster: options.cluster,
    join: options.join,
    address: options.advertise ?? (options.listen.endsWith(":0") ? undefined : options.listen),
    storage: fileStorage(`${data}/raft`),
    transport: tcpTransport({
      listen: options.listen,
      advertise: options.advertise,
      tls: options.tls,
      insecure: options.insecure,
    }),
    stateMachine: kvStateMachine(store),
    recorder,
    logger,
    tracer,
    meters: histograms,
    electionMs: options.electionMs,
    heartbeatMs: options.heartbeatMs,
    requestTimeoutMs: options.timeoutMs,
    leaseReads: options.leaseReads,
    compaction: {
      ...(options.compactEntries === undefined ? {} : { entries: options.compactEntries }),
      ...(options.keepEntries === undefined ? {} : { keep: options.keepEntries }),
    },
  });
  opened.push(node);
  const servers: (RespServer | HttpServer)[] = [];
  if (options.resp !== undefined) {
    servers.push(required(respServer({ listen: options.resp, node, password: token, logger })));
    opened.push(servers[0]);
  }
  const resp = servers.length === 0 ? O.none : O.some(servers[0].address);
  let http: Option<Address> = O.none;
  if (options.http !== undefined) {
    const server = required(
      httpServer({
        listen: options.http,
        node,
        clock: systemClock,
        token,
        logger,
        tracer,
        metrics: () => histograms.metrics(),
      }),
    );
    servers.push(server);
    opened.push(server);
    http = O.some(server.address);
  }
  return {
    node,
    resp,
    http,
    async close(): Promise<void> {
      await Promise.all(servers.map((server) => server.close()));
      await node.close();
      await store.close();
    },
  };
}

/** So many segments are what a recording with a limit may take: whoever shows its end reads only the newest ones. */
const SEGMENTS = 64;

function recorderOf({ record, recordMib, recordPayloads }: ServeOptions, logger: Logger): Recorder | undefined {
  if (record === undefined) return undefined;
  Deno.mkdirSync(record, { recursive: true });
  const wall = (): string => new Date().toISOString();
  const mostBytes = (recordMib ?? 0) * 2 ** 20;
  const limits = recordMib === undefined ? {} : { mostBytes, segmentBytes: mostBytes / SEGMENTS };
  return fileRecorder({
    disk: denoDisk(record),
    clock: systemClock,
    payloads: recordPayloads,
    logger,
    wall,
    ...limits,
  });
}

/** Traces are for those who ask for them in the environment, as Deno does (`OTEL_DENO=true`): the package is loaded only then. */
async function tracerOf({ id }: ServeOptions): Promise<(Tracer & NodeTracer) | undefined> {
  if (Deno.env.get("OTEL_DENO") !== "true") return undefined;
  const { openTelemetryTracer } = await import("../telemetry/open_telemetry.ts");
  return openTelemetryTracer({ node: id });
}

async function openStore({ data, store }: ServeOptions): Promise<KvStore> {
  return store === "memory" ? memoryStore() : required(await sqliteStore({ folder: `${data}/kv` }));
}

function required<A>(either: Either<{ readonly message: string }, A>): A {
  if (E.isLeft(either)) throw new Error(either.left.message);
  return either.right;
}
