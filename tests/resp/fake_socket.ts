/**
 * Sockets and listeners that a test holds in its hand.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { AcceptedSocket, Listener } from "../../effects/resp/acceptor.ts";
import { bytes, characters } from "./talk.ts";

/** One end of a connection: a test gives what arrives, and sees what is written. */
export class FakeSocket implements AcceptedSocket {
  readonly remoteAddr = { hostname: "10.0.0.9", port: 5_000 };
  /** Every write, in order. */
  readonly writes: string[] = [];
  /** How often something was read. */
  reads = 0;
  /** The most bytes that a write takes. */
  takes = Infinity;
  /** While it is true, writes do not end. */
  stuck = false;
  /** What the other end does when a write comes. */
  refuses = false;
  /** Whether it was closed, and whether only one direction was before. */
  closed = false;
  halfClosed = false;
  /** Makes what is done to a new socket fail, as if the other end had reset it. */
  reset = false;
  readonly #arrived: Bytes[] = [];
  #ended = false;
  #wake: () => void = () => {};
  #unstick: () => void = () => {};

  /** Everything that was written. */
  get written(): string {
    return this.writes.join("");
  }

  /** Bytes arrive. */
  give(text: string): void {
    this.#arrived.push(bytes(text));
    this.#wake();
  }

  /** The other end writes nothing more. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Lets writes that are stuck go on. */
  unstick(): void {
    this.stuck = false;
    this.#unstick();
  }

  async read(into: Bytes): Promise<number | null> {
    this.reads++;
    while (this.#arrived.length === 0 && !this.#ended && !this.closed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.closed) throw new Deno.errors.BadResource("closed");
    const [first] = this.#arrived;
    if (first === undefined) return null;
    const part = first.subarray(0, into.length);
    into.set(part);
    if (part.length === first.length) this.#arrived.shift();
    else this.#arrived[0] = first.subarray(part.length);
    return part.length;
  }

  async write(piece: Bytes): Promise<number> {
    if (this.refuses || this.closed) throw new Deno.errors.BrokenPipe("gone");
    const count = Math.min(piece.length, this.takes);
    this.writes.push(characters(piece.subarray(0, count)));
    if (this.stuck) await new Promise<void>((resolve) => this.#unstick = resolve);
    if (this.closed) throw new Deno.errors.BadResource("closed");
    return count;
  }

  closeWrite(): Promise<void> {
    this.halfClosed = true;
    return Promise.resolve();
  }

  close(): void {
    if (this.closed) throw new Deno.errors.BadResource("closed twice");
    this.closed = true;
    this.#wake();
    this.#unstick();
  }

  setNoDelay(): void {
    if (this.reset) throw new Deno.errors.NotConnected("reset");
  }

  setKeepAlive(): void {}
}

/** Accepts what a test gives to it. */
export class FakeListener implements Listener {
  readonly addr = { hostname: "10.0.0.1", port: 6_379 };
  /** Whether it was closed. */
  closed = false;
  readonly #queue: (FakeSocket | Error)[] = [];
  #wake: () => void = () => {};

  /** A connection comes, or fails to. */
  give(next: FakeSocket | Error): void {
    this.#queue.push(next);
    this.#wake();
  }

  /** Whether everything was accepted. */
  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  async accept(): Promise<FakeSocket> {
    while (this.#queue.length === 0 && !this.closed) await new Promise<void>((resolve) => this.#wake = resolve);
    const next = this.#queue.shift();
    if (next === undefined) throw new Deno.errors.BadResource("closed");
    if (next instanceof Error) throw next;
    return next;
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }
}
