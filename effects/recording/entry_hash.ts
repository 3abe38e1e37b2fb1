/**
 * Hashes of entries and proposals: where they stand, what they are for, how long they are, and the hash of their payload.
 * So a recording without payloads comes to the same hashes, if it kept theirs.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes, Entry, Proposal } from "../../core/entry.ts";
import { typeCode } from "../wire/entry.ts";
import { Hasher } from "./hash.ts";
import { hasPayload, LeftOut, type Payloads } from "./payload.ts";

/** The hash of one entry at a time. */
export class EntryHasher {
  /** The upper half of the last hash. */
  high = 0;
  /** The lower half. */
  low = 0;
  private readonly ignoresPayloads: boolean;
  private readonly hasher = new Hasher();
  private readonly payload = new Hasher();

  /** With `payloads` "none", a payload counts by its length only. */
  constructor(payloads: Payloads) {
    this.ignoresPayloads = payloads === "none";
  }

  /** Hashes `entry`. */
  entry(entry: Entry): void {
    this.hasher.reset();
    this.hasher.number(entry.index);
    this.hasher.number(entry.term);
    this.finish(entry);
  }

  /** Hashes `proposal`. */
  proposal(proposal: Proposal): void {
    this.hasher.reset();
    this.finish(proposal);
  }

  private finish(proposal: Proposal): void {
    const { hasher } = this;
    hasher.word(typeCode(proposal.type));
    hasher.number(proposal.size);
    hasher.number(proposal.data.length);
    if (proposal.data.length > 0 && !(this.ignoresPayloads && hasPayload(proposal))) this.data(proposal.data);
    this.high = hasher.high();
    this.low = hasher.low();
  }

  private data(data: Bytes): void {
    const { hasher, payload } = this;
    if (data instanceof LeftOut && O.isSome(data.of)) {
      hasher.word(data.of.value.high);
      hasher.word(data.of.value.low);
    } else {
      payload.reset();
      payload.bytes(data);
      hasher.word(payload.high());
      hasher.word(payload.low());
    }
  }
}
