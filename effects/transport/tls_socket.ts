/**
 * A socket with TLS.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Socket } from "./socket.ts";
import { certifies } from "./tls_files.ts";

interface Reading {
  readonly resolve: (chunk: Option<Bytes>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A connection whose handshake is complete, and on which the other end has shown a certificate.
 *
 * It is never paused: Deno 2.9 then goes on reading without a limit, and hands everything over at once in the end. What
 * arrives is taken in the same turn of the event loop, so that nothing gathers here, and the machine holds the sender back.
 */
export class TlsSocket implements Socket {
  /** The machine at the other end. */
  readonly remote: string;
  private readonly chunks: Bytes[] = [];
  private reading: Reading | null = null;
  private refuseWrite: ((error: unknown) => void) | null = null;
  private end: Option<Error> | null = null;

  /** Takes over `socket`. */
  constructor(private readonly socket: TLSSocket) {
    this.remote = socket.remoteAddress ?? "unknown";
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    socket.on("data", (chunk: Bytes) => this.arrived(chunk));
    socket.on("end", () => this.ended(O.none));
    socket.on("error", (error) => this.ended(O.some(error)));
    socket.on("close", () => this.ended(O.none));
  }

  /** The next bytes. */
  read(): Promise<Option<Bytes>> {
    const chunk = this.chunks.shift();
    if (chunk !== undefined) return Promise.resolve(O.some(chunk));
    if (this.end !== null) return O.isSome(this.end) ? Promise.reject(this.end.value) : Promise.resolve(O.none);
    return new Promise((resolve, reject) => this.reading = { resolve, reject });
  }

  /** Sends bytes. */
  write(bytes: Bytes): Promise<void> {
    return new Promise((resolve, reject) => {
      this.refuseWrite = reject;
      this.socket.write(bytes, (error) => error ? reject(error) : resolve());
    });
  }

  /** Ends the connection. */
  close(): void {
    this.socket.destroy();
    this.ended(O.none);
  }

  /** Whether the certificate names the node. */
  certifies(id: NodeId): boolean {
    const { raw } = this.socket.getPeerCertificate();
    return raw !== undefined && certifies(raw, id);
  }

  private arrived(chunk: Bytes): void {
    const { reading } = this;
    if (reading !== null) {
      this.reading = null;
      return reading.resolve(O.some(chunk));
    }
    this.chunks.push(chunk);
  }

  private ended(error: Option<Error>): void {
    this.end ??= error;
    const { reading, refuseWrite } = this;
    this.reading = this.refuseWrite = null;
    if (reading !== null) O.isSome(this.end) ? reading.reject(this.end.value) : reading.resolve(O.none);
    refuseWrite?.(O.isSome(this.end) ? this.end.value : new Error("the connection is closed"));
  }
}
