/**
 * Tells messages from each other by what is in them, so that one that was received can be found among those that were sent.
 *
 * Of entries with a place in the log there is that, their type and their length: a leader never has two entries in one
 * place in its term. Snapshots count without what their host attached to them, which it replaces on the way.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Entry, NodeId } from "../../core/entry.ts";
import type { PeerMessage, Persisted } from "../../core/message.ts";
import { EntryHasher } from "../recording/entry_hash.ts";
import { hashHeader, hashPosition } from "../recording/hash_parts.ts";
import { Hasher } from "../recording/hash.ts";
import { typeCode } from "../wire/entry.ts";
import {
  APPEND,
  APPEND_RESPONSE,
  FORWARDED_PROPOSE,
  FORWARDED_READ_INDEX,
  FORWARDED_TRANSFER_LEADER,
  HEARTBEAT,
  HEARTBEAT_RESPONSE,
  INSTALL_SNAPSHOT,
  PERSISTED,
  READ_INDEX_RESPONSE,
  REQUEST_PRE_VOTE,
  REQUEST_PRE_VOTE_RESPONSE,
  REQUEST_VOTE,
  REQUEST_VOTE_RESPONSE,
  TIMEOUT_NOW,
} from "../wire/message_tags.ts";

const SMALLEST = 1 << 12;

/** Numbers messages: equal ones have the same number, from 0 on. */
export class MessageKeys {
  /** How many different messages there are. */
  size = 0;
  /** Messages of different epochs are never equal. */
  epoch = 0;
  readonly #hasher = new Hasher();
  readonly #proposals = new EntryHasher("full");
  /** Three words for each place: both halves of a hash, and the number plus 1. */
  #table = new Int32Array(3 * SMALLEST);
  #mask = SMALLEST - 1;

  /** The number of `message`; `self` is the node that has it, for a message that names none. */
  of(message: PeerMessage | Persisted, self: NodeId): number {
    const hasher = this.#hasher;
    hasher.reset();
    hasher.word(this.epoch);
    this.#tell(hasher, message, self);
    return this.#numberOf(hasher.high(), hasher.low());
  }

  #tell(hasher: Hasher, message: PeerMessage | Persisted, self: NodeId): void {
    switch (message.type) {
      case "Append":
        hashHeader(hasher, APPEND, message);
        hashPosition(hasher, message.prev);
        hasher.number(message.commit);
        return places(hasher, message.entries);
      case "AppendResponse":
        hashHeader(hasher, APPEND_RESPONSE, message);
        hasher.number(message.index);
        return O.isSome(message.hint) ? hashPosition(hasher, message.hint.value) : hasher.boolean(false);
      case "Heartbeat":
        hashHeader(hasher, HEARTBEAT, message);
        hasher.number(message.commit);
        return hasher.optional(message.read);
      case "HeartbeatResponse":
        hashHeader(hasher, HEARTBEAT_RESPONSE, message);
        return hasher.optional(message.read);
      case "RequestVote":
      case "RequestPreVote":
        hashHeader(hasher, message.type === "RequestVote" ? REQUEST_VOTE : REQUEST_PRE_VOTE, message);
        hashPosition(hasher, message.last);
        return hasher.boolean(message.transfer);
      case "RequestVoteResponse":
      case "RequestPreVoteResponse":
        hashHeader(
          hasher,
          message.type === "RequestVoteResponse" ? REQUEST_VOTE_RESPONSE : REQUEST_PRE_VOTE_RESPONSE,
          message,
        );
        return hasher.boolean(message.granted);
      case "InstallSnapshot":
        hashHeader(hasher, INSTALL_SNAPSHOT, message);
        return hashPosition(hasher, message.snapshot);
      case "TimeoutNow":
        return hashHeader(hasher, TIMEOUT_NOW, message);
      case "ForwardedPropose":
        hashHeader(hasher, FORWARDED_PROPOSE, message);
        for (const proposal of message.entries) {
          this.#proposals.proposal(proposal);
          hasher.word(this.#proposals.high);
          hasher.word(this.#proposals.low);
        }
        return;
      case "ForwardedReadIndex":
        hashHeader(hasher, FORWARDED_READ_INDEX, message);
        return hasher.bytes(message.context);
      case "ReadIndexResponse":
        hashHeader(hasher, READ_INDEX_RESPONSE, message);
        hasher.number(message.index);
        return hasher.bytes(message.context);
      case "ForwardedTransferLeader":
        hashHeader(hasher, FORWARDED_TRANSFER_LEADER, message);
        return hasher.number(message.transferee);
      case "Persisted":
        hasher.word(PERSISTED);
        hasher.number(self);
        hasher.number(message.term);
        hashPosition(hasher, message.last);
        return hasher.optional(message.snapshot);
    }
  }

  #numberOf(high: number, low: number): number {
    const table = this.#table;
    let at = low & this.#mask;
    while (table[3 * at + 2] !== 0) {
      if (table[3 * at] === high && table[3 * at + 1] === low) return table[3 * at + 2] - 1;
      at = (at + 1) & this.#mask;
    }
    table[3 * at] = high;
    table[3 * at + 1] = low;
    table[3 * at + 2] = ++this.size;
    if (2 * this.size > this.#mask) this.#grow();
    return this.size - 1;
  }

  #grow(): void {
    const before = this.#table;
    this.#mask = 2 * this.#mask + 1;
    const table = new Int32Array(3 * (this.#mask + 1));
    for (let from = 0; from < before.length; from += 3) {
      if (before[from + 2] === 0) continue;
      let at = before[from + 1] & this.#mask;
      while (table[3 * at + 2] !== 0) at = (at + 1) & this.#mask;
      table[3 * at] = before[from];
      table[3 * at + 1] = before[from + 1];
      table[3 * at + 2] = before[from + 2];
    }
    this.#table = table;
  }
}

function places(hasher: Hasher, entries: readonly Entry[]): void {
  hasher.word(entries.length);
  for (let i = 0; i < entries.length; i++) {
    const { index, term, type, data } = entries[i];
    hasher.number(index);
    hasher.number(term);
    hasher.word(typeCode(type));
    hasher.number(data.length);
  }
}
