/**
 * A short look at a state after every step, so that the first one that comes out different is found: everything that a step
 * usually changes, in constant time. Of lists it sees how long they are, and their ends; the whole state is hashed only now
 * and then.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Configuration } from "../../core/configuration.ts";
import type { Leadership, Node, ReadRequest, Votes } from "../../core/node.ts";
import type { Options } from "../../core/options.ts";
import type { Inflights } from "../../core/inflights.ts";
import type { Progress } from "../../core/progress.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { writeConfiguration } from "../wire/configuration.ts";
import { ROLE_NAMES } from "../wire/names.ts";
import { writeOptions } from "../wire/options.ts";
import { writeSnapshot } from "../wire/snapshot.ts";
import { Writer } from "../wire/writer.ts";
import { Hasher } from "./hash.ts";
import type { LogHash } from "./log_hash.ts";

/** The hash of a part that steps rarely change, for as long as it is the same object. */
class Kept<A> {
  private value: A | null = null;
  private readonly kept = new Hasher();

  constructor(private readonly of: (hasher: Hasher, value: A) => void) {}

  tell(hasher: Hasher, value: A): void {
    if (value !== this.value) {
      this.value = value;
      this.kept.reset();
      this.of(this.kept, value);
    }
    hasher.word(this.kept.high());
    hasher.word(this.kept.low());
  }
}

/** Tells a hasher of one state after the other. */
export class StateDigest {
  private readonly writer = new Writer(256);
  private readonly options = new Kept((hasher, value: Options) => this.encoded(hasher, value, writeOptions));
  private readonly configuration = new Kept((hasher, value: Configuration) =>
    this.encoded(hasher, value, writeConfiguration)
  );
  private readonly snapshot = new Kept((hasher, value: Snapshot) => this.encoded(hasher, value, writeSnapshot));
  private readonly pending = new Kept((hasher, value: Snapshot) => this.encoded(hasher, value, writeSnapshot));
  private readonly progress: Kept<Progress>[] = [];
  private readonly hasher = new Hasher();
  private last: Node | null = null;

  /** `log` follows the log of the node. */
  constructor(private readonly log: LogHash) {}

  /** Forgets the last state: what is noted from here on depends on nothing that was before. */
  restart(): void {
    this.last = null;
  }

  /** Tells `chain` of `node`. */
  state(chain: Hasher, node: Node): void {
    if (node !== this.last) { // many a step leaves the state as it was
      this.last = node;
      this.hasher.reset();
      this.members(this.hasher, node);
    }
    chain.word(this.hasher.high());
    chain.word(this.hasher.low());
  }

  private members(hasher: Hasher, node: Node): void {
    hasher.word(ROLE_NAMES.code(node.role));
    hasher.number(node.id);
    this.options.tell(hasher, node.options);
    this.configuration.tell(hasher, node.configuration);
    this.maybe(hasher, this.snapshot, node.snapshot);
    hasher.number(node.term);
    hasher.optional(node.vote);
    hasher.optional(node.lead);
    pair(hasher, node.log.snapshot.index, node.log.snapshot.term);
    pair(hasher, node.log.last.index, node.log.last.term);
    this.log.changes(hasher);
    hasher.number(node.stable);
    this.maybe(hasher, this.pending, node.pendingSnapshot);
    hasher.number(node.commit);
    hasher.number(node.applied);
    hasher.number(node.electionElapsed);
    hasher.optional(node.timeout);
    requests(hasher, node.heldReads);
    this.own(hasher, node);
  }

  private own(hasher: Hasher, node: Node): void {
    switch (node.role) {
      case "follower":
        return;
      case "preCandidate":
      case "candidate":
        votes(hasher, node.own);
        return;
      case "leader":
        this.leadership(hasher, node.own);
        return;
    }
  }

  private leadership(hasher: Hasher, own: Leadership): void {
    hasher.number(own.heartbeatElapsed);
    if (O.isNone(own.transfer)) {
      hasher.word(0);
    } else {
      hasher.word(1);
      hasher.number(own.transfer.value.transferee);
      hasher.optional(own.transfer.value.ticket);
    }
    hasher.number(own.pendingConfIndex);
    hasher.number(own.uncommittedSize);
    hasher.number(own.reads.confirmed);
    hasher.word(own.reads.pending.length);
    if (own.reads.pending.length > 0) {
      const { index, request } = own.reads.pending[own.reads.pending.length - 1];
      hasher.number(index);
      requestOf(hasher, request);
    }
    hasher.word(own.reads.acks.length);
    for (const { from, position } of own.reads.acks) pair(hasher, from, position);
    hasher.word(own.progress.length);
    for (let i = 0; i < own.progress.length; i++) {
      if (i === this.progress.length) this.progress.push(new Kept(progressOf));
      this.progress[i].tell(hasher, own.progress[i]);
    }
  }

  private maybe<A>(hasher: Hasher, kept: Kept<A>, option: O.Option<A>): void {
    if (O.isNone(option)) {
      hasher.word(0);
    } else {
      hasher.word(1);
      kept.tell(hasher, option.value);
    }
  }

  private encoded<A>(hasher: Hasher, value: A, write: (writer: Writer, value: A) => void): void {
    this.writer.reset();
    write(this.writer, value);
    hasher.bytes(this.writer.view());
  }
}

function votes(hasher: Hasher, votes: Votes): void {
  hasher.word(votes.length);
  for (const { from, granted } of votes) {
    hasher.number(from);
    hasher.boolean(granted);
  }
}

function requests(hasher: Hasher, requests: readonly ReadRequest[]): void {
  hasher.word(requests.length);
  if (requests.length > 0) requestOf(hasher, requests[requests.length - 1]);
}

function requestOf(hasher: Hasher, request: ReadRequest): void {
  if (request.type === "ReadIndex") {
    hasher.word(0);
    hasher.number(request.ticket);
  } else {
    hasher.word(1);
    pair(hasher, request.from, request.to);
    hasher.number(request.term);
  }
  hasher.bytes(request.context);
}

function progressOf(hasher: Hasher, progress: Progress): void {
  hasher.number(progress.match);
  hasher.number(progress.next);
  hasher.number(progress.sentCommit);
  hasher.boolean(progress.recentActive);
  switch (progress.state) {
    case "probe":
      hasher.word(0);
      hasher.boolean(progress.paused);
      return;
    case "replicate":
      hasher.word(1);
      hasher.boolean(progress.paused);
      inflightsOf(hasher, progress.inflights);
      return;
    case "snapshot":
      hasher.word(2);
      hasher.number(progress.pendingSnapshot);
      return;
  }
}

// How the queue is kept inside does not show, but for its oldest element.
function inflightsOf(hasher: Hasher, { count, bytes, front }: Inflights): void {
  hasher.number(count);
  hasher.number(bytes);
  if (front !== null) pair(hasher, front.index, front.bytes);
}

function pair(hasher: Hasher, first: number, second: number): void {
  hasher.number(first);
  hasher.number(second);
}
