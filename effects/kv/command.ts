/**
 * What changes RaftKV: the commands that are replicated, and their replies.
 *
 * @module
 */
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Tagged } from "../../core/message.ts";

/** A key space of its own. */
export type ColumnFamily = "default" | "lock" | "write";

/** All of them. */
export const COLUMN_FAMILIES: readonly ColumnFamily[] = ["default", "lock", "write"];

/** A key and its value. */
export interface Pair {
  /** The key. */
  readonly key: Bytes;
  /** The value; it may be empty. */
  readonly value: Bytes;
}

/** What every command has. */
export interface InFamily {
  /** The key space. */
  readonly cf: ColumnFamily;
}

/** Stores a value, always or on a condition. Reply: `Written`. */
export interface Set extends InFamily, Pair, Tagged<"Set"> {
  /** Whether the key may or must exist. */
  readonly condition: "always" | "ifAbsent" | "ifPresent";
  /** Whether the reply tells the value before. */
  readonly returnOld: boolean;
}

/** Stores many values at once. Reply: `Count`, of the pairs. */
export interface SetMany extends InFamily, Tagged<"SetMany"> {
  /** In order; the last one of a key stands. */
  readonly pairs: readonly Pair[];
}

/** Removes keys. Reply: `Count`, of those that existed. */
export interface Delete extends InFamily, Tagged<"Delete"> {
  /** The keys. */
  readonly keys: readonly Bytes[];
}

/** Extends a value, or stores it if the key does not exist. Reply: `Count`, the new length. */
export interface AppendValue extends InFamily, Pair, Tagged<"AppendValue"> {}

/** Adds to a value that is a decimal 64-bit number, 0 if the key does not exist. Reply: `Integer`, or `Failed`. */
export interface Increment extends InFamily, Tagged<"Increment"> {
  /** The key. */
  readonly key: Bytes;
  /** What is added; negative to subtract. */
  readonly by: bigint;
}

/** Stores `value` if the key's value is `expected` (none: if the key does not exist). Reply: `Written`. */
export interface CompareAndSet extends InFamily, Pair, Tagged<"CompareAndSet"> {
  /** What must be there. */
  readonly expected: Option<Bytes>;
}

/** A command. */
export type KvCommand = Set | SetMany | Delete | AppendValue | Increment | CompareAndSet;

/** Whether the value was stored, and what there was before where that was asked for. */
export interface Written extends Tagged<"Written"> {
  /** Whether the condition held. */
  readonly written: boolean;
  /** The value before, if `returnOld` asked for it and there was one. */
  readonly old: Option<Bytes>;
}

/** A number of keys, pairs or bytes. */
export interface Count extends Tagged<"Count"> {
  /** The number. */
  readonly count: number;
}

/** The value after an `Increment`. */
export interface Integer extends Tagged<"Integer"> {
  /** A signed 64-bit number. */
  readonly value: bigint;
}

/** The command had no effect. */
export interface Failed extends Tagged<"Failed"> {
  /** Why: the value is no integer, the result is no 64-bit number, or the value would be longer than 512 MiB. */
  readonly reason: "NotAnInteger" | "Overflow" | "TooLong";
}

/** A reply. */
export type KvReply = Written | Count | Integer | Failed;
