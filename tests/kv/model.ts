/**
 * RaftKV as plain maps: what its commands should do, written down a second time and in the simplest way.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/mod.ts";
import { COLUMN_FAMILIES, type KvCommand, type KvReply } from "../../effects/kv/mod.ts";

/** Keys and values of all families, in hexadecimal. */
export class Model {
  private readonly families = new Map(COLUMN_FAMILIES.map((cf) => [cf, new Map<string, string>()]));

  /** Applies a command. */
  apply(command: KvCommand): KvReply {
    const pairs = this.families.get(command.cf) ?? new Map<string, string>();
    const get = (key: Bytes) => pairs.get(key.toHex());
    const put = (key: Bytes, value: Bytes) => void pairs.set(key.toHex(), value.toHex());
    switch (command.type) {
      case "Set": {
        const old = get(command.key);
        const wanted = { always: true, ifAbsent: old === undefined, ifPresent: old !== undefined }[command.condition];
        if (wanted) put(command.key, command.value);
        return { type: "Written", written: wanted, old: command.returnOld ? optional(old) : O.none };
      }
      case "SetMany":
        command.pairs.forEach(({ key, value }) => put(key, value));
        return { type: "Count", count: command.pairs.length };
      case "Delete":
        return { type: "Count", count: command.keys.filter((key) => pairs.delete(key.toHex())).length };
      case "AppendValue": {
        const joined = (get(command.key) ?? "") + command.value.toHex();
        pairs.set(command.key.toHex(), joined);
        return { type: "Count", count: joined.length / 2 };
      }
      case "Increment": {
        const old = new TextDecoder().decode(Uint8Array.fromHex(get(command.key) ?? "30"));
        const isNumber = /^-?\d{1,19}$/.test(old) && String(BigInt(old)) === old && fits(BigInt(old));
        if (!isNumber) return { type: "Failed", reason: "NotAnInteger" };
        const value = BigInt(old) + command.by;
        if (!fits(value)) return { type: "Failed", reason: "Overflow" };
        put(command.key, new TextEncoder().encode(String(value)));
        return { type: "Integer", value };
      }
      case "CompareAndSet": {
        const wanted = get(command.key) === (O.isSome(command.expected) ? command.expected.value.toHex() : undefined);
        if (wanted) put(command.key, command.value);
        return { type: "Written", written: wanted, old: O.none };
      }
    }
  }

  /** All pairs by families, in order, in hexadecimal. */
  contents(): readonly (readonly (readonly [string, string])[])[] {
    return COLUMN_FAMILIES.map((cf) => [...this.families.get(cf) ?? []].sort(([a], [b]) => a < b ? -1 : 1));
  }
}

function optional(hex: string | undefined): O.Option<Bytes> {
  return hex === undefined ? O.none : O.some(Uint8Array.fromHex(hex));
}

function fits(n: bigint): boolean {
  return n >= -(2n ** 63n) && n < 2n ** 63n;
}
