/**
 * Watches every step of every node of a cluster, and what their state machines apply: the properties of Figure 3, and that
 * whatever a client was told about its command is true.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import type { Message } from "../../../core/message.ts";
import type { Node } from "../../../core/node.ts";
import type { Outbox } from "../../../core/outbox.ts";
import { type KvAnswer, type KvCommand, kvCommandCodec, type KvQuery, type KvReply } from "../../../effects/kv/mod.ts";
import type { Recorder } from "../../../effects/node/recorder.ts";
import type { StateMachine } from "../../../effects/node/state_machine.ts";

/** RaftKV. */
export type KvMachine = StateMachine<KvCommand, KvReply, KvQuery, KvAnswer>;

/** What clients were told about one command. */
interface Told {
  proposed: number;
  acknowledged: number;
  rejected: number;
}

/** Sees everything, and notes what must not be. */
export class Witness {
  /** What was wrong, in sentences. */
  readonly violations: string[] = [];
  /** Which node led in which term. */
  readonly leaders = new Map<number, number>();
  /** Counted over all nodes. */
  readonly counted = { snapshotsRestored: 0, commands: 0, steps: 0 };
  readonly #committed = new Map<number, number>([[0, 0]]);
  #highest = 0;
  readonly #commands: string[] = [];
  readonly #countAt = new Map<number, number>([[0, 0]]);
  readonly #told = new Map<string, Told>();

  /** Something is wrong. */
  object(sentence: string): void {
    this.violations.push(sentence);
  }

  /** Watches the steps of a node, from one start to the next. */
  recorder(id: number): Recorder {
    let before: Node | null = null;
    return {
      begin: (node) => {
        before = node;
        this.#commit(id, node, node.log.snapshot.index);
      },
      folded: (message, after, outbox) => {
        if (before !== null) this.#step(id, before, message, after, outbox);
        before = after;
      },
      close: () => Promise.resolve(),
    };
  }

  /** Watches what `machine` applies: on every node the same commands in the same order. Snapshots tell how many they hold. */
  machine(id: number, machine: KvMachine): KvMachine {
    let count = this.#countAt.get(machine.durability?.index ?? 0) ?? 0;
    return {
      ...machine,
      apply: (batch) => {
        for (const command of batch.commands) this.#apply(id, nameOf(command), count++);
        this.#reached(id, batch.index, count);
        return machine.apply(batch);
      },
      snapshot: () => counted(count, machine.snapshot()),
      restore: async (chunks, at) => {
        const iterator = chunks[Symbol.asyncIterator]();
        const first = await iterator.next();
        count = first.done === true ? NaN : Number(new TextDecoder().decode(first.value));
        this.#reached(id, at.index, count);
        await machine.restore({ [Symbol.asyncIterator]: () => iterator }, at);
      },
    };
  }

  /** A client proposes `command`. The function that is returned takes what it is told in the end. */
  proposed(command: KvCommand): (told: "Acknowledged" | "Rejected" | "Unknown") => void {
    const name = nameOf(command);
    const told = this.#told.get(name) ?? { proposed: 0, acknowledged: 0, rejected: 0 };
    this.#told.set(name, told);
    told.proposed++;
    return (outcome) => {
      if (outcome === "Acknowledged") told.acknowledged++;
      if (outcome === "Rejected") told.rejected++;
    };
  }

  /** What was acknowledged is applied, and what was rejected is not. */
  checkTold(): void {
    const applied = new Map<string, number>();
    for (const name of this.#commands) applied.set(name, (applied.get(name) ?? 0) + 1);
    for (const [name, { proposed, acknowledged, rejected }] of this.#told) {
      const times = applied.get(name) ?? 0;
      if (times >= acknowledged && times <= proposed - rejected) continue;
      this.object(
        `${JSON.stringify(name)} was proposed ${proposed} times, acknowledged ${acknowledged} times and rejected ` +
          `${rejected} times, but it was applied ${times} times`,
      );
    }
  }

  #step(id: number, before: Node, message: Message, after: Node, outbox: Outbox): void {
    this.counted.steps++;
    for (const effect of outbox) {
      if (effect.type === "RestoreSnapshot") this.counted.snapshotsRestored++;
      if (effect.type === "Refused" || effect.type === "Fault") {
        this.object(`node ${id}: ${message.type} led to ${effect.type}: ${JSON.stringify(effect.reason)}`);
      }
    }
    if (after.term < before.term) this.object(`node ${id}: its term went back from ${before.term} to ${after.term}`);
    if (after.commit < before.commit) this.object(`node ${id}: its commit index went back from ${before.commit}`);
    if (after.applied < before.applied) this.object(`node ${id}: its applied index went back from ${before.applied}`);
    if (after.term === before.term && O.isSome(before.vote) && after.vote !== before.vote) {
      if (O.isNone(after.vote) || after.vote.value !== before.vote.value) this.object(`node ${id}: it voted twice`);
    }
    if (after.commit > before.commit) this.#commit(id, after, before.commit);
    if (after.role === "leader" && (before.role !== "leader" || after.term !== before.term)) this.#leads(id, after);
  }

  // Election Safety and Leader Completeness.
  #leads(id: number, { term, log }: Node): void {
    const other = this.leaders.get(term);
    if (other !== undefined && other !== id) this.object(`nodes ${other} and ${id} lead in term ${term}`);
    this.leaders.set(term, id);
    const index = this.#highest;
    if (index > log.last.index || (log.knows(index) && log.termAt(index) !== this.#committed.get(index))) {
      this.object(`node ${id}: it leads in term ${term} without the committed entry ${index}`);
    }
  }

  // State Machine Safety, by the terms of what is committed.
  #commit(id: number, { log, commit }: Node, from: number): void {
    for (let index = Math.max(from, log.snapshot.index) + 1; index <= commit; index++) {
      const term = log.termAt(index);
      const known = this.#committed.get(index);
      if (known === undefined) this.#committed.set(index, term);
      else if (known !== term) this.object(`node ${id}: it commits ${index} of term ${term}, others that of ${known}`);
    }
    this.#highest = Math.max(this.#highest, commit);
  }

  #apply(id: number, name: string, position: number): void {
    if (position === this.#commands.length) this.#commands.push(name);
    else if (this.#commands[position] !== name) {
      this.object(`node ${id}: command ${position} is ${JSON.stringify(name)}, elsewhere it is another one`);
    }
    this.counted.commands = this.#commands.length;
  }

  #reached(id: number, index: number, count: number): void {
    const known = this.#countAt.get(index);
    if (known === undefined) this.#countAt.set(index, count);
    else if (known !== count) this.object(`node ${id}: ${count} commands up to ${index}, elsewhere ${known}`);
  }
}

async function* counted(count: number, chunks: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  yield new TextEncoder().encode(String(count));
  yield* chunks;
}

function nameOf(command: KvCommand): string {
  return String.fromCharCode(...kvCommandCodec.encode(command));
}
