/**
 * The page's side of its worker: asks, and hears news.
 *
 * @module
 */
import type { Answer, FromWorker, News, Request } from "../protocol.ts";

/** The worker, as the page knows it. */
export class Client {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  /** Starts the worker; `hear` is told its news. */
  constructor(url: string, hear: (news: News) => void) {
    this.#worker = new Worker(url, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.id === null) return hear(data.news);
      const settle = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      settle?.(data.answer);
    };
    this.#worker.onerror = ({ message }) => {
      for (const settle of this.#waiting.values()) settle({ type: "failed", message });
      this.#waiting.clear();
    };
  }

  /** Asks, and resolves with the answer. */
  ask(request: Request): Promise<Answer> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, request });
    });
  }
}
