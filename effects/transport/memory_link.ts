/**
 * The way from one node to another on a network in memory.
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
import { decodePeerMessage, writePeerMessage, Writer } from "../wire/mod.ts";
import { checkMessage } from "./check_message.ts";
import type { LinkState } from "./counters.ts";
import { identity, match } from "./introduction.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Parcel } from "./memory_conditions.ts";
import type { MemoryFabric } from "./memory_fabric.ts";
import type { OpenMemoryTransport } from "./memory_transport.ts";
import { MemoryWay } from "./memory_way.ts";
import { Requests } from "./requests.ts";

/** The pause before the next attempt to connect, in milliseconds. */
const RETRY_MS = 100;

/** The pause after a refusal. */
const REFUSED_RETRY_MS = 1_000;

interface Queued {
  readonly bytes: Bytes;
  readonly parcel: Parcel;
}

/** The way to one peer. */
export class MemoryLink implements LinkState {
  private target: Option<OpenMemoryTransport> = O.none;
  private connection = 0;
  private requests = new Requests();
  private attempt: Option<Promise<void>> = O.none;
  private retry: Option<Cancel> = O.none;
  private queue: Queued[] = [];
  private bytes = 0;
  private isClosed = false;
  private readonly writer = new Writer();
  private readonly there: MemoryWay;
  private readonly back: MemoryWay;

  /** Connects `from` with `peer`, and again whenever that breaks. */
  constructor(
    private readonly network: MemoryFabric,
    private readonly from: OpenMemoryTransport,
    private readonly peer: { readonly id: NodeId; readonly address: Address },
  ) {
    this.there = new MemoryWay(network, from.id, peer.id);
    this.back = new MemoryWay(network, peer.id, from.id);
    from.count.of(peer.id);
    this.connect();
  }

  /** The peer. */
  get id(): NodeId {
    return this.peer.id;
  }

  /** Where the peer is. */
  get address(): Address {
    return this.peer.address;
  }

  /** Whether messages go on their way. */
  get connected(): boolean {
    return O.isSome(this.target);
  }

  /** Bytes that wait for `flush`. */
  get queuedBytes(): number {
    return this.bytes;
  }

  /** Whom the link is connected with. */
  get other(): Option<OpenMemoryTransport> {
    return this.target;
  }

  /** Queues a message. */
  send(message: PeerMessage): void {
    if (!this.connected || message.type === "InstallSnapshot" || this.bytes >= DEFAULT_LIMITS.queueBytes) {
      this.from.count.of(this.id).dropped++;
      return this.from.reachability.lost(this.id);
    }
    this.writer.reset();
    writePeerMessage(this.writer, message);
    const bytes = this.writer.view().slice();
    this.bytes += bytes.length;
    this.queue.push({ bytes, parcel: { type: "Message", message } });
  }

  /** What was queued goes on its way together. */
  flush(): void {
    if (this.queue.length === 0) return;
    const { queue } = this;
    this.queue = [];
    this.bytes = 0;
    this.from.count.of(this.id).sent += queue.length;
    this.from.reachability.restored(this.id);
    const together: Bytes[] = [];
    for (const { bytes, parcel } of queue) {
      this.there.fate(parcel, (late) => {
        if (late) this.travel(this.there, true, () => this.deliver([bytes]));
        else together.push(bytes);
      });
    }
    if (together.length > 0) this.travel(this.there, false, () => this.deliver(together));
  }

  /** Asks the peer. */
  async request(payload: Bytes, signal: AbortSignal): Promise<Option<Bytes>> {
    if (!this.connected && O.isSome(this.attempt)) await this.attempt.value;
    const { requests } = this;
    if (!this.connected || requests.size >= DEFAULT_LIMITS.requests) return O.none;
    return await requests.add(signal, (id) => {
      const copy = payload.slice();
      this.there.fate({ type: "Request" }, (late) => {
        this.travel(this.there, late, () => this.ask(id, copy.slice(), requests));
      });
      return true;
    });
  }

  /** The peer is there. */
  wake(): void {
    if (O.isSome(this.retry)) this.connect();
  }

  /** The other end hangs up, which is noticed only if it gets through. */
  hangUp(): void {
    const { connection } = this;
    if (this.back.isCut) return;
    this.network.clock.soon(() => connection === this.connection && this.broke());
  }

  /** Ends it. */
  close(): void {
    this.isClosed = true;
    this.broke();
  }

  private connect(): void {
    this.cancelRetry();
    this.attempt = O.some(
      new Promise((resolve) => {
        this.network.clock.after(this.there.delay() + this.back.delay(), () => {
          this.attempt = O.none;
          if (!this.isClosed) this.tryToConnect();
          resolve();
        });
      }),
    );
  }

  private tryToConnect(): void {
    const { from, id, address } = this;
    const target = this.network.at(address);
    if (O.isNone(target) || this.there.isCut || this.back.isCut) return this.later(RETRY_MS);
    const refusal = introduceEachOther(from, id, target.value);
    if (E.isLeft(refusal)) return this.later(REFUSED_RETRY_MS);
    this.target = target;
    this.requests = new Requests();
    from.reachability.restored(id);
    target.value.called(from.introduce(id, "messages"), this);
  }

  private later(ms: number): void {
    this.retry = O.some(this.network.clock.after(ms, () => this.connect()));
  }

  private cancelRetry(): void {
    if (O.isSome(this.retry)) this.retry.value();
    this.retry = O.none;
  }

  private broke(): void {
    this.cancelRetry();
    const wasConnected = this.connected;
    this.connection++;
    this.target = O.none;
    this.from.count.of(this.id).dropped += this.queue.length;
    this.queue = [];
    this.bytes = 0;
    this.requests.end();
    if (this.isClosed) return;
    if (wasConnected) this.from.reachability.lost(this.id);
    this.later(RETRY_MS);
  }

  // What is on its way when the connection breaks is lost with it.
  private travel(way: MemoryWay, late: boolean, arrive: () => void): void {
    const { connection } = this;
    way.travel(late, () => connection === this.connection && arrive());
  }

  private deliver(batch: readonly Bytes[]): void {
    const target = this.present();
    if (target === null) return;
    const messages: PeerMessage[] = [];
    for (const bytes of batch) {
      const message = decodePeerMessage(bytes.slice());
      const wrong = E.isLeft(message) ? message.left.message : checkMessage(message.right, this.from.id, target.id);
      if (wrong !== "") return this.violate(target);
      if (E.isRight(message)) messages.push(message.right);
    }
    target.count.of(this.from.id).received += messages.length;
    target.handler.receive(this.from.id, messages, () => this.violate(target));
  }

  private ask(id: number, payload: Bytes, requests: Requests): void {
    const target = this.present();
    if (target === null) return;
    const respond = (answer: Option<Bytes>) => {
      if (target.closed) return;
      this.back.fate({ type: "Response" }, (late) => {
        this.travel(this.back, late, () => void requests.settle(id, answer));
      });
    };
    const asked = new Promise<Bytes>((resolve) => resolve(target.handler.request(this.from.id, payload)));
    asked.then((answer) => respond(O.some(answer.slice())), () => respond(O.none));
  }

  private present(): OpenMemoryTransport | null {
    const { target } = this;
    if (O.isNone(target)) return null;
    if (!target.value.closed) return target.value;
    this.hangUp();
    return null;
  }

  private violate(target: OpenMemoryTransport): void {
    target.count.violations++;
    this.hangUp();
  }
}

/** Whether two nodes accept each other; what one of them does not like is counted there. */
function introduceEachOther(
  from: OpenMemoryTransport,
  to: NodeId,
  target: OpenMemoryTransport,
): E.Either<string, void> {
  const theirs = from.introduce(to, "messages");
  const answer = target.introduce(from.id, "messages");
  return firstLeft(
    () => judged(target, match(answer, theirs)),
    () => judged(target, target.handler.admit(identity(theirs))),
    () => judged(from, match(theirs, answer)),
    () => judged(from, from.handler.admit(identity(answer))),
  );
}

function judged(judge: OpenMemoryTransport, judgement: E.Either<string, unknown>): E.Either<string, void> {
  if (E.isRight(judgement)) return E.right(undefined);
  judge.count.violations++;
  return judgement;
}

function firstLeft(...steps: readonly (() => E.Either<string, void>)[]): E.Either<string, void> {
  for (const step of steps) {
    const result = step();
    if (E.isLeft(result)) return result;
  }
  return E.right(undefined);
}
