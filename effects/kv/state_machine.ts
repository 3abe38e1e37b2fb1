/**
 * RaftKV as a replicated state machine: what commands do to pairs, and what queries see.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Batch, StateMachine } from "../node/state_machine.ts";
import { equalBytes } from "./bytes.ts";
import type {
  AppendValue,
  CompareAndSet,
  Count,
  Delete,
  Failed,
  Increment,
  KvCommand,
  KvReply,
  Set,
  SetMany,
  Written,
} from "./command.ts";
import { kvCommandCodec } from "./command_codec.ts";
import { formatInt64, isInt64, parseInt64 } from "./int64.ts";
import type { KvAnswer, KvQuery, Pairs, Scan } from "./query.ts";
import { kvReplyCodec } from "./reply_codec.ts";
import type { KvStore } from "./store.ts";

/** A value is never longer: 512 MiB, as in Redis. */
const MAX_VALUE_LENGTH = 0x2000_0000;

/** A scan returns at most so many pairs at once; where there are more, it says where to go on. */
const MAX_SCAN_PAIRS = 10_000;

const WRITTEN: Written = { type: "Written", written: true, old: O.none };
const NOT_WRITTEN: Written = { type: "Written", written: false, old: O.none };

/** The machine that keeps its pairs in `store`, which is nobody else's. */
export function kvStateMachine(store: KvStore): StateMachine<KvCommand, KvReply, KvQuery, KvAnswer> {
  return {
    codec: { command: kvCommandCodec, reply: kvReplyCodec },
    apply: (batch) => applyBatch(store, batch),
    query: (query) => answer(store, query),
    snapshot: () => store.snapshot(),
    restore: (chunks, at) => store.restore(chunks, at),
    durability: store.durability,
  };
}

function applyBatch(
  store: KvStore,
  { commands, index, records }: Batch<KvCommand, KvReply>,
): readonly KvReply[] | Promise<readonly KvReply[]> {
  const replies = new Array<KvReply>(commands.length);
  for (let i = 0; i < commands.length; i++) replies[i] = apply(store, commands[i]);
  const room = store.commit(index, store.durability === undefined ? [] : records(replies));
  return room === undefined ? replies : room.then(() => replies);
}

function apply(store: KvStore, command: KvCommand): KvReply {
  switch (command.type) {
    case "Set":
      return set(store, command);
    case "SetMany":
      return setMany(store, command);
    case "Delete":
      return remove(store, command);
    case "AppendValue":
      return append(store, command);
    case "Increment":
      return increment(store, command);
    case "CompareAndSet":
      return compareAndSet(store, command);
  }
}

function set(store: KvStore, { cf, key, value, condition, returnOld }: Set): Written {
  if (condition === "always" && !returnOld) { // It does not have to be known what there was.
    store.put(cf, key, value);
    return WRITTEN;
  }
  const before = store.get(cf, key);
  const holds = condition === "always" || O.isSome(before) === (condition === "ifPresent");
  if (holds) store.put(cf, key, value);
  if (returnOld) return { type: "Written", written: holds, old: before };
  return holds ? WRITTEN : NOT_WRITTEN;
}

function setMany(store: KvStore, { cf, pairs }: SetMany): Count {
  for (const { key, value } of pairs) store.put(cf, key, value);
  return { type: "Count", count: pairs.length };
}

function remove(store: KvStore, { cf, keys }: Delete): Count {
  let count = 0;
  for (const key of keys) {
    if (O.isNone(store.get(cf, key))) continue;
    store.remove(cf, key);
    count++;
  }
  return { type: "Count", count };
}

function append(store: KvStore, { cf, key, value }: AppendValue): Count | Failed {
  const before = store.get(cf, key);
  if (O.isNone(before)) {
    store.put(cf, key, value);
    return { type: "Count", count: value.length };
  }
  const length = before.value.length + value.length;
  if (length > MAX_VALUE_LENGTH) return { type: "Failed", reason: "TooLong" };
  const joined = new Uint8Array(length);
  joined.set(before.value);
  joined.set(value, before.value.length);
  store.put(cf, key, joined);
  return { type: "Count", count: length };
}

function increment(store: KvStore, { cf, key, by }: Increment): KvReply {
  const before = store.get(cf, key);
  const number: Option<bigint> = O.isNone(before) ? O.some(0n) : parseInt64(before.value);
  if (O.isNone(number)) return { type: "Failed", reason: "NotAnInteger" };
  const value = number.value + by;
  if (!isInt64(value)) return { type: "Failed", reason: "Overflow" };
  store.put(cf, key, formatInt64(value));
  return { type: "Integer", value };
}

function compareAndSet(store: KvStore, { cf, key, value, expected }: CompareAndSet): Written {
  if (!isSame(store.get(cf, key), expected)) return NOT_WRITTEN;
  store.put(cf, key, value);
  return WRITTEN;
}

function isSame(a: Option<Bytes>, b: Option<Bytes>): boolean {
  return O.isNone(a) || O.isNone(b) ? a._tag === b._tag : equalBytes(a.value, b.value);
}

function answer(store: KvStore, query: KvQuery): KvAnswer | Promise<KvAnswer> {
  switch (query.type) {
    case "Get":
      return { type: "Values", values: query.keys.map((key) => store.get(query.cf, key)) };
    case "Scan":
      return scan(store, query);
    case "CountKeys": {
      const count = store.count(query.cf);
      return typeof count === "number" ? { type: "Size", count } : count.then((count) => ({ type: "Size", count }));
    }
  }
}

function scan(store: KvStore, { cf, start, limit }: Scan): Pairs | Promise<Pairs> {
  return store.scan(cf, start, limit > 0 ? Math.min(Math.floor(limit), MAX_SCAN_PAIRS) : 0);
}
