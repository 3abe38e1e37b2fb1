/**
 * A client that shares its keys with others, and writes down what it asked for and what it was told.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { HistoryRecorder, Outcome, Request } from "../../../effects/history/mod.ts";
import type { KvCommand, KvReply } from "../../../effects/kv/mod.ts";
import type { ProposeError, RequestOptions, Session } from "../../../effects/node/raft_node.ts";
import { type Random, seededRandom } from "../../../effects/random/random.ts";
import { commandOf, outputOf } from "../../../effects/sim/clients/kv_history.ts";
import type { KvNode } from "./host.ts";
import { anyRequest } from "./operations.ts";
import type { World } from "./world.ts";

/** How a client's writes are made safe to repeat: not at all, by a key of their own, or by a session. */
export type Manner = "once" | "key" | "session";

/** Milliseconds between two operations of a client at most. */
const PAUSE_MS = 60;
/** Milliseconds that a client waits for an answer. */
const WAIT_MS = 400;
/** So often a write with a key is sent. */
const TRIES = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type KvSession = Session<KvCommand, KvReply>;

/** A client. */
export class SharedClient {
  readonly #world: World;
  readonly #history: HistoryRecorder;
  readonly #id: number;
  readonly #manner: Manner;
  readonly #random: Random;
  #count = 0;
  #session: O.Option<KvSession> = O.none;

  /** Client number `id` of the cluster in `world`. */
  constructor(world: World, history: HistoryRecorder, id: number, manner: Manner) {
    this.#world = world;
    this.#history = history;
    this.#id = id;
    this.#manner = manner;
    this.#random = seededRandom(Math.floor(world.random.next() * 2 ** 32));
  }

  /** Reads and writes at random until `over`. */
  async work(over: () => boolean): Promise<void> {
    while (!over()) {
      await this.#world.sleep(this.#random.next() * PAUSE_MS);
      const node = this.#anyNode();
      if (O.isNone(node)) continue;
      const request = anyRequest(`${this.#id}.${this.#count}`, this.#random);
      if (request.op === "get") await this.read(node.value, request.key);
      else await this.#write(node.value, request);
    }
  }

  /** Reads a key on `node`; whether there was an answer. */
  async read(node: KvNode, key: string, timeoutMs: number = WAIT_MS): Promise<boolean> {
    const done = this.#history.call(this.#id, { op: "get", key, value: null, expect: null });
    const answer = await node.read({ type: "Get", cf: "default", keys: [encoder.encode(key)] }, { timeoutMs });
    const values = E.isRight(answer) && answer.right.type === "Values" ? answer.right.values : null;
    if (values === null) done({ ok: false, output: null });
    else done({ ok: true, output: O.isSome(values[0]) ? decoder.decode(values[0].value) : null });
    return values !== null;
  }

  /** Writes on `node`, once; whether it was carried out. */
  async writeOnce(node: KvNode, request: Request, timeoutMs: number = WAIT_MS): Promise<boolean> {
    const done = this.#history.call(this.#id, request);
    const outcome = outcomeOf(request, await node.propose(commandOf(request), { timeoutMs }));
    done(outcome);
    return outcome.ok === true;
  }

  async #write(node: KvNode, request: Request): Promise<void> {
    this.#count++;
    if (this.#manner === "once") return void await this.writeOnce(node, request);
    if (this.#manner === "session") return await this.#writeInSession(node, request);
    const done = this.#history.call(this.#id, request);
    done(await this.#writeWithKey(node, request));
  }

  async #writeInSession(node: KvNode, request: Request): Promise<void> {
    if (O.isNone(this.#session) || this.#random.next() < 0.1) {
      this.#session = O.fromEither(await node.openSession({ timeoutMs: WAIT_MS }));
    }
    if (O.isNone(this.#session)) return;
    const done = this.#history.call(this.#id, request);
    const result = await this.#session.value.propose(commandOf(request), { timeoutMs: 2 * WAIT_MS });
    done(outcomeOf(request, result));
  }

  /** Sends the same command with the same key to one node after the other. */
  async #writeWithKey(first: KvNode, request: Request): Promise<Outcome> {
    const options: RequestOptions = { idempotencyKey: `${this.#id}.${this.#count}`, timeoutMs: WAIT_MS };
    let node = O.some(first);
    let perhaps = false;
    for (let tries = 0; tries < TRIES; tries++) {
      if (O.isSome(node)) {
        const result = await node.value.propose(commandOf(request), options);
        if (E.isRight(result)) return outcomeOf(request, result);
        perhaps ||= result.left.type !== "Rejected";
      }
      await this.#world.sleep(100);
      node = this.#anyNode();
    }
    return { ok: perhaps ? null : false, output: null };
  }

  /** Often one that leads, or has not heard yet that it does not lead any more. */
  #anyNode(): O.Option<KvNode> {
    const { running } = this.#world;
    const leaders = running.filter((node) => node.status().role === "leader");
    const among = leaders.length > 0 && this.#random.next() < 0.5 ? leaders : running;
    return O.fromNullable(among[Math.floor(this.#random.next() * among.length)]);
  }
}

function outcomeOf(request: Request, result: Either<ProposeError, KvReply>): Outcome {
  if (E.isRight(result)) return { ok: true, output: outputOf(request, result.right) };
  return { ok: result.left.type === "Rejected" ? false : null, output: null };
}
