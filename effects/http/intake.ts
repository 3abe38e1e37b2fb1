/**
 * How much is taken in at a time: requests that wait for the node, and bodies that are held in memory.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import { Deadlines } from "./deadlines.ts";
import type { HttpLimits } from "./limits.ts";
import { badRequest, type Problem, problem, RETRY_AFTER } from "./problem.ts";

/** Counts what is held, and refuses what would be too much. */
export class Intake {
  readonly #limits: HttpLimits;
  readonly #deadlines: Deadlines;
  #requests = 0;
  #buffered = 0;

  /** An intake that holds nothing. */
  constructor(limits: HttpLimits, clock: Pick<Clock, "now" | "after">) {
    this.#limits = limits;
    this.#deadlines = new Deadlines(clock, limits.bodyTimeoutMs);
  }

  /** Requests that wait for the node now. */
  get requests(): number {
    return this.#requests;
  }

  /** Bytes of the bodies that are held now. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Counts one more request that waits for the node; on the left if that would be too many. `done` has to follow. */
  enter(): Either<Problem, void> {
    if (this.#requests >= this.#limits.maxRequests) return E.left(TOO_MANY);
    this.#requests++;
    return ENTERED;
  }

  /** A request that has entered waits no more. */
  leave(): void {
    this.#requests--;
  }

  /** Reads a body of at most `most` bytes, holds it while `use` runs, and lets go of it. */
  async withBody<A>(
    request: Request,
    most: number,
    use: (body: Bytes) => Promise<Either<Problem, A>>,
  ): Promise<Either<Problem, A>> {
    const announced = announcedLength(request);
    if (announced > most) return E.left(tooLarge(most));
    // A client that does not announce a length may send as much as one that does.
    const held = announced >= 0 ? announced : request.body === null ? 0 : most;
    if (this.#buffered + held > this.#limits.maxBufferedSize) return E.left(TOO_MUCH);
    this.#buffered += held;
    try {
      const body = await this.#read(request, announced, most);
      return E.isLeft(body) ? body : await use(body.right);
    } finally {
      this.#buffered -= held;
    }
  }

  /** Stops the timer. */
  close(): void {
    this.#deadlines.close();
  }

  #read(request: Request, announced: number, most: number): Promise<Either<Problem, Bytes>> {
    // Where the length is known, `body` is not even looked at: that would make it a stream, which is slow.
    if (announced === 0 || (announced < 0 && request.body === null)) return Promise.resolve(NOTHING);
    const stream = announced < 0 ? request.body?.getReader() : undefined;
    return new Promise((resolve) => {
      const cancel = this.#deadlines.start(() => {
        resolve(E.left(TOO_SLOW));
        // The answer ends the request, and with it the reading.
        stream?.cancel().catch(() => {});
      });
      const settle = (body: Either<Problem, Bytes>): void => {
        cancel();
        resolve(body);
      };
      const reading = stream === undefined ? request.bytes().then((bytes) => E.right(bytes)) : readAll(stream, most);
      reading.then(settle, () => settle(E.left(BROKEN)));
    });
  }
}

/** What `Content-Length` says, or -1: a body may come in pieces then. The HTTP server has checked that it is a number. */
function announcedLength({ headers }: Request): number {
  const header = headers.get("content-length");
  return header === null ? -1 : Number(header);
}

async function readAll(stream: ReadableStreamDefaultReader<Bytes>, most: number): Promise<Either<Problem, Bytes>> {
  const chunks: Bytes[] = [];
  let length = 0;
  for (let next = await stream.read(); !next.done; next = await stream.read()) {
    length += next.value.length;
    if (length > most) {
      await stream.cancel();
      return E.left(tooLarge(most));
    }
    chunks.push(next.value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return E.right(all);
}

const ENTERED: Either<Problem, void> = E.right(undefined);
const NOTHING: Either<Problem, Bytes> = E.right(NO_BYTES);
const TOO_MANY = overloaded("Cannot take more requests: too many wait already.");
const TOO_MUCH = overloaded("Cannot take more requests: the bodies of those that wait already take too much memory.");
const TOO_SLOW = problem(408, "BodyTimeout", "Cannot wait any longer for the body of the request.");
const BROKEN = badRequest("Cannot read the body: it broke off.");

function overloaded(message: string): Problem {
  return problem(429, "Overloaded", message, { headers: RETRY_AFTER });
}

function tooLarge(most: number): Problem {
  return problem(413, "BodyTooLarge", `Cannot take a body of more than ${most} bytes.`);
}
