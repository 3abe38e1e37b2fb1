/**
 * A node for tests: alone, with a map for a store, applying at once, and as disobliging as a test wants it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Either } from "fp-ts/Either";
import type { Option } from "fp-ts/Option";
import { ofVoters } from "../../core/configuration.ts";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { KvCommand, KvReply } from "../../effects/kv/command.ts";
import type { KvAnswer, KvQuery } from "../../effects/kv/query.ts";
import type {
  MemberChanges,
  ProposalRejected,
  ProposeError,
  ReadError,
  ReadOptions,
  Status,
  WhyRejected,
} from "../../effects/node/raft_node.ts";
import type { KvNode } from "../../effects/resp/mod.ts";

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** A rejection, by a node that knows a leader or does not. */
export function rejection(reason: WhyRejected, leader: ProposalRejected["leader"] = O.none): ProposalRejected {
  return { type: "Rejected", reason, leader };
}

/** Records what it was asked, and answers when the test lets it. */
export class FakeNode implements KvNode {
  readonly #store = new Map<string, Bytes>();
  /** Everything that was proposed and read, in order. */
  readonly asked: (KvCommand | KvQuery)[] = [];
  /** The consistency of each read. */
  readonly consistencies: string[] = [];
  /** Changes of the membership that were asked for. */
  readonly changes: MemberChanges[] = [];
  /** Targets of transfers. */
  readonly transfers: (NodeId | undefined)[] = [];
  /** Fails every request while it is some. */
  failure: Option<ProposeError> = O.none;
  /** Throws from every request while it is true. */
  broken = false;
  /** Overrides parts of the status. */
  about: Partial<Status> = {};
  /** While it is true, requests wait for `release`. */
  held = false;
  #waiting: (() => void)[] = [];

  /** How many requests wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets the oldest `count` requests go on, or all. */
  release(count: number = this.#waiting.length): void {
    for (const go of this.#waiting.splice(0, count)) go();
  }

  /** Lets the newest request go on. */
  releaseLast(): void {
    this.#waiting.pop()?.();
  }

  async propose(command: KvCommand): Promise<Either<ProposeError, KvReply>> {
    this.asked.push(command);
    await this.#turn();
    return O.isSome(this.failure) ? E.left(this.failure.value) : E.right(this.#apply(command));
  }

  async read(query: KvQuery, options: ReadOptions = {}): Promise<Either<ReadError, KvAnswer>> {
    this.asked.push(query);
    this.consistencies.push(options.consistency ?? "linearizable");
    await this.#turn();
    return O.isSome(this.failure) ? E.left(this.failure.value) : E.right(this.#answer(query));
  }

  status(): Status {
    return {
      cluster: "0123456789abcdef",
      id: 1,
      incarnation: "fedcba9876543210",
      address: "127.0.0.1:7001",
      role: "leader",
      term: 3,
      vote: O.some(1),
      lead: O.some(1),
      last: 12,
      first: 2,
      stable: 12,
      commit: 11,
      applied: 10,
      snapshot: 1,
      configuration: ofVoters(1, 2, 3),
      members: [1, 2, 3].map((id) => ({
        id,
        address: O.some(`127.0.0.1:700${id}`),
        part: "voter",
        match: O.some(12 - id),
        connected: id !== 3,
      })),
      waiting: 0,
      counters: { elections: 1 },
      ...this.about,
    };
  }

  async transferLeadership(to?: NodeId): Promise<Either<ProposeError, NodeId>> {
    this.transfers.push(to);
    await this.#turn();
    return O.isSome(this.failure) ? E.left(this.failure.value) : E.right(to ?? 2);
  }

  async changeMembers(changes: MemberChanges): Promise<Either<ProposeError, Status["configuration"]>> {
    this.changes.push(changes);
    await this.#turn();
    return O.isSome(this.failure) ? E.left(this.failure.value) : E.right(this.status().configuration);
  }

  async compact(): Promise<number> {
    await this.#turn();
    return 10;
  }

  async #turn(): Promise<void> {
    if (this.held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.broken) throw new Error("broken");
  }

  #apply(command: KvCommand): KvReply {
    switch (command.type) {
      case "Set": {
        const old = this.#get(command.key);
        const written = command.condition === "always" || (command.condition === "ifPresent") === O.isSome(old);
        if (written) this.#set(command.key, command.value);
        return { type: "Written", written, old: command.returnOld ? old : O.none };
      }
      case "SetMany":
        for (const { key, value } of command.pairs) this.#set(key, value);
        return { type: "Count", count: command.pairs.length };
      case "Delete":
        return { type: "Count", count: command.keys.filter((key) => this.#store.delete(toName(key))).length };
      case "AppendValue": {
        const old = this.#get(command.key);
        const value = O.isSome(old) ? Uint8Array.of(...old.value, ...command.value) : command.value;
        this.#set(command.key, value);
        return { type: "Count", count: value.length };
      }
      case "Increment":
        return this.#increment(command.key, command.by);
      case "CompareAndSet": {
        const old = this.#get(command.key);
        const expected = command.expected;
        const written = O.isSome(old)
          ? O.isSome(expected) && toName(old.value) === toName(expected.value)
          : O.isNone(expected);
        if (written) this.#set(command.key, command.value);
        return { type: "Written", written, old: O.none };
      }
    }
  }

  #increment(key: Bytes, by: bigint): KvReply {
    const old = this.#get(key);
    const number = O.isSome(old) ? toName(old.value) : "0";
    if (!/^(0|-?[1-9]\d{0,18})$/.test(number)) return { type: "Failed", reason: "NotAnInteger" };
    const value = BigInt(number) + by;
    if (value < LEAST || value > MOST) return { type: "Failed", reason: "Overflow" };
    this.#set(key, new TextEncoder().encode(String(value)));
    return { type: "Integer", value };
  }

  #answer(query: KvQuery): KvAnswer {
    switch (query.type) {
      case "Get":
        return { type: "Values", values: query.keys.map((key) => this.#get(key)) };
      case "CountKeys":
        return { type: "Size", count: this.#store.size };
      case "Scan": {
        const names = [...this.#store.keys()].sort().filter((name) => name >= toName(query.start));
        const pairs = names.slice(0, query.limit).map((name) => ({ key: toBytes(name), value: this.#store.get(name) }));
        return {
          type: "Pairs",
          pairs: pairs.map(({ key, value }) => ({ key, value: value ?? new Uint8Array(0) })),
          next: names.length > query.limit ? O.some(toBytes(names[query.limit])) : O.none,
        };
      }
    }
  }

  #get(key: Bytes): Option<Bytes> {
    return O.fromNullable(this.#store.get(toName(key)));
  }

  /** A copy, because what a request holds is a view of a larger buffer. */
  #set(key: Bytes, value: Bytes): void {
    this.#store.set(toName(key), value.slice());
  }
}

/** One character a byte: such strings compare as the bytes do. */
function toName(bytes: Bytes): string {
  let name = "";
  for (let i = 0; i < bytes.length; i++) name += String.fromCharCode(bytes[i]);
  return name;
}

function toBytes(name: string): Bytes {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}
