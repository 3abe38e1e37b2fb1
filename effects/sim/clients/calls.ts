/**
 * The requests of clients that are under way, and whether each is answered by its deadline.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { RaftNode } from "../../node/raft_node.ts";
import type { SimWorld } from "../workload.ts";
import type { Objection } from "./judgement.ts";

/** A request to a node. */
export interface Request<Node, A> {
  /** Who is asked. */
  readonly node: Node;
  /** In how many milliseconds it has to be answered. */
  readonly timeoutMs: number;
  /** What is asked, for a sentence. */
  readonly what: () => string;
  /** Asks. */
  readonly ask: () => Promise<A>;
}

/** Milliseconds between two looks at what is late. */
const LOOK_MS = 500;
/** So many looks in a row have to find a request late, on a node that does not stand still. */
const LOOKS = 3;

/** A request that is under way. */
interface Call<Node> {
  readonly node: Node;
  readonly what: () => string;
  readonly called: number;
  readonly allowedMs: number;
  due: number;
  /** Whether the node has stood still since the request was made: it has not even come in. */
  outside: boolean;
  readonly giveUp: () => void;
  looks: number;
}

/** All requests that are under way. */
export class Calls<Command, Reply, Query, Answer> {
  readonly #world: SimWorld<Command, Reply, Query, Answer>;
  readonly #object: Objection;
  readonly #slackMs: number;
  readonly #under = new Set<Call<RaftNode<Command, Reply, Query, Answer>>>();
  #closed = false;

  /** Nobody has asked; what is late is told to `object`. */
  constructor(world: SimWorld<Command, Reply, Query, Answer>, object: Objection) {
    this.#world = world;
    this.#object = object;
    const { events, heartbeatMs } = world.plan;
    const slowest = events.reduce(
      (most, event) => event.type === "slowNodes" ? Math.max(most, event.delayMs) : most,
      0,
    );
    this.#slackMs = 2 * heartbeatMs + 2 * slowest;
    this.#look();
  }

  /** Asks a node; none if it went down, or left, before its answer was there. */
  request<A>(request: Request<RaftNode<Command, Reply, Query, Answer>, A>): Promise<Option<A>> {
    const { node, timeoutMs, what, ask } = request;
    const called = this.#world.clock.now();
    const allowedMs = timeoutMs * (1 + 2 * this.#world.plan.faults.clockDrift) + this.#slackMs;
    const outside = this.#hostOf(node)?.frozen ?? false;
    return new Promise((resolve) => {
      const end = (answer: Option<A>): void => {
        this.#under.delete(call);
        resolve(answer);
      };
      const giveUp = (): void => end(O.none);
      const call = { node, what, called, allowedMs, due: called + allowedMs, outside, giveUp, looks: 0 };
      this.#under.add(call);
      ask().then(
        // What a machine says whose power went off at this instant did not reach anybody.
        (answer) => end(this.#hostOf(node) === undefined ? O.none : O.some(answer)),
        (error) => {
          this.#object("Timely Answers", `node ${node.id} throws at ${what()}: ${error}`);
          end(O.none);
        },
      );
    });
  }

  /** Nobody will ask any more. */
  close(): void {
    this.#closed = true;
  }

  #look(): void {
    for (const call of this.#under) this.#lookAt(call);
    if (!this.#closed && !this.#world.failed) this.#world.clock.after(LOOK_MS, () => this.#look());
  }

  #lookAt(call: Call<RaftNode<Command, Reply, Query, Answer>>): void {
    const host = this.#hostOf(call.node);
    if (host === undefined) return call.giveUp();
    const now = this.#world.clock.now();
    call.outside &&= host.frozen;
    if (call.outside) call.due = now + call.allowedMs;
    call.looks = now < call.due || host.frozen ? 0 : call.looks + 1;
    if (call.looks < LOOKS) return;
    const ms = Math.round(now - call.called);
    this.#object("Timely Answers", `node ${call.node.id} has not answered ${call.what()} for ${ms} ms`);
    call.giveUp();
  }

  #hostOf(node: RaftNode<Command, Reply, Query, Answer>): { readonly frozen: boolean } | undefined {
    return this.#world.hosts.find(({ raft, gone }) => raft === node && !gone);
  }
}
