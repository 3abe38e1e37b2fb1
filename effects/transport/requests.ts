/**
 * Requests that wait for their answers.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";

interface Waiting {
  readonly settle: (answer: Option<Bytes>) => void;
}

/** The requests on one connection. Each is settled once: by its answer, by its signal, or when the connection is gone. */
export class Requests {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  /** The number of requests that wait. */
  get size(): number {
    return this.waiting.size;
  }

  /** Adds a request, which `send` puts on its way under a new number; false from it means that it could not. */
  add(signal: AbortSignal, send: (id: number) => boolean): Promise<Option<Bytes>> {
    const id = this.last + 1;
    if (signal.aborted || !send(id)) return Promise.resolve(O.none);
    this.last = id;
    return new Promise((resolve) => {
      const abort = () => this.settle(id, O.none);
      signal.addEventListener("abort", abort, { once: true });
      this.waiting.set(id, {
        settle: (answer) => {
          signal.removeEventListener("abort", abort);
          resolve(answer);
        },
      });
    });
  }

  /** The answer to a request, which may not be waited for any more. False if there never was such a request. */
  settle(id: number, answer: Option<Bytes>): boolean {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.settle(answer);
    return id > 0 && id <= this.last;
  }

  /** There will be no answers. */
  end(): void {
    for (const id of [...this.waiting.keys()]) this.settle(id, O.none);
  }
}
