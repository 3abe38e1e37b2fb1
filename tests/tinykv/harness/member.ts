/**
 * One node together with its host.
 *
 * @module
 */
import { assertEquals, assertStrictEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  type Effect,
  type Entry,
  type Fault,
  type HardState,
  Log,
  type Message,
  type Node,
  type NodeId,
  type Options,
  options,
  ORIGIN,
  type Outbox,
  type PeerMessage,
  type Refused,
  type Snapshot,
  start,
  step,
} from "../../../core/mod.ts";
import { Disk } from "./disk.ts";
import { voting } from "./messages.ts";
import { type Random, seeded } from "./random.ts";

/** What a member starts with. */
export interface Setup {
  /** The voters. */
  readonly members: readonly NodeId[];
  /** Whatever differs from ten ticks to an election and one to a heartbeat. */
  readonly options?: Partial<Options>;
  /** What is durable besides the log; without it, nothing was ever written. */
  readonly hardState?: Partial<HardState>;
  /** The entries on the disk, behind `snapshot`. */
  readonly log?: readonly Entry[];
  /** The snapshot on the disk. */
  readonly snapshot?: Snapshot;
  /** What its ticks carry; by default the sequence that its id seeds. */
  readonly random?: Random;
}

/** More ticks than any election takes. */
const MANY_TICKS = 1000;

/** More than any node has to say to itself. */
const MANY_INPUTS = 1000;

/** A node, its disk, and the messages that nobody has fetched yet. */
export class Member {
  /** The node as it is now. */
  node: Node;
  /** What is durable. */
  readonly disk: Disk;
  /** What the start wanted done. */
  readonly started: Outbox;
  readonly #random: Random;
  #outbox: PeerMessage[] = [];
  #handedOut: Entry[] = [];

  /** Starts node `id` from what `setup` has on the disk. */
  constructor(id: NodeId, setup: Setup) {
    const checked = options(setup.options);
    if (E.isLeft(checked)) throw new Error(checked.left.message);
    const snapshot = O.fromNullable(setup.snapshot);
    const log = Log.of(setup.snapshot ?? ORIGIN, setup.log ?? []);
    const hardState = setup.hardState === undefined
      ? O.none
      : O.some({ term: 0, vote: O.none, commit: log.snapshot.index, ...setup.hardState });
    const durable = { hardState, log, snapshot, applied: 0, configuration: voting(setup.members) };
    const started = start({ id, options: checked.right }, durable);
    if (E.isLeft(started)) throw new Error(`Cannot start node ${id}: ${started.left.type}.`);
    const [node, outbox] = started.right;
    this.node = node;
    this.disk = new Disk(durable);
    this.#random = setup.random ?? seeded(id);
    this.started = outbox;
    for (const effect of outbox) this.#perform(effect);
  }

  /** The node's id. */
  get id(): NodeId {
    return this.node.id;
  }

  /**
   * Gives the node `message` and then, one after the other, what it says to itself, doing all that it wants done. Answers
   * with all of that. No test provokes an objection in passing, so that one is an error here.
   */
  step(message: Message): Outbox {
    const said: Effect[] = [];
    const inputs: Message[] = [message];
    for (const input of inputs) {
      if (inputs.length > MANY_INPUTS) throw new Error(`Node ${this.id} talks to itself: ${input.type}.`);
      const [node, outbox] = step(this.node, input);
      this.node = node;
      for (const effect of outbox) {
        said.push(effect);
        inputs.push(...this.#perform(effect));
      }
    }
    assertEquals(this.node.stable, this.node.log.last.index, `node ${this.id} knows that all of its log is durable`);
    return said;
  }

  /** The node's only answer to `message`, which it must refuse without any change. */
  objectionTo(message: Message): Refused | Fault {
    const [after, outbox] = step(this.node, message);
    assertStrictEquals(after, this.node, "an objection leaves the node as it was");
    assertEquals(outbox.length, 1, "an objection is all that is said");
    const [effect] = outbox;
    if (effect.type !== "Refused" && effect.type !== "Fault") throw new Error(`${effect.type} is no objection.`);
    return effect;
  }

  /** Gives the node `times` ticks. */
  tick(times = 1): void {
    for (let i = 0; i < times; i++) this.step({ type: "Tick", random: this.#random() });
  }

  /** Ticks until `done`; answers how many ticks that took. */
  tickUntil(done: () => boolean): number {
    for (let ticks = 1; ticks <= MANY_TICKS; ticks++) {
      this.tick();
      if (done()) return ticks;
    }
    throw new Error(`Node ${this.id} has not come to it in ${MANY_TICKS} ticks.`);
  }

  /** Whether there are messages that nobody has fetched. */
  get hasOutbox(): boolean {
    return this.#outbox.length > 0;
  }

  /** Takes the messages to other nodes out of the outbox. */
  readOutbox(): readonly PeerMessage[] {
    const messages = this.#outbox;
    this.#outbox = [];
    return messages;
  }

  /** Takes note that all written entries are stored, and applies what is committed: answers with what that is. */
  nextEntries(): readonly Entry[] {
    const committed = this.#handedOut;
    this.disk.takeWritten();
    this.step({ type: "Applied", index: this.node.commit });
    this.#handedOut = [];
    return committed;
  }

  /** Takes a snapshot of what is applied and forgets the log up to there. */
  compact(): void {
    const { applied: index, log, configuration: { voters } } = this.node;
    const snapshot = { index, term: log.termAt(index), configuration: voting(voters), data: new Uint8Array(0) };
    this.disk.compact(snapshot);
    this.step({ type: "SnapshotAvailable", ...snapshot });
    this.step({ type: "Compact", index });
  }

  /** Does what the node wants done; answers with what is to be delivered to the node itself. */
  #perform(effect: Effect): readonly Message[] {
    switch (effect.type) {
      case "Persist": {
        this.disk.write(effect);
        const own: Message[] = [];
        for (const then of effect.then) {
          if (then.type === "Persisted" || then.to === this.id) own.push(then);
          else this.#outbox.push(then);
        }
        return own;
      }
      case "Send":
        this.#outbox.push(effect.message);
        return [];
      case "Apply":
        this.#handedOut.push(...effect.entries);
        return [];
      case "RestoreSnapshot":
        this.#handedOut = [];
        return [];
      case "Refused":
      case "Fault":
        throw new Error(`Node ${this.id} objects: ${JSON.stringify(effect.reason)}.`);
      case "SnapshotWanted": // the tests look at these themselves
      case "ReadReady":
      case "ForwardedReadReady":
      case "Appended":
      case "Rejected":
      case "RoleChanged":
        return [];
    }
  }
}
