/**
 * Asks the leader, which is another node, and waits for its answer for as long as a request may take.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { OpenTransport } from "../transport/transport.ts";
import type { RequestOptions, WhyRejected } from "./raft_node.ts";
import { type Answer, decodeAnswer, encodeRequest, type Request } from "./requests.ts";

/** What a channel is made of. */
export interface LeaderChannelParts {
  /** A random name of this run: together with a counter it names a request for ever. */
  readonly run: string;
  /** Time, for deadlines. */
  readonly clock: Clock;
  /** Milliseconds until a request is given up. */
  readonly timeoutMs: number;
  /** The way there. */
  readonly transport: () => OpenTransport | null;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/** The way to the leader. */
export class LeaderChannel {
  readonly #parts: LeaderChannelParts;
  readonly #waiting = new Map<AbortController, number>();
  #counter = 0;

  /** Nothing was asked yet. */
  constructor(parts: LeaderChannelParts) {
    this.#parts = parts;
    parts.signal.addEventListener("abort", () => {
      for (const controller of this.#waiting.keys()) controller.abort();
    }, { once: true });
  }

  /** Asks `leader` once. None: there was no answer, and the request may have been carried out. */
  async ask(
    leader: NodeId,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Option<Either<WhyRejected, Answer>>> {
    const { clock, run, signal, timeoutMs, transport } = this.#parts;
    const open = transport();
    if (open === null || signal.aborted) return O.some(E.left("Aborted"));
    const controller = new AbortController();
    this.#waiting.set(controller, clock.now() + (options.timeoutMs ?? timeoutMs));
    const payload = encodeRequest({ run, counter: ++this.#counter }, request);
    const answer = await open.request(leader, payload, controller.signal);
    this.#waiting.delete(controller);
    if (O.isNone(answer)) return O.none;
    const decoded = decodeAnswer(answer.value);
    return E.isLeft(decoded) ? O.none : O.some(decoded.right);
  }

  /** Gives up on what is late. */
  expire(now: number): void {
    for (const [controller, deadline] of this.#waiting) if (deadline <= now) controller.abort();
  }
}
