/**
 * The way to one peer: a connection that this node has made and makes again, for what it has to say to that peer.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { Cancel } from "../clock/clock.ts";
import type { Address } from "../storage/storage.ts";
import { Backoff } from "./backoff.ts";
import { Call, type CallFailure } from "./call.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { Count, LinkState } from "./counters.ts";
import type { Introduction } from "./introduction.ts";
import { LinkService } from "./link_service.ts";
import type { Network } from "./socket.ts";

/** The way to one peer. */
export class Link implements LinkState {
  private readonly count: Count;
  private readonly backoff: Backoff;
  private call: Option<Call> = O.none;
  private service: LinkService | null = null;
  private retry: Option<Cancel> = O.none;
  private openedAt = 0;
  private isClosed = false;

  /** Calls the peer `id` at once, and again whenever the connection is lost. */
  constructor(
    private readonly context: Context,
    /** The peer. */
    readonly id: NodeId,
    private target: Address,
    private readonly network: Pick<Network, "dial">,
  ) {
    this.count = context.counters.of(id);
    this.backoff = new Backoff(context.local.random, context.limits.firstBackoffMs);
    this.connect();
  }

  /** Where the peer is called. */
  get address(): Address {
    return this.target;
  }

  /** Whether there is a connection. */
  get connected(): boolean {
    return this.service !== null;
  }

  /** Bytes that wait to be written. */
  get queuedBytes(): number {
    return this.service === null ? 0 : this.service.out.queued;
  }

  /** Queues a message, or drops it where there is no connection or no room. */
  send(message: PeerMessage): void {
    const { service } = this;
    if (service !== null && this.queue(message, service)) return;
    this.count.dropped++;
    this.context.reachability.lost(this.id);
  }

  /** What was queued leaves. */
  flush(): void {
    this.service?.out.flush();
  }

  /** Asks the peer. Where it is just being called, the request waits for that. */
  async request(payload: Bytes, signal: AbortSignal): Promise<Option<Bytes>> {
    if (this.service === null && O.isSome(this.call)) await settled(this.call.value.answered, signal);
    return this.service === null ? O.none : await this.service.request(payload, signal);
  }

  /** The peer has called from the process `session`: it is there. */
  wake(session: string): void {
    if (O.isSome(this.retry)) {
      this.connect();
    } else if (this.service !== null && this.service.session !== session) {
      this.service.close("the peer has started again");
      this.connect();
    }
  }

  /** The peer listens at another address. */
  move(address: Address): void {
    if (address === this.target) return;
    this.target = address;
    this.backoff.reset();
    this.hangUp("the peer has another address");
    this.connect();
  }

  /** Ends it; resolves when the connection is closed. What was flushed is written first, within `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.isClosed = true;
    this.cancelRetry();
    if (this.service !== null) await this.drain(this.service, graceMs);
    const { call } = this;
    this.hangUp("this node closes the connection");
    if (O.isSome(call)) await call.value.ended;
  }

  private queue(message: PeerMessage, { out }: LinkService): boolean {
    const { limits, log } = this.context;
    if (message.type === "InstallSnapshot" || out.queued >= limits.queueBytes) return false;
    if (out.message(message)) return true;
    if (!this.isClosed) log.log("error", "A message cannot be sent.", { peer: this.id, type: message.type });
    return false;
  }

  private connect(): void {
    this.cancelRetry();
    if (this.isClosed) return;
    const { context, id, target: address, network } = this;
    const call = new Call(context, { id, address, kind: "messages", network }, (connection, peer) => {
      return this.opened(connection, peer);
    });
    this.call = O.some(call);
    call.answered.then((answer) => {
      if (E.isLeft(answer) && this.isCurrent(call)) this.failed(answer.left);
    });
  }

  private opened(connection: Connection, peer: Introduction): LinkService {
    const { context, id } = this;
    const service: LinkService = new LinkService(context, connection, {
      session: peer.session,
      count: this.count,
      drained: () => context.reachability.restored(id),
      closed: (reason) => this.lost(service, reason),
    });
    this.service = service;
    this.openedAt = context.local.clock.now();
    context.reachability.restored(id);
    context.local.logger.log("info", "Connected to a peer.", { peer: id, address: this.target });
    return service;
  }

  private failed({ refused, reason }: CallFailure): void {
    const { context: { log, limits }, id } = this;
    const sentence = refused ? "A peer and this node do not accept each other." : "Cannot connect to a peer.";
    log.log("warn", sentence, { peer: id, address: this.target, reason });
    this.connectLater(refused ? limits.refusedBackoffMs : limits.longestBackoffMs);
  }

  private lost(service: LinkService, reason: string): void {
    if (this.service !== service) return;
    const { context: { local: { logger, clock }, limits }, id } = this;
    this.service = null;
    this.call = O.none;
    if (clock.now() - this.openedAt > 2 * limits.longestBackoffMs) this.backoff.reset();
    if (this.isClosed) return;
    logger.log("info", "The connection to a peer is lost.", { peer: id, address: this.target, reason });
    this.context.reachability.lost(this.id);
    this.connectLater(limits.longestBackoffMs);
  }

  private connectLater(longestMs: number): void {
    this.call = O.none;
    this.retry = O.some(this.context.local.clock.after(this.backoff.next(longestMs), () => this.connect()));
  }

  private cancelRetry(): void {
    if (O.isSome(this.retry)) this.retry.value();
    this.retry = O.none;
  }

  private hangUp(reason: string): void {
    const { call } = this;
    this.call = O.none;
    if (O.isSome(call)) call.value.close(reason);
    this.cancelRetry();
  }

  private isCurrent(call: Call): boolean {
    return O.isSome(this.call) && this.call.value === call && !this.isClosed;
  }

  private drain(service: LinkService, graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.context.local.clock.after(graceMs, resolve);
      service.out.drained().then(() => {
        cancel();
        resolve();
      });
    });
  }
}

// Resolves when `answer` has, or when `signal` aborts.
function settled(answer: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    answer.then(done);
  });
}
