/**
 * Hashes outboxes, effect by effect. What is frequent is hashed as it is, and what is rare by way of its encoding.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Entry, Proposal } from "../../core/entry.ts";
import type { PeerMessage, Persisted } from "../../core/message.ts";
import type { Effect, Outbox, Persist } from "../../core/outbox.ts";
import { writeMessage } from "../wire/message.ts";
import { writeEffect } from "../wire/outbox.ts";
import { writeSnapshot } from "../wire/snapshot.ts";
import { Writer } from "../wire/writer.ts";
import { EntryHasher } from "./entry_hash.ts";
import { hashHeader, hashPosition } from "./hash_parts.ts";
import { Hasher } from "./hash.ts";
import type { LogHash } from "./log_hash.ts";
import type { Payloads } from "./payload.ts";

/** Says what kind of effect or message follows. An encoding follows where it is none of the others. */
const ENCODED = 0;
const SEND = 11;
const PERSIST = 1;
const APPLY = 2;
const APPENDED = 3;
const READ_READY = 4;
const APPEND = 5;
const APPEND_RESPONSE = 6;
const HEARTBEAT = 7;
const HEARTBEAT_RESPONSE = 8;
const PERSISTED = 9;
const FORWARDED_PROPOSE = 10;

/** Tells a hasher what outboxes hold. */
export class OutboxHash {
  private readonly writer = new Writer(256);
  private readonly proposals: EntryHasher;
  /** The last run of entries and its hash: it is written and sent to every peer as the same list. */
  private entries: readonly Entry[] | null = null;
  private readonly ofEntries = new Hasher();

  /** `log` knows the hashes of the entries of the node. */
  constructor(private readonly log: LogHash, payloads: Payloads) {
    this.proposals = new EntryHasher(payloads);
  }

  /** Tells `hasher` all of `outbox`. */
  outbox(hasher: Hasher, outbox: Outbox): void {
    hasher.word(outbox.length);
    for (let i = 0; i < outbox.length; i++) this.effect(hasher, outbox[i]);
    this.entries = null; // nothing is held on to that the node itself may let go
  }

  private effect(hasher: Hasher, effect: Effect): void {
    switch (effect.type) {
      case "Persist":
        hasher.word(PERSIST);
        this.persist(hasher, effect);
        return;
      case "Send":
        hasher.word(SEND);
        this.message(hasher, effect.message);
        return;
      case "Apply":
        hasher.word(APPLY);
        this.run(hasher, effect.entries);
        return;
      case "Appended":
        hasher.word(APPENDED);
        hasher.number(effect.ticket);
        hasher.number(effect.first);
        hasher.number(effect.count);
        return;
      case "ReadReady":
        hasher.word(READ_READY);
        hasher.number(effect.ticket);
        hasher.number(effect.index);
        return;
      case "RestoreSnapshot":
      case "SnapshotWanted":
      case "ForwardedReadReady":
      case "Rejected":
      case "RoleChanged":
      case "Refused":
      case "Fault":
        hasher.word(ENCODED);
        this.writer.reset();
        writeEffect(this.writer, effect);
        hasher.bytes(this.writer.view());
        return;
    }
  }

  private persist(hasher: Hasher, { hardState, entries, snapshot, sync, then }: Persist): void {
    if (O.isNone(hardState)) {
      hasher.word(0);
    } else {
      hasher.word(1);
      hasher.number(hardState.value.term);
      hasher.optional(hardState.value.vote);
      hasher.number(hardState.value.commit);
    }
    this.run(hasher, entries);
    if (O.isNone(snapshot)) {
      hasher.word(0);
    } else {
      this.writer.reset();
      writeSnapshot(this.writer, snapshot.value);
      hasher.bytes(this.writer.view());
    }
    hasher.boolean(sync);
    hasher.word(then.length);
    for (let i = 0; i < then.length; i++) this.message(hasher, then[i]);
  }

  private message(hasher: Hasher, message: PeerMessage | Persisted): void {
    switch (message.type) {
      case "Append":
        hashHeader(hasher, APPEND, message);
        hashPosition(hasher, message.prev);
        hasher.number(message.commit);
        this.run(hasher, message.entries);
        return;
      case "AppendResponse":
        hashHeader(hasher, APPEND_RESPONSE, message);
        hasher.number(message.index);
        if (O.isNone(message.hint)) {
          hasher.word(0);
        } else {
          hasher.word(1);
          hashPosition(hasher, message.hint.value);
        }
        return;
      case "Heartbeat":
        hashHeader(hasher, HEARTBEAT, message);
        hasher.number(message.commit);
        hasher.optional(message.read);
        return;
      case "HeartbeatResponse":
        hashHeader(hasher, HEARTBEAT_RESPONSE, message);
        hasher.optional(message.read);
        return;
      case "Persisted":
        hasher.word(PERSISTED);
        hasher.number(message.term);
        hashPosition(hasher, message.last);
        hasher.optional(message.snapshot);
        return;
      case "ForwardedPropose":
        hashHeader(hasher, FORWARDED_PROPOSE, message);
        this.proposed(hasher, message.entries);
        return;
      case "RequestVote":
      case "RequestVoteResponse":
      case "RequestPreVote":
      case "RequestPreVoteResponse":
      case "InstallSnapshot":
      case "TimeoutNow":
      case "ForwardedReadIndex":
      case "ReadIndexResponse":
      case "ForwardedTransferLeader":
        hasher.word(ENCODED);
        this.writer.reset();
        writeMessage(this.writer, message);
        hasher.bytes(this.writer.view());
        return;
    }
  }
  private run(hasher: Hasher, entries: readonly Entry[]): void {
    hasher.word(entries.length);
    if (entries.length === 0) return;
    const { ofEntries } = this;
    if (entries !== this.entries) {
      this.entries = entries;
      ofEntries.reset();
      for (let i = 0; i < entries.length; i++) this.log.entry(ofEntries, entries[i]);
    }
    hasher.word(ofEntries.high());
    hasher.word(ofEntries.low());
  }

  private proposed(hasher: Hasher, proposals: readonly Proposal[]): void {
    hasher.word(proposals.length);
    for (let i = 0; i < proposals.length; i++) {
      this.proposals.proposal(proposals[i]);
      hasher.word(this.proposals.high);
      hasher.word(this.proposals.low);
    }
  }
}
