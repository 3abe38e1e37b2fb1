/**
 * What must hold after every command (Figure 3), so that no transcript can record what Raft forbids.
 *
 * @module
 */
import type { Entry, Log, Node, NodeId } from "../../../core/mod.ts";
import { entryText } from "../text/entry.ts";

/** Remembers who has led and what was applied in a run. */
export class Invariants {
  readonly #leaders = new Map<number, NodeId>();
  readonly #applied = new Map<number, string>();

  /** Election Safety: "at most one leader can be elected in a given term." */
  led(node: Node): void {
    if (node.role !== "leader") return;
    const other = this.#leaders.get(node.term) ?? node.id;
    if (other !== node.id) throw new Error(`Two leaders in term ${node.term}: ${other} and ${node.id}.`);
    this.#leaders.set(node.term, node.id);
  }

  /** State Machine Safety: "no other server will ever apply a different log entry for the same index." */
  applied(entry: Entry): void {
    const text = entryText(entry);
    const other = this.#applied.get(entry.index) ?? text;
    if (other !== text) throw new Error(`Two entries were applied at index ${entry.index}: ${other} and ${text}.`);
    this.#applied.set(entry.index, text);
  }

  /** Log Matching: logs with the same term at an index are "identical in all entries up through the given index." */
  matching(logs: readonly Log[]): void {
    for (const [i, a] of logs.entries()) {
      for (const b of logs.slice(0, i)) matchingPair(a, b);
    }
  }
}

function matchingPair(a: Log, b: Log): void {
  let agreed = false;
  for (let index = Math.min(a.last.index, b.last.index); index >= Math.max(a.first, b.first); index--) {
    agreed ||= a.termAt(index) === b.termAt(index);
    if (agreed && entryText(a.at(index)) !== entryText(b.at(index))) {
      throw new Error(`Two logs agree later and differ at index ${index}.`);
    }
  }
}
