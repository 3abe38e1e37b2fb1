/**
 * The events of a node, for any number of listeners. A slow listener blocks nobody: beyond a limit it loses events from
 * the middle, never the last one of a kind, so that it always ends up with the state as it is.
 *
 * @module
 */
import type { NodeEvent } from "./raft_node.ts";

/** The most events that wait for a listener. */
const MOST = 256;

/** Tells events to listeners. */
export class Events {
  readonly #listeners = new Set<Listener>();
  #ended = false;

  /** Tells an event to everybody who listens. */
  emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener.take(event);
  }

  /** There are no more events. */
  end(): void {
    this.#ended = true;
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  /** Listens from now on, until the listener returns or the events end. */
  listen(): AsyncIterable<NodeEvent> {
    const listener = new Listener(() => this.#listeners.delete(listener));
    if (this.#ended) listener.end();
    else this.#listeners.add(listener);
    return { [Symbol.asyncIterator]: () => listener };
  }
}

class Listener implements AsyncIterator<NodeEvent> {
  readonly #leave: () => void;
  readonly #waiting: NodeEvent[] = [];
  #wake: ((result: IteratorResult<NodeEvent>) => void) | null = null;
  #ended = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  take(event: NodeEvent): void {
    const wake = this.#wake;
    if (wake !== null) {
      this.#wake = null;
      wake({ done: false, value: event });
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > MOST) this.#drop();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.({ done: true, value: undefined });
    this.#wake = null;
  }

  next(): Promise<IteratorResult<NodeEvent>> {
    const event = this.#waiting.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#wake = resolve);
  }

  return(): Promise<IteratorResult<NodeEvent>> {
    this.#leave();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Drops the oldest event that is not the last one of its kind. There are fewer kinds than may wait. */
  #drop(): void {
    const index = this.#waiting.findIndex((event, i) =>
      this.#waiting.slice(i + 1).some(({ type }) => type === event.type)
    );
    this.#waiting.splice(index, 1);
  }
}
