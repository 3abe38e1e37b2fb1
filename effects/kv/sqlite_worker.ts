/**
 * The worker of a SQLite store: all that takes long or waits for the disk happens here, beside the main loop.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Bytes } from "../../core/entry.ts";
import { WritingConnection } from "./sqlite_database.ts";
import { databasePath, makeFolder, newestDatabase, removeOthers, syncFolder } from "./sqlite_files.ts";
import { Loader } from "./sqlite_loader.ts";
import { lockFolder } from "./sqlite_lock.ts";
import type { Failed, Opened, Reply, Request } from "./sqlite_messages.ts";
import { PinnedState } from "./sqlite_pinned.ts";

/** Serves requests, one after the other. */
class Server {
  private folder = "";
  private lock: DatabaseSync | null = null;
  private number = 1;
  private database: WritingConnection | null = null;
  private blocks: Bytes[] = [];
  private loader: Loader | null = null;
  private readonly snapshots = new Map<number, PinnedState>();

  /** Does what is asked for. */
  serve(request: Request): Reply {
    switch (request.type) {
      case "Open":
        this.folder = request.folder;
        makeFolder(request.folder);
        this.lock = lockFolder(request.folder);
        return this.open(newestDatabase(request.folder));
      case "Changes":
        this.blocks.push(request.block);
        return this.done();
      case "Commit":
        this.opened().commit(this.blocks.splice(0), request.index, request.records);
        return this.done();
      case "Checkpoint":
        this.opened().sync(request.complete);
        return this.done();
      case "Pin":
        this.snapshots.set(request.snapshot, new PinnedState(this.path));
        return this.done();
      case "ReadOn":
        return { type: "Chunk", chunk: this.snapshots.get(request.snapshot)?.next() ?? null };
      case "Unpin":
        this.snapshots.get(request.snapshot)?.close();
        this.snapshots.delete(request.snapshot);
        return this.done();
      case "Load":
        this.loader ??= new Loader(this.folder, this.number + 1);
        this.loader.load(request.chunk);
        free(request.chunk); // A gigabyte of chunks would come before their memory was asked back.
        return this.done();
      case "EndLoad":
        this.loader ??= new Loader(this.folder, this.number + 1);
        this.loader.complete(request.at);
        this.loader = null;
        this.opened().close();
        return this.open(this.number + 1);
      case "AbandonLoad":
        this.loader?.abandon();
        this.loader = null;
        return this.done();
      case "Close":
        this.close();
        return this.done();
    }
  }

  private open(number: number): Opened {
    this.number = number;
    this.database = new WritingConnection(this.path);
    syncFolder(this.folder); // SQLite leaves it open whether the name of a new database lasts.
    removeOthers(this.folder, number);
    return { type: "Opened", path: this.path, records: this.database.records(), status: this.database.status };
  }

  private close(): void {
    for (const snapshot of this.snapshots.values()) snapshot.close();
    this.loader?.abandon();
    this.database?.close();
    this.database = null;
    this.lock?.close();
  }

  private done(): Reply {
    return { type: "Done", status: this.database?.status ?? null };
  }

  private opened(): WritingConnection {
    if (this.database === null) throw new Error("no database is open");
    return this.database;
  }

  private get path(): string {
    return databasePath(this.folder, this.number);
  }
}

/** Replies to what comes in at `port`. After a failure nothing is done any more: what is on the disk stays as it is. */
function serveAt(port: MessagePort): void {
  const server = new Server();
  let failed: Failed | null = null;
  port.onmessage = ({ data }: MessageEvent<Request>) => {
    const reply = failed ?? attempt(server, data);
    if (reply.type === "Failed") failed = reply;
    const isChunk = reply.type === "Chunk" && reply.chunk !== null;
    port.postMessage(reply, isChunk ? [reply.chunk.buffer] : []);
  };
}

/** Gives the memory of `chunk` back at once. */
function free({ buffer }: Bytes): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function attempt(server: Server, request: Request): Reply {
  try {
    return server.serve(request);
  } catch (error) {
    return { type: "Failed", message: error instanceof Error ? error.message : String(error) };
  }
}

addEventListener("message", (event) => {
  if (event instanceof MessageEvent) serveAt(event.ports[0]);
}, { once: true });
