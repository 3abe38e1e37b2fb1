/**
 * What a recording notes of every step so that a replay notices the first one that comes out different: two chains of hashes,
 * one over the outboxes and one over the states. After each step sixteen bits of both are recorded, and all of them now and
 * then.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import { type Hash, Hasher } from "./hash.ts";
import { LogHash } from "./log_hash.ts";
import { OutboxHash } from "./outbox_hash.ts";
import type { Payloads } from "./payload.ts";
import { StateDigest } from "./state_digest.ts";
import { StateHash } from "./state_hash.ts";

/** The hashes after a number of steps. */
export interface Hashes {
  /** Of all outboxes since the last keyframe. */
  readonly outboxes: Hash;
  /** Of what was noted of the states since the last keyframe. */
  readonly states: Hash;
  /** Of the whole state; none while the log of a node that has just been started is still being summed up. */
  readonly state: Option<Hash>;
}

/** Computes checks and hashes, alike for who records and who replays. */
export class StepChecks {
  readonly #log: LogHash;
  readonly #outboxes = new Hasher();
  readonly #states = new Hasher();
  readonly #outboxHash: OutboxHash;
  readonly #digest: StateDigest;
  readonly #stateHash: StateHash;

  /** `payloads` is what is recorded of payloads: with "none" they count by their length only. */
  constructor(payloads: Payloads) {
    this.#log = new LogHash(payloads);
    this.#outboxHash = new OutboxHash(this.#log, payloads);
    this.#digest = new StateDigest(this.#log);
    this.#stateHash = new StateHash(this.#log);
  }

  /** Whether the log is summed up. Until then there is no hash of the whole state. */
  get complete(): boolean {
    return this.#log.complete;
  }

  /** Sums up `count` entries of the log, or `bytes` of payload, or all that are left; whether all are. */
  advance(count?: number, bytes?: number): boolean {
    return this.#log.advance(count, bytes);
  }

  /** Begins anew with a state of which nothing is known yet; {@linkcode advance} sums its log up. */
  begin(node: Node): void {
    this.#log.reset(node.log);
    this.restart();
  }

  /** Begins both chains anew; the state goes on. */
  restart(): void {
    this.#outboxes.reset();
    this.#states.reset();
    this.#log.restart();
    this.#digest.restart();
  }

  /** Takes a step's outcome, and returns its check: 16 bits of the states' chain above 16 bits of the outboxes' chain. */
  step(after: Node, outbox: Outbox): number {
    this.#log.follow(after.log);
    this.#outboxHash.outbox(this.#outboxes, outbox);
    this.#digest.state(this.#states, after);
    return ((this.#states.check() << 16) | this.#outboxes.check()) >>> 0;
  }

  /** All hashes after the last step, which ended at `node`. */
  hashes(node: Node): Hashes {
    return {
      outboxes: this.#outboxes.hash(),
      states: this.#states.hash(),
      state: this.#log.complete ? O.some(this.#stateHash.of(node)) : O.none,
    };
  }
}
