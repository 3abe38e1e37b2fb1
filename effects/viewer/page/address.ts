/**
 * The address of an instant: `#step=3806&at=4.1.812` is step 3806 of the story, and step 812 in run 1 of node 4. Where old
 * segments go, the same step has other numbers in the story later, and the second half still means it; a number alone will do.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";

/** What an address means. */
export interface Address {
  /** The number in the story. */
  readonly step: number;
  /** The same step as one of its node; null if that is not said. */
  readonly at: { readonly node: NodeId; readonly run: number; readonly step: number } | null;
}

/** Reads the part of an address behind `#`; null if it names no step. */
export function parseAddress(hash: string): Address | null {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const step = Number(given.get("step") ?? NaN);
  if (!Number.isSafeInteger(step) || step < 0) return null;
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(given.get("at") ?? "")?.slice(1).map(Number);
  if (parts === undefined || !parts.every(Number.isSafeInteger)) return { step, at: null };
  const [node, run, own] = parts;
  return { step, at: { node, run, step: own } };
}

/** The part of an address behind `#`, and that. */
export function formatAddress({ at, step }: Address): string {
  return at === null ? `#step=${step}` : `#step=${step}&at=${at.node}.${at.run}.${at.step}`;
}
