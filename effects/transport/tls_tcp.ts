/**
 * Sockets with TLS on both sides: each end shows a certificate of the same authority, which names its node.
 *
 * Connections are accepted and made with `node:tls`: Deno's own listener cannot ask for certificates, and its own client
 * cannot be told the name that it has to find in one.
 *
 * @module
 */
import { connect, createServer } from "node:tls";
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { NodeId } from "../../core/entry.ts";
import type { Cancel } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import { type HostAndPort, parseAddress } from "./address.ts";
import { Distrust, type Listener, type Network, type Socket } from "./socket.ts";
import { certificateName, type CredentialLogs, CredentialSource, readCredentials, type TlsFiles } from "./tls_files.ts";
import { TlsListener, type TlsListenerOptions } from "./tls_listener.ts";
import { TlsSocket } from "./tls_socket.ts";

/** The oldest version of TLS that is spoken. */
const minVersion = "TLSv1.3";

/** What TLS needs besides its files. */
export interface TlsOptions extends TlsListenerOptions, CredentialLogs {
  /** The node, which its certificate must name. */
  readonly id: NodeId;
  /** The files are looked at again after so many milliseconds, and whenever a connection is made. */
  readonly refreshMs: number;
}

/** Sockets with the certificates in `files`. On the left is what is wrong with those. */
export function tlsTcp(files: TlsFiles, options: TlsOptions): Either<string, Network> {
  const credentials = readCredentials(files, options.id);
  if (E.isLeft(credentials)) return credentials;
  return E.right(new TlsNetwork(new CredentialSource(credentials.right, { files, ...options }), options));
}

class TlsNetwork implements Network {
  private readonly listeners = new Set<TlsListener>();
  private cancel: Cancel;

  constructor(private readonly source: CredentialSource, private readonly options: TlsOptions) {
    this.cancel = this.refreshLater();
  }

  dial(address: Address, id: NodeId, signal: AbortSignal): Promise<Socket> {
    this.refresh();
    const parsed = parseAddress(address);
    if (E.isLeft(parsed)) return Promise.reject(new Error(parsed.left));
    const { hostname: host, port } = parsed.right;
    const servername = certificateName(id);
    return new Promise((resolve, reject) => {
      const socket = connect({ ...this.source.current, host, port, servername, minVersion });
      const give = (error: Error) => {
        signal.removeEventListener("abort", abort);
        socket.destroy();
        reject(error);
      };
      const abort = () => give(new Error("the call was ended"));
      signal.addEventListener("abort", abort, { once: true });
      let isThere = false;
      socket.once("connect", () => isThere = true);
      socket.on("error", (error) => give(isThere ? new Distrust(`TLS: ${error.message}`) : error));
      socket.on("close", () => give(new Error("the connection was lost")));
      socket.once("secureConnect", () => {
        signal.removeEventListener("abort", abort);
        socket.removeAllListeners();
        resolve(new TlsSocket(socket));
      });
    });
  }

  listen(at: HostAndPort): Promise<Either<string, Listener>> {
    const server = createServer({ ...this.source.current, requestCert: true, rejectUnauthorized: true, minVersion });
    return new Promise((resolve) => {
      server.once("error", (error) => resolve(E.left(error.message)));
      server.listen(at.port, at.hostname, () => {
        server.removeAllListeners("error");
        const listener = new TlsListener(server, this.options);
        this.listeners.add(listener);
        resolve(E.right(listener));
      });
    });
  }

  close(): void {
    this.cancel();
  }

  private refresh(): void {
    if (!this.source.refresh()) return;
    for (const { server } of this.listeners) server.setSecureContext(this.source.current);
  }

  private refreshLater(): Cancel {
    return this.options.clock.after(this.options.refreshMs, () => {
      this.refresh();
      this.cancel = this.refreshLater();
    });
  }
}
