/**
 * The main thread's end of the line to the worker of a SQLite store.
 *
 * @module
 */
import type { Restored } from "../node/state_machine.ts";
import type { DatabaseStatus, Opened, Reply, Request } from "./sqlite_messages.ts";
import { StoreFailure } from "./store.ts";

interface Call {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (failure: StoreFailure) => void;
}

/** A worker. When it has failed, every call rejects. */
export class Remote {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  /** Those that wait for their reply; replies come in the order of the requests. */
  private calls: Call[] = [];
  private failure: StoreFailure | null = null;

  /** Starts a worker. */
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.port.onmessage = ({ data }: MessageEvent<Reply>) => this.take(data);
    this.worker = new Worker(new URL("./sqlite_worker.ts", import.meta.url), { type: "module" });
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fail(new StoreFailure(`The worker of the store has failed: ${event.message}`));
    };
    this.worker.postMessage(null, [port2]);
  }

  /** Opens the newest database of a folder. */
  async open(folder: string): Promise<Opened> {
    return opened(await this.call({ type: "Open", folder }));
  }

  /** Puts the new database in the place of the old one. */
  async endLoad(at: Restored): Promise<Opened> {
    return opened(await this.call({ type: "EndLoad", at }));
  }

  /** Asks for something that is replied to with `Done`. */
  async do(request: Request, transfer: Transferable[] = []): Promise<DatabaseStatus> {
    const reply = await this.call(request, transfer);
    if (reply.type === "Done" && reply.status !== null) return reply.status;
    throw unexpected(reply);
  }

  /** The next chunk of a snapshot; null at its end. */
  async chunk(snapshot: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const reply = await this.call({ type: "ReadOn", snapshot });
    if (reply.type === "Chunk") return reply.chunk;
    throw unexpected(reply);
  }

  /** Has the worker close its database, and ends it. */
  async close(): Promise<void> {
    await this.call({ type: "Close" });
    this.terminate();
  }

  /** Ends the worker at once. */
  terminate(): void {
    this.worker.terminate();
    this.port.close();
    this.fail(new StoreFailure("The store is closed."));
  }

  private call(request: Request, transfer: Transferable[] = []): Promise<Reply> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.port.postMessage(request, transfer);
    return new Promise((resolve, reject) => this.calls.push({ resolve, reject }));
  }

  private take(reply: Reply): void {
    if (reply.type === "Failed") this.fail(new StoreFailure(reply.message));
    else this.calls.shift()?.resolve(reply);
  }

  private fail(failure: StoreFailure): void {
    this.failure ??= failure;
    for (const { reject } of this.calls.splice(0)) reject(this.failure);
  }
}

function opened(reply: Reply): Opened {
  if (reply.type === "Opened") return reply;
  throw unexpected(reply);
}

function unexpected({ type }: Reply): StoreFailure {
  return new StoreFailure(`The worker of the store replied ${type}, which does not fit.`);
}
