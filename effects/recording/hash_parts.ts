/**
 * What is hashed in the same way wherever it stands.
 *
 * @module
 */
import type { EntryId } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { Hasher } from "./hash.ts";

/** Tells `hasher` what kind of message it is, from whom, to whom, and in which term. */
export function hashHeader(hasher: Hasher, kind: number, { from, to, term }: PeerMessage): void {
  hasher.word(kind);
  hasher.number(from);
  hasher.number(to);
  hasher.number(term);
}

/** Tells `hasher` a position. */
export function hashPosition(hasher: Hasher, { index, term }: EntryId): void {
  hasher.number(index);
  hasher.number(term);
}
