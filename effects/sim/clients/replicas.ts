/**
 * Watches the state machines of all nodes: what each one applies, replies and answers.
 *
 * A watched machine knows the operation behind each command, since its codec writes the operation's number before the
 * command. So commands that are alike are told apart wherever they appear, and nothing else of the node has to be looked at.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Bytes, NodeId } from "../../../core/entry.ts";
import type { Batch, Codec, StateMachine } from "../../node/state_machine.ts";
import type { Objection } from "./judgement.ts";
import type { Seen } from "./operation.ts";
import { copyOf } from "./same.ts";
import { Sequence } from "./sequence.ts";

/** A read that a client waits for: what the machine of the node answers it, once it does. */
export interface Pending<Query, Answer> {
  /** The node that was asked. */
  readonly node: NodeId;
  /** The query. No two reads of one node with the same query wait at once: they could not be told apart. */
  readonly query: Query;
  /** What was seen. */
  seen: Seen<Answer> | null;
}

/** A command on its way into a node. */
interface Proposed<Command> {
  readonly node: NodeId;
  readonly command: Command;
  readonly operation: number;
}

/** A machine that is watched. */
export interface Watched<Command, Reply, Query, Answer> {
  /** The machine of the application. */
  readonly machine: StateMachine<Command, Reply, Query, Answer>;
  /** How many commands it has applied for certain. */
  done: number;
  /** How many it may have applied: what is under way counts. */
  begun: number;
  /** The index up to which it has applied the log, as far as it was told. */
  index: number;
}

/** All state machines of a cluster. */
export class Replicas<Command, Reply, Query, Answer> {
  /** What they apply. */
  readonly sequence: Sequence<Command>;
  readonly #object: Objection;
  readonly #newest = new Map<NodeId, Watched<Command, Reply, Query, Answer>>();
  readonly #pending = new Set<Pending<Query, Answer>>();
  readonly #proposed = new Set<Proposed<Command>>();

  /** There are none yet; what is wrong is told to `object`. */
  constructor(object: Objection) {
    this.#object = object;
    this.sequence = new Sequence(object);
  }

  /** The machine that node `id` was given last. */
  newest(id: NodeId): Watched<Command, Reply, Query, Answer> | undefined {
    return this.#newest.get(id);
  }

  /**
   * `node` is about to be given the command of `operation`, whose number is written before it when it is encoded: that may
   * be later, where the node stands still. False if it would be taken for another one that is not encoded yet.
   */
  propose(node: NodeId, command: Command, operation: number): boolean {
    for (const other of this.#proposed) {
      if (other.node !== node || !Object.is(other.command, command)) continue;
      if (other.operation !== operation) return false;
    }
    this.#proposed.add({ node, command, operation });
    return true;
  }

  /** What was proposed for `operation` on `node` is over. */
  withdraw(node: NodeId, operation: number): void {
    for (const proposed of this.#proposed) {
      if (proposed.node === node && proposed.operation === operation) this.#proposed.delete(proposed);
    }
  }

  /** The bytes of a reply of `node`. */
  encodeReply(node: NodeId, reply: Reply): Bytes {
    return this.#newest.get(node)?.machine.codec.reply.encode(reply) ?? new Uint8Array();
  }

  /** Whether a read with this query waits for this node. */
  isAsked(node: NodeId, query: Query): boolean {
    for (const pending of this.#pending) if (pending.node === node && Object.is(pending.query, query)) return true;
    return false;
  }

  /** Waits for a read that `node` is asked; `finish` ends that. */
  expect(node: NodeId, query: Query): Pending<Query, Answer> {
    const pending = { node, query, seen: null };
    this.#pending.add(pending);
    return pending;
  }

  /** The read is over. */
  finish(pending: Pending<Query, Answer>): void {
    this.#pending.delete(pending);
  }

  /** The machine that node `id` is given in the place of `machine`. */
  watch(
    id: NodeId,
    machine: StateMachine<Command, Reply, Query, Answer>,
  ): StateMachine<Command, Reply, Query, Answer> {
    const index = machine.durability?.index ?? 0;
    const count = this.sequence.countAt(index);
    const watched: Watched<Command, Reply, Query, Answer> = { machine, done: count, begun: count, index };
    this.#newest.set(id, watched);
    const operations: number[] = [];
    return {
      codec: { command: this.#numbered(id, machine.codec.command, operations), reply: machine.codec.reply },
      apply: (batch) => this.#apply(id, watched, batch, operations.splice(0)),
      query: (query) => this.#query(id, watched, query),
      snapshot: () => withCount(watched.done, machine.snapshot()),
      restore: (chunks, at) => this.#restore(id, watched, chunks, at),
      get durability() {
        return machine.durability;
      },
    };
  }

  #numbered(id: NodeId, codec: Codec<Command>, operations: number[]): Codec<Command> {
    return {
      encode: (command) => withNumber(this.#operationOf(id, command), codec.encode(command)),
      decode: (bytes) => {
        if (bytes.length < NUMBER_BYTES) return E.left("The command has no number.");
        const decoded = codec.decode(bytes.subarray(NUMBER_BYTES));
        if (E.isRight(decoded)) operations.push(numberIn(bytes));
        return decoded;
      },
    };
  }

  #operationOf(id: NodeId, command: Command): number {
    for (const proposed of this.#proposed) {
      if (proposed.node !== id || !Object.is(proposed.command, command)) continue;
      this.#proposed.delete(proposed);
      return proposed.operation;
    }
    return 0;
  }

  #apply(
    id: NodeId,
    watched: Watched<Command, Reply, Query, Answer>,
    batch: Batch<Command, Reply>,
    operations: readonly number[],
  ): readonly Reply[] | Promise<readonly Reply[]> {
    const { machine } = watched;
    watched.begun += batch.commands.length;
    const applied = (replies: readonly Reply[]): readonly Reply[] => {
      for (let i = 0; i < replies.length && i < operations.length; i++) {
        const [operation, command, reply] = [operations[i], batch.commands[i], machine.codec.reply.encode(replies[i])];
        this.sequence.apply(watched.done++, { operation, command, reply, by: id });
      }
      watched.done = watched.begun;
      watched.index = batch.index;
      this.sequence.reached(id, batch.index, watched.done);
      return replies;
    };
    const replies = machine.apply(batch);
    return replies instanceof Promise ? replies.then(applied) : applied(replies);
  }

  #query(id: NodeId, watched: Watched<Command, Reply, Query, Answer>, query: Query): Answer | Promise<Answer> {
    const pending = [...this.#pending].find((one) => one.node === id && Object.is(one.query, query));
    const from = watched.done;
    const answered = (answer: Answer): Answer => {
      if (pending !== undefined) pending.seen = { answer: copyOf(answer), from, to: watched.begun };
      return answer;
    };
    const answer = watched.machine.query(query);
    return answer instanceof Promise ? answer.then(answered) : answered(answer);
  }

  async #restore(
    id: NodeId,
    watched: Watched<Command, Reply, Query, Answer>,
    chunks: AsyncIterable<Bytes>,
    at: Parameters<StateMachine<Command, Reply, Query, Answer>["restore"]>[1],
  ): Promise<void> {
    const iterator = chunks[Symbol.asyncIterator]();
    const first = await iterator.next();
    const count = first.done === true ? -1 : numberIn(first.value);
    const known = this.sequence.countAt(at.index);
    if (count !== known) {
      const sentence = `node ${id} takes a snapshot up to index ${at.index} that was made behind ${count} commands`;
      this.#object("Equal Replicas", `${sentence}, and up to there are ${known}`);
    }
    watched.begun = Math.max(watched.begun, count);
    watched.done = Math.min(watched.done, count);
    await watched.machine.restore({ [Symbol.asyncIterator]: () => iterator }, at);
    watched.begun = count;
    watched.done = count;
    watched.index = at.index;
  }
}

const NUMBER_BYTES = 4;

function withNumber(number: number, bytes: Bytes): Bytes {
  const numbered = new Uint8Array(NUMBER_BYTES + bytes.length);
  new DataView(numbered.buffer).setUint32(0, number);
  numbered.set(bytes, NUMBER_BYTES);
  return numbered;
}

function numberIn(bytes: Bytes): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** The machine is asked for its first chunk at once: then it makes its copy. */
async function* withCount(count: number, chunks: AsyncIterable<Bytes>): AsyncGenerator<Bytes, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = iterator.next();
  try {
    yield withNumber(count, new Uint8Array());
    for (let result = await first; result.done !== true; result = await iterator.next()) yield result.value;
  } finally {
    await iterator.return?.();
  }
}
