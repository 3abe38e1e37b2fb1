/**
 * The middle of a running node: messages come in, are folded into the state one by one, and every outbox is carried out in
 * order. What came together is one turn: its messages leave in one write for each peer, and its records in one sync.
 *
 * @module
 */
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Effect, Outbox, RefusedReason } from "../../core/outbox.ts";
import { step } from "../../core/step.ts";
import type { Clock } from "../clock/clock.ts";
import type { Fold } from "./fold.ts";
import type { StopReason } from "./raft_node.ts";
import { stopReason } from "./stop_reason.ts";

/** Carries out effects. */
export interface Hands {
  /** Before anything is folded in a turn: what clients want becomes messages. */
  gather(): void;
  /** Carries out one effect. */
  carryOut(effect: Effect): void;
  /** A message that came from outside was refused. */
  refused(reason: RefusedReason, message: Message, violation: Violation | null): void;
  /** After the messages of a turn: everything that was gathered is written, sent and applied. */
  flush(): void;
  /** The node stops, for this reason. */
  stop(reason: StopReason): void;
}

/** Closes the connection that a message came on. */
export type Violation = (reason: string) => void;

/** Sees every input, and what became of it. */
export interface Observer {
  /** `message` was folded: this is the state after it, and the outbox. */
  folded(message: Message, after: Node, outbox: Outbox): void;
}

/** Folds messages into the state of a node. */
export class Engine implements Fold {
  node: Node;
  readonly #clock: Clock;
  readonly #observer: Observer | null;
  #hands: Hands | null = null;
  #inbox: Message[] = [];
  #origins: (Violation | null)[] = [];
  #scheduled = false;
  #turning = false;
  #again = false;
  #stopped = false;
  /** Counted since the start. */
  readonly counters = { turns: 0, messages: 0, refused: 0 };

  /** The node as it was started. */
  constructor(node: Node, clock: Clock, observer: Observer | null) {
    this.node = node;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** Begins to work, with what the start has to have done. */
  begin(hands: Hands, outbox: Outbox): void {
    this.#hands = hands;
    for (const effect of outbox) hands.carryOut(effect);
    this.wake();
  }

  deliver(message: Message): void {
    this.#inbox.push(message);
    this.#origins.push(null);
    this.wake();
  }

  /** Takes messages of a peer; a turn folds them at once. */
  receive(messages: readonly PeerMessage[], violation: Violation): void {
    for (const message of messages) {
      this.#inbox.push(message);
      this.#origins.push(violation);
    }
    this.turn();
  }

  fold(message: Message): void {
    this.#step(message, null);
    this.wake();
  }

  wake(): void {
    this.#again = this.#turning;
    if (this.#scheduled || this.#turning || this.#stopped) return;
    this.#scheduled = true;
    this.#clock.soon(() => {
      this.#scheduled = false;
      this.turn();
    });
  }

  turn(): void {
    const hands = this.#hands;
    if (this.#turning || this.#stopped || hands === null) return;
    this.#turning = true;
    this.#again = false;
    this.counters.turns++;
    try {
      hands.gather();
      // What is delivered meanwhile is folded in the same turn, unless it keeps coming: others must have their turn.
      for (let round = 0; round === 0 || (this.#inbox.length > 0 && round < MOST_ROUNDS); round++) {
        const [inbox, origins] = [this.#inbox, this.#origins];
        this.#inbox = [];
        this.#origins = [];
        for (let i = 0; i < inbox.length && !this.#stopped; i++) this.#step(inbox[i], origins[i]);
        if (this.#stopped) return;
        hands.flush();
      }
    } catch (error) {
      this.stop(stopReason(error, "Failed"));
    } finally {
      this.#turning = false;
    }
    if (this.#inbox.length > 0 || this.#again) this.wake();
  }

  stop(reason: StopReason): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#hands?.stop(reason);
  }

  #step(message: Message, origin: Violation | null): void {
    const hands = this.#hands;
    if (hands === null) return;
    const [after, outbox] = step(this.node, message);
    this.node = after;
    this.counters.messages++;
    if (this.#observer !== null) this.#observer.folded(message, after, outbox);
    for (let i = 0; i < outbox.length; i++) {
      const effect = outbox[i];
      if (effect.type === "Refused") {
        this.counters.refused++;
        hands.refused(effect.reason, message, origin);
      } else if (effect.type === "Fault") {
        this.stop({ type: "Fault", reason: effect.reason });
      } else hands.carryOut(effect);
    }
  }
}

/** Rounds of a turn. */
const MOST_ROUNDS = 8;
