/**
 * What the clients of a torture ask for: reads and writes of keys that they share, with values that are never written
 * twice, and additions to a key of their own, which nobody ever overwrites.
 *
 * @module
 */
import type { OperationName, Outcome, Request } from "../history/operation.ts";
import type { RespOutcome } from "../processes/resp_client.ts";
import { type Reply, ReplyError } from "../processes/resp_reply.ts";
import type { Random } from "../random/random.ts";

/** How many keys hold texts, and how many numbers. */
const TEXTS = 8;
const NUMBERS = 3;

/** What is done how often. */
const ON_TEXTS: readonly OperationName[] = [
  "get",
  "get",
  "get",
  "get",
  "put",
  "put",
  "append",
  "append",
  "cas",
  "cas",
  "delete",
];
const ON_NUMBERS: readonly OperationName[] = ["get", "get", "incr", "incr", "incr", "incr", "incr", "delete"];

/** These errors say that nothing was done and nothing will be. */
const CERTAIN: ReadonlySet<string> = new Set(["ERR", "NOTLEADER", "REJECTED", "OVERLOADED"]);

/** Draws requests, for all clients of one round. */
export class Workload {
  readonly #prefix: string;
  readonly #randoms: readonly Random[];
  // What a client has seen last: a cas that guesses at random would never find it.
  readonly #seen = new Map<string, string | null>();
  readonly #written: number[];

  /** Keys begin with `prefix`, so that every round has its own. Every client has chances of its own. */
  constructor(prefix: string, randoms: readonly Random[]) {
    this.#prefix = prefix;
    this.#randoms = randoms;
    this.#written = randoms.map(() => 0);
  }

  /** The next request of `client`. */
  next(client: number): Request {
    const random = this.#randoms[client];
    const kind = random.next();
    if (kind < 0.1) return this.#request("append", `own-${client}`, client);
    if (kind < 0.3) return this.#request(one(ON_NUMBERS, random), `number-${below(NUMBERS, random)}`, client);
    return this.#request(one(ON_TEXTS, random), `text-${below(TEXTS, random)}`, client);
  }

  /** A request was answered. */
  learn({ op, key, value }: Request, { ok, output }: Outcome): void {
    if (ok !== true) return;
    if (op === "get") this.#seen.set(key, output);
    if (op === "put" || (op === "cas" && output === "1")) this.#seen.set(key, value);
    if (op === "delete") this.#seen.set(key, null);
  }

  #request(op: OperationName, name: string, client: number): Request {
    const key = `${this.#prefix}${name}`;
    const expect = op === "cas" ? this.#seen.get(key) ?? null : null;
    return { op, key, expect, value: this.#value(op, client) };
  }

  /** Its end marks where the next one begins in a value that grows. */
  #value(op: OperationName, client: number): string | null {
    if (op === "incr") return "1";
    return op === "get" || op === "delete" ? null : `${client}.${++this.#written[client]};`;
  }
}

/** Whether only one client ever adds to the key, and nobody removes anything. */
export function isOwnKey(key: string): boolean {
  return key.includes("own-");
}

/** The request as words of the Redis protocol. */
export function wordsOf({ op, key, value, expect }: Request): readonly string[] {
  const text = value ?? "";
  switch (op) {
    case "get":
      return ["GET", key];
    case "put":
      return ["SET", key, text];
    case "append":
      return ["APPEND", key, text];
    case "cas":
      return expect === null ? ["SET", key, text, "NX"] : ["CAS", key, expect, text];
    case "delete":
      return ["DEL", key];
    case "incr":
      return ["INCR", key];
  }
}

/** What the outcome says about the request. Throws where the reply is none that the request can have. */
export function outcomeOf(request: Request, outcome: RespOutcome): Outcome {
  if (outcome.type === "Closed" && !outcome.sent) return FAILED;
  if (outcome.type !== "Reply") return UNKNOWN;
  const { reply } = outcome;
  if (reply instanceof ReplyError) return CERTAIN.has(reply.kind) ? FAILED : UNKNOWN;
  return { ok: true, output: outputOf(request, reply) };
}

function one<A>(list: readonly A[], random: Random): A {
  return list[below(list.length, random)];
}

function below(limit: number, random: Random): number {
  return Math.floor(random.next() * limit);
}

const FAILED: Outcome = { ok: false, output: null };
const UNKNOWN: Outcome = { ok: null, output: null };

function outputOf({ op, expect }: Request, reply: Reply): string | null {
  if (op === "get" && (typeof reply === "string" || reply === null)) return reply;
  if (op === "put" && reply === "OK") return null;
  if (op === "cas" && expect === null && (reply === "OK" || reply === null)) return reply === null ? "0" : "1";
  const hasNumber = op === "append" || op === "incr" || op === "delete" || (op === "cas" && expect !== null);
  if (hasNumber && typeof reply === "number") return String(reply);
  throw new Error(`Cannot understand the reply to ${op}: ${JSON.stringify(reply)}.`);
}
