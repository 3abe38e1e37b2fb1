/**
 * A node that is a map: what the HTTP server needs of one, with outcomes that a test chooses.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type ConfigurationIds, NO_MEMBERS } from "../../core/configuration.ts";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { KvCommand, KvReply } from "../../effects/kv/command.ts";
import type { KvAnswer, KvQuery } from "../../effects/kv/query.ts";
import type { KvNode } from "../../effects/http/mod.ts";
import type { SnapshotFile } from "../../effects/storage/storage.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type {
  MemberChanges,
  ProposalRejected,
  ProposeError,
  ReadError,
  ReadOptions,
  RequestOptions,
  Status,
  StopReason,
  WhyRejected,
} from "../../effects/node/raft_node.ts";

/** The status of node 1, which leads a cluster of two voters and a learner. */
export const STATUS: Status = {
  cluster: "00112233aabbccdd",
  id: 1,
  incarnation: "0123456789abcdef",
  address: "127.0.0.1:7001",
  role: "leader",
  term: 7,
  vote: O.some(1),
  lead: O.some(1),
  last: 12,
  first: 3,
  stable: 11,
  commit: 10,
  applied: 9,
  snapshot: 2,
  configuration: { ...NO_MEMBERS, voters: [1, 2], learners: [3] },
  members: [
    { id: 1, address: O.some("127.0.0.1:7001"), part: "voter", match: O.some(12), connected: false },
    { id: 2, address: O.some("127.0.0.1:7002"), part: "voter", match: O.some(10), connected: true },
    { id: 3, address: O.none, part: "learner", match: O.none, connected: false },
  ],
  waiting: 4,
  counters: { syncs: 21, slowSyncs: 1, appliedEntries: 9, somethingElse: 5 },
};

/** What was asked of the node. */
export type Asked =
  | { readonly type: "propose"; readonly command: KvCommand; readonly options: RequestOptions }
  | { readonly type: "read"; readonly query: KvQuery; readonly options: ReadOptions }
  | { readonly type: "change"; readonly changes: MemberChanges; readonly options: RequestOptions }
  | { readonly type: "backup"; readonly options: RequestOptions }
  | { readonly type: "transfer"; readonly to: NodeId | undefined; readonly options: RequestOptions };

/** A node over a map. */
export class FakeNode implements KvNode {
  readonly asked: Asked[] = [];
  readonly stopped: Promise<StopReason>;
  readonly stop: (reason: StopReason) => void;
  /** What the next requests end with, instead of being executed. */
  outcome: Option<ProposeError> = O.none;
  /** What the next requests wait for, before they are executed. */
  gate: Promise<void> | undefined;
  /** What the next reads and proposals answer, instead of what is true. */
  defect: (() => never) | undefined;
  /** Called at the beginning of every proposal. */
  proposing: () => void = () => {};
  current: Status = STATUS;
  /** What a backup is. */
  file: FakeFile = new FakeFile(new Uint8Array(0));
  readonly #families = new Map<string, Map<string, { readonly key: Bytes; readonly value: Bytes }>>();
  readonly #done = new Map<string, KvReply>();

  constructor() {
    const { promise, resolve } = Promise.withResolvers<StopReason>();
    this.stopped = promise;
    this.stop = resolve;
  }

  async propose(command: KvCommand, options: RequestOptions = {}): Promise<Either<ProposeError, KvReply>> {
    this.asked.push({ type: "propose", command, options });
    this.proposing();
    await this.gate;
    this.defect?.();
    if (O.isSome(this.outcome)) return E.left(this.outcome.value);
    const before = options.idempotencyKey === undefined ? undefined : this.#done.get(options.idempotencyKey);
    const reply = before ?? this.#apply(command);
    if (options.idempotencyKey !== undefined) this.#done.set(options.idempotencyKey, reply);
    return E.right(reply);
  }

  async read(query: KvQuery, options: ReadOptions = {}): Promise<Either<ProposeError, KvAnswer>> {
    this.asked.push({ type: "read", query, options });
    await this.gate;
    this.defect?.();
    return O.isSome(this.outcome) ? E.left(this.outcome.value) : E.right(this.#answer(query));
  }

  async changeMembers(
    changes: MemberChanges,
    options: RequestOptions = {},
  ): Promise<Either<ProposeError, ConfigurationIds>> {
    this.asked.push({ type: "change", changes, options });
    await this.gate;
    return O.isSome(this.outcome) ? E.left(this.outcome.value) : E.right({ ...NO_MEMBERS, voters: [1, 2, 4] });
  }

  async transferLeadership(to?: NodeId, options: RequestOptions = {}): Promise<Either<ProposeError, NodeId>> {
    this.asked.push({ type: "transfer", to, options });
    await this.gate;
    return O.isSome(this.outcome) ? E.left(this.outcome.value) : E.right(to ?? 2);
  }

  async backup(options: RequestOptions = {}): Promise<Either<ReadError, SnapshotFile>> {
    this.asked.push({ type: "backup", options });
    await this.gate;
    return O.isSome(this.outcome) ? E.left(this.outcome.value) : E.right(this.file);
  }

  status(): Status {
    return this.current;
  }

  #apply(command: KvCommand): KvReply {
    const family = this.#family(command.cf);
    switch (command.type) {
      case "Set": {
        const there = family.has(nameOf(command.key));
        const written = command.condition === "always" || there === (command.condition === "ifPresent");
        if (written) family.set(nameOf(command.key), { key: command.key.slice(), value: command.value.slice() });
        return { type: "Written", written, old: O.none };
      }
      case "Delete":
        return { type: "Count", count: command.keys.filter((key) => family.delete(nameOf(key))).length };
      default:
        return { type: "Failed", reason: "TooLong" };
    }
  }

  #answer(query: KvQuery): KvAnswer {
    const family = this.#family(query.cf);
    switch (query.type) {
      case "Get":
        return {
          type: "Values",
          values: query.keys.map((key) =>
            O.map(({ value }: { value: Bytes }) => value)(O.fromNullable(family.get(nameOf(key))))
          ),
        };
      case "Scan": {
        const names = [...family.keys()].sort().filter((name) => name >= nameOf(query.start));
        const pairs = names.flatMap((name) => family.get(name) ?? []);
        const next = O.map(({ key }: { key: Bytes }) => key)(O.fromNullable(pairs[query.limit]));
        return { type: "Pairs", pairs: pairs.slice(0, query.limit), next };
      }
      case "CountKeys":
        return { type: "Size", count: family.size };
    }
  }

  #family(cf: string): Map<string, { readonly key: Bytes; readonly value: Bytes }> {
    const family = this.#families.get(cf) ?? new Map();
    this.#families.set(cf, family);
    return family;
  }
}

/** A snapshot's file in memory. */
export class FakeFile implements SnapshotFile {
  readonly snapshot: Snapshot;
  readonly size: number;
  /** How often it was closed. */
  closed = 0;
  /** The bytes that are left where the file is damaged. */
  readable: number;
  readonly #bytes: Bytes;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.size = bytes.length;
    this.readable = bytes.length;
    this.snapshot = { index: 9, term: 7, configuration: STATUS.configuration, data: new Uint8Array(0) };
  }

  read(into: Bytes, at: number): number {
    const piece = this.#bytes.subarray(at, Math.min(at + into.length, this.readable));
    into.set(piece);
    return piece.length;
  }

  async *chunks(): AsyncIterable<Bytes> {}

  close(): void {
    this.closed++;
  }
}

/** A rejection that names node 2 as the leader. */
export function rejected(reason: WhyRejected, leader: ProposalRejected["leader"] = LEADER): ProposalRejected {
  return { type: "Rejected", reason, leader };
}

const LEADER: ProposalRejected["leader"] = O.some({ id: 2, address: O.some("127.0.0.1:7002") });

/** Names that sort like the bytes. */
function nameOf(key: Bytes): string {
  return key.toHex();
}
