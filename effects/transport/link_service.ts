/**
 * What this node says to a peer: messages and requests, on the side that called.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { Silence } from "./alive.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { Count } from "./counters.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Packet } from "./packet.ts";
import { Requests } from "./requests.ts";
import type { Service } from "./service.ts";

/** What a link gives to it and hears from it. */
export interface LinkServiceOptions {
  /** The process at the other end. */
  readonly session: string;
  /** Where messages are counted. */
  readonly count: Count;
  /** Everything that was queued is written. */
  readonly drained: () => void;
  /** The connection is closed. */
  readonly closed: (reason: string) => void;
}

/** Serves a connection for messages, on the side that called. */
export class LinkService implements Service {
  /** The process at the other end. */
  readonly session: string;
  private readonly requests = new Requests();
  private readonly silence: Silence;
  private isFlushing = false;

  /** Serves `connection`. */
  constructor(
    private readonly context: Context,
    private readonly connection: Connection,
    private readonly options: LinkServiceOptions,
  ) {
    this.session = options.session;
    this.silence = new Silence(context.local.clock, context.limits.silenceMs, () => {
      connection.close("the peer is silent");
    });
  }

  /** What is to be sent. */
  get out(): Outgoing {
    return this.connection.out;
  }

  /** Asks the peer: none where it cannot be asked, or does not answer. */
  request(payload: Bytes, signal: AbortSignal): Promise<Option<Bytes>> {
    const { requests, out, context: { limits } } = this;
    if (requests.size >= limits.requests || out.queued >= limits.queueBytes) return Promise.resolve(O.none);
    this.flushSoon();
    return requests.add(signal, (id) => out.packet({ type: "Request", id, payload }));
  }

  /** Ends it. */
  close(reason: string): void {
    this.connection.close(reason);
  }

  /** Takes answers; anything else is a violation. */
  packet(packet: Packet): void {
    switch (packet.type) {
      case "Response":
        return this.settle(packet.id, O.some(packet.payload));
      case "NoResponse":
        return this.settle(packet.id, O.none);
      case "Alive":
        return;
      default:
        return this.connection.violate(`${packet.type} does not belong on this connection.`);
    }
  }

  /** The peer is there. */
  taken(): void {
    this.silence.hear();
  }

  /** The peer has to say that it is there. */
  writing(): void {
    this.silence.expect();
  }

  /** Counts. */
  sent(written: number, lost: number): void {
    this.options.count.sent += written;
    this.options.count.dropped += lost;
    if (written > 0 && this.out.queued === 0) this.options.drained();
  }

  /** No request is answered any more. */
  closed(reason: string): void {
    this.silence.stop();
    this.requests.end();
    this.options.closed(reason);
  }

  private settle(id: number, answer: Option<Bytes>): void {
    if (!this.requests.settle(id, answer)) this.connection.violate("It answered what nobody had asked.");
  }

  // What is asked at the same time leaves in one write.
  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    this.context.local.clock.soon(() => {
      this.isFlushing = false;
      this.out.flush();
    });
  }
}
