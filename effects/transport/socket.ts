/**
 * What the protocol needs of a socket. Whether there is TLS in between is the business of those who make them.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Address } from "../storage/storage.ts";
import type { HostAndPort } from "./address.ts";

/** Takes the bytes that are to be sent. */
export interface Sink {
  /** Sends `bytes`, which must not change until it resolves. It rejects when the connection is gone. One at a time. */
  write(bytes: Bytes): Promise<void>;
  /** Ends the connection at once. A second time it does nothing. */
  close(): void;
}

/** A connection. */
export interface Socket extends Sink {
  /** The machine at the other end, for the log. */
  readonly remote: string;
  /** The next bytes, valid until the next call; none at the end. It rejects when the connection broke. One at a time. */
  read(): Promise<Option<Bytes>>;
  /** Whether a certificate, if there are any, confirms that the other end is the node `id`. */
  certifies(id: NodeId): boolean;
}

/** One of the two ends cannot prove to the other one that it is who it should be. */
export class Distrust extends Error {
  /** With a sentence that says why. */
  constructor(message: string) {
    super(message);
    this.name = "Distrust";
  }
}

/** How sockets are made. */
export interface Network {
  /**
   * Connects to the node `id` at `address`; rejects with an error that says why not, also when `signal`
   * aborts, and with {@linkcode Distrust} where somebody is there, but the wrong one.
   */
  dial(address: Address, id: NodeId, signal: AbortSignal): Promise<Socket>;
  /** Listens; on the left is why it cannot. */
  listen(at: HostAndPort): Promise<Either<string, Listener>>;
  /** Lets go of what it keeps besides its sockets. */
  close(): void;
}

/** What takes the connections of others. */
export interface Listener {
  /** Where it listens. */
  readonly address: Address;
  /** Hands over every connection from now on. */
  start(accept: (socket: Socket) => void): void;
  /** Stops listening, and ends connections that were not handed over yet. */
  close(): Promise<void>;
}
