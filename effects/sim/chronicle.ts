/**
 * What has happened lately, a line each, and the hash of everything that ever happened.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Clock } from "../clock/clock.ts";
import { Hasher, hexadecimal } from "../recording/hash.ts";
import { stateHash } from "../recording/state_hash.ts";
import { writeMessage } from "../wire/message.ts";
import { Writer } from "../wire/writer.ts";

/** So many lines are kept. */
const LINES = 200;

/** Keeps the story of a run. */
export class Chronicle {
  readonly #clock: Clock;
  readonly #fullTrace: boolean;
  readonly #hasher = new Hasher();
  readonly #writer = new Writer();
  readonly #encoder = new TextEncoder();
  readonly #lines: string[] = [];

  /** Nothing has happened. With `fullTrace` the hash covers the whole state after each step. */
  constructor(clock: Clock, fullTrace: boolean) {
    this.#clock = clock;
    this.#fullTrace = fullTrace;
  }

  /** The last lines. */
  get lines(): readonly string[] {
    return this.#lines.slice(-LINES);
  }

  /** The hash of everything so far: 16 hexadecimal digits. */
  get hash(): string {
    return hexadecimal(this.#hasher.hash());
  }

  /** Something has happened. */
  tell(sentence: string): void {
    const line = `${(this.#clock.now() / 1_000).toFixed(3)} s  ${sentence}`;
    this.#hasher.bytes(this.#encoder.encode(line));
    this.#lines.push(line);
    if (this.#lines.length > 2 * LINES) this.#lines.splice(0, LINES);
  }

  /** A node has taken a message. */
  stepped(id: NodeId, message: Message, after: Node, outbox: Outbox): void {
    const hasher = this.#hasher;
    hasher.word(Math.round(this.#clock.now() * 1_000));
    hasher.number(id);
    this.#writer.reset();
    writeMessage(this.#writer, message);
    hasher.bytes(this.#writer.view());
    hasher.word(after.role.charCodeAt(0) * 1_000 + after.role.length);
    hasher.number(after.term);
    hasher.number(after.commit);
    hasher.number(after.log.last.index);
    for (const effect of outbox) hasher.word(effect.type.charCodeAt(0) * 1_000 + effect.type.length);
    if (!this.#fullTrace) return;
    const { high, low } = stateHash(after);
    hasher.word(high);
    hasher.word(low);
  }
}
