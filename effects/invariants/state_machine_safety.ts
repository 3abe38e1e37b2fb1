/**
 * What is handed over to state machines (§5.3, §5.4.3).
 *
 * @module
 */
import type { Entry, EntryId, NodeId } from "../../core/entry.ts";
import type { Outbox } from "../../core/outbox.ts";
import { type Check, type HostView, violated } from "./check.ts";
import { describeEntry, isSameEntry, position } from "./entries.ts";

/**
 * No two state machines are handed different entries at the same index (§5.4.3), nor snapshots of another history; and each
 * one gets its entries in order, without a gap, and none twice.
 */
export function stateMachineSafety(): Check {
  const name = "State Machine Safety";
  const applied = new Map<number, Entry>();
  const handed = new Map<NodeId, number>();
  return {
    name,
    started(host, node, outbox) {
      handed.set(host.id, node.applied);
      judge(host, outbox);
    },
    stepped: ({ host, outbox }) => judge(host, outbox),
  };

  function judge(host: HostView, outbox: Outbox): void {
    for (let i = 0; i < outbox.length; i++) {
      const effect = outbox[i];
      if (effect.type === "Apply") handOver(host, effect.entries);
      else if (effect.type === "RestoreSnapshot") restore(host, effect.snapshot);
    }
  }

  function handOver(host: HostView, entries: readonly Entry[]): void {
    if (entries.length === 0) violated(name, `${host.id} hands over nothing`);
    let last = handed.get(host.id);
    for (const entry of entries) {
      if (last !== undefined && entry.index !== last + 1) {
        violated(name, `${host.id} hands over ${entry.index} where ${last + 1} is next`);
      }
      last = entry.index;
      const first = applied.get(entry.index);
      if (first === undefined) applied.set(entry.index, entry);
      else if (!isSameEntry(first, entry)) {
        violated(
          name,
          `${host.id} applies ${describeEntry(entry)}, and another one has applied ${describeEntry(first)}`,
        );
      }
    }
    if (last !== undefined) handed.set(host.id, last);
  }

  function restore(host: HostView, { index, term }: EntryId): void {
    const last = handed.get(host.id) ?? 0;
    if (index <= last) violated(name, `${host.id} goes from ${last} back to a snapshot at ${index}`);
    const first = applied.get(index);
    if (first !== undefined && first.term !== term) {
      const snapshot = position({ index, term });
      violated(
        name,
        `${host.id} restores a snapshot at ${snapshot}, and another one has applied ${describeEntry(first)}`,
      );
    }
    handed.set(host.id, index);
  }
}
