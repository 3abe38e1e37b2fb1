/**
 * A client as TinyKV's tests have one: it tries again until it has its answer, with the leader that the scheduler knows.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { ColumnFamily, KvAnswer, KvCommand, KvQuery, KvReply, Pair } from "../../../effects/kv/mod.ts";
import type { ProposeError } from "../../../effects/node/raft_node.ts";
import type { Random } from "../../../effects/random/random.ts";
import type { KvNode } from "./host.ts";
import { GIVE_UP_MS, HEARTBEAT_MS, LOOK_MS, LOOKS, TRIES, TRY_MS } from "./numbers.ts";
import type { World } from "./world.ts";

/** The most pairs that are asked for at once. */
const PAGE = 10_000;
/** Milliseconds before a client tries again what has failed. */
const PAUSE_MS = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A client. */
export class Client {
  readonly #world: World;
  readonly #random: Random;

  /** A client of the cluster in `world`. */
  constructor(world: World, random: Random = world.random) {
    this.#world = world;
    this.#random = random;
  }

  /** Stores a value. */
  async put(key: string, value: string, cf: ColumnFamily = "default"): Promise<void> {
    const [k, v] = [encoder.encode(key), encoder.encode(value)];
    const reply = await this.#write({ type: "Set", cf, key: k, value: v, condition: "always", returnOld: false });
    assert(reply.type === "Written" && reply.written, `the reply to a put is ${JSON.stringify(reply)}`);
  }

  /** Removes a key. */
  async delete(key: string, cf: ColumnFamily = "default"): Promise<void> {
    const reply = await this.#write({ type: "Delete", cf, keys: [encoder.encode(key)] });
    assert(reply.type === "Count", `the reply to a delete is ${JSON.stringify(reply)}`);
  }

  /** Reads a value. */
  async get(key: string, cf: ColumnFamily = "default"): Promise<Option<string>> {
    const answer = await this.#read({ type: "Get", cf, keys: [encoder.encode(key)] });
    assert(answer.type === "Values" && answer.values.length === 1, `the answer to a get is ${JSON.stringify(answer)}`);
    return O.map((value: Uint8Array) => decoder.decode(value))(answer.values[0]);
  }

  /** The values of up to `limit` keys that begin with `prefix`, one after the other. */
  async scan(prefix: string, limit: number): Promise<string> {
    const first = encoder.encode(prefix);
    let [start, values, left] = [first, "", limit];
    for (;;) {
      const answer = await this.#read({ type: "Scan", cf: "default", start, limit: Math.min(left, PAGE) });
      assert(answer.type === "Pairs", `the answer to a scan is ${JSON.stringify(answer)}`);
      const own = beginningWith(first, answer.pairs);
      values += joined(own);
      left -= own.length;
      if (left === 0 || O.isNone(answer.next) || own.length < answer.pairs.length) return values;
      start = answer.next.value.slice();
    }
  }

  /** What a node's own store has under a key. */
  local(id: number, key: string, cf: ColumnFamily = "default"): string | null {
    const value = this.#world.host(id).store.get(cf, encoder.encode(key));
    return O.isSome(value) ? decoder.decode(value.value) : null;
  }

  /** Waits until a node's own store has `value` under a key, or, with null, does not have the key. */
  async mustHave(id: number, key: string, value: string | null, cf: ColumnFamily = "default"): Promise<void> {
    for (let look = 0; look < LOOKS; look++) {
      if (this.local(id, key, cf) === value) return;
      await this.#world.sleep(LOOK_MS);
    }
    throw new Error(`Node ${id} has ${key} = ${this.local(id, key, cf)}, not ${value}.`);
  }

  #write(command: KvCommand): Promise<KvReply> {
    return this.#insist(JSON.stringify(command), async (node) => {
      const told = this.#world.witness.proposed(command);
      const result = await node.propose(command, { timeoutMs: TRY_MS });
      told(E.isRight(result) ? "Acknowledged" : result.left.type === "Rejected" ? "Rejected" : "Unknown");
      return result;
    });
  }

  #read(query: KvQuery): Promise<KvAnswer> {
    return this.#insist(JSON.stringify(query), (node) => node.read(query, { timeoutMs: TRY_MS }));
  }

  async #insist<A>(what: string, attempt: (node: KvNode) => Promise<Either<ProposeError, A>>): Promise<A> {
    const { clock } = this.#world;
    const began = clock.now();
    let target = this.#leaderOrAny();
    let error: ProposeError | null = null;
    for (let tries = 0; tries < TRIES || clock.now() - began < GIVE_UP_MS; tries++) {
      const { running } = this.#world.host(target);
      if (O.isNone(running)) {
        await this.#world.sleep(PAUSE_MS);
        target = this.#leaderOrAny();
        continue;
      }
      const asked = clock.now();
      const result = await attempt(running.value);
      this.#mustBePunctual(clock.now() - asked, what, target);
      if (E.isRight(result)) return result.right;
      error = result.left;
      target = await this.#next(error, target);
    }
    throw new Error(`A client gave up at ${clock.now()} ms: ${what}: ${JSON.stringify(error)}`);
  }

  /** Whom to ask after `error`, and when. */
  async #next(error: ProposeError, before: number): Promise<number> {
    switch (error.type) {
      case "Rejected":
        await this.#world.sleep(0);
        return O.isSome(error.leader) ? error.leader.value.id : this.#leaderOrAny();
      case "Unknown":
        await this.#world.sleep(PAUSE_MS);
        return this.#leaderOrAny();
      case "Timeout": {
        const leader = this.#leaderOrAny();
        return leader === before ? this.#any() : leader;
      }
    }
  }

  // Every request is answered by its deadline, which is looked at with every tick.
  #mustBePunctual(ms: number, what: string, id: number): void {
    if (ms <= TRY_MS + HEARTBEAT_MS) return;
    this.#world.witness.object(`node ${id} answered ${what} after ${ms} ms`);
  }

  #leaderOrAny(): number {
    const { leader } = this.#world;
    return O.isSome(leader) ? leader.value : this.#any();
  }

  #any(): number {
    const { ids } = this.#world;
    return ids[Math.floor(this.#random.next() * ids.length)];
  }
}

/** Those of `pairs`, which are in order, that begin with `prefix`, which the first one does not precede. */
function beginningWith(prefix: Uint8Array, pairs: readonly Pair[]): readonly Pair[] {
  const begins = ({ key }: Pair): boolean => prefix.every((byte, i) => key[i] === byte);
  const last = pairs.at(-1);
  return last === undefined || begins(last) ? pairs : pairs.filter(begins);
}

function joined(pairs: readonly Pair[]): string {
  const all = new Uint8Array(pairs.reduce((sum, { value }) => sum + value.length, 0));
  let at = 0;
  for (const { value } of pairs) {
    all.set(value, at);
    at += value.length;
  }
  return decoder.decode(all);
}
