/**
 * Steps of one node that follow each other, packed: the state before them, and their messages as bytes. What they come to
 * is computed when somebody wants to see it.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Step } from "../../core/step.ts";
import { Notes, type Payloads, withLeftOut } from "../recording/payload.ts";
import { readMessage, writeMessage } from "../wire/message.ts";
import { Reader } from "../wire/reader.ts";
import { WireError } from "../wire/wire_error.ts";
import { Writer } from "../wire/writer.ts";

/** Packed steps. */
export interface Block {
  /** The position of the first of them among the steps of the node, from 0. */
  readonly first: number;
  /** How many they are. */
  readonly length: number;
  /** The state before them. */
  readonly node: Node;
  /** The messages. */
  readonly bytes: Bytes;
  /** What is left out of them. */
  readonly payloads: Payloads;
  /** Messages that bytes cannot hold, by their position in the block: nodes refuse them. */
  readonly odd: ReadonlyMap<number, Message> | null;
}

const NO_BLOCK_YET = -1;

/** Packs messages into blocks. */
export class BlockWriter {
  readonly #writer = new Writer(1 << 14);
  #notes = new Notes("full");
  #payloads: Payloads = "full";
  #first = NO_BLOCK_YET;
  #length = 0;
  #node: Node | null = null;
  #odd: Map<number, Message> | null = null;

  /** How many messages the open block has. */
  get length(): number {
    return this.#length;
  }

  /** Begins a block whose first step is at `first`, in the state `node`. */
  begin(first: number, node: Node, payloads: Payloads): void {
    if (payloads !== this.#payloads) this.#notes = new Notes(payloads);
    this.#payloads = payloads;
    this.#first = first;
    this.#node = node;
    this.#length = 0;
    this.#odd = null;
    this.#writer.reset();
  }

  /** Adds a message. */
  add(message: Message): void {
    const at = this.#writer.length;
    try {
      writeMessage(this.#writer, this.#notes.message(message));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#writer.reset(at);
      this.#odd ??= new Map();
      this.#odd.set(this.#length, message);
    }
    this.#length++;
  }

  /** The block; null if there is none, or nothing in it. */
  end(): Block | null {
    const node = this.#node;
    if (node === null || this.#length === 0) return null;
    this.#node = null;
    const [first, length, payloads, odd] = [this.#first, this.#length, this.#payloads, this.#odd];
    this.#length = 0;
    return { first, length, node, bytes: this.#writer.copy(), payloads, odd };
  }
}

/** Replays a block as far as somebody wants to see it. */
export class OpenBlock {
  readonly #reader: Reader;
  readonly #messages: Message[] = [];
  readonly #steps: Step[] = [];

  /** Nothing is replayed yet. */
  constructor(readonly block: Block, private readonly step: (node: Node, message: Message) => Step) {
    this.#reader = new Reader(block.bytes);
  }

  /** The message at position `at` of the block. */
  message(at: number): Message {
    const { block } = this;
    for (let next = this.#messages.length; next <= at; next++) {
      const odd = block.odd?.get(next);
      this.#messages.push(odd ?? withLeftOut(readMessage(this.#reader), block.payloads, this.#reader));
    }
    return this.#messages[at];
  }

  /** The state before the step at position `at`. */
  before(at: number): Node {
    return at === 0 ? this.block.node : this.#stepAt(at - 1)[0];
  }

  /** The state after it. */
  after(at: number): Node {
    return this.#stepAt(at)[0];
  }

  /** What it wanted done. */
  outbox(at: number): Outbox {
    return this.#stepAt(at)[1];
  }

  #stepAt(at: number): Step {
    const steps = this.#steps;
    for (let next = steps.length; next <= at; next++) {
      steps.push(this.step(next === 0 ? this.block.node : steps[next - 1][0], this.message(next)));
    }
    return steps[at];
  }
}
