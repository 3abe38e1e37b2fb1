/**
 * A conversation with the server without a socket.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Clock } from "../../effects/clock/clock.ts";
import { type LogFields, type Logger, silentLogger } from "../../effects/logging/logger.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { type Client, newClient } from "../../effects/resp/client.ts";
import { type InfoSections, newCounters, type ServerContext } from "../../effects/resp/context.ts";
import { Conversation, type Wants } from "../../effects/resp/conversation.ts";
import { Cursors } from "../../effects/resp/cursors.ts";
import { DEFAULT_RESP_LIMITS, type RespLimits } from "../../effects/resp/limits.ts";
import { allCommands } from "../../effects/resp/table.ts";
import { FakeNode } from "./fake_node.ts";

/** What a test may choose. */
export interface TalkOptions {
  readonly node?: FakeNode;
  readonly password?: () => Option<string>;
  readonly readOnlyDefault?: boolean;
  readonly clientAddress?: ServerContext["clientAddress"];
  readonly info?: () => InfoSections;
  readonly limits?: Partial<RespLimits>;
  readonly logger?: Logger;
}

/** A clock that a test moves. */
export class HandClock implements Clock {
  /** The time. */
  time = 0;
  now = (): number => this.time;
  after(): never {
    throw new Error("nobody waits here");
  }
  soon(callback: () => void): void {
    setImmediate(callback);
  }
}

/** Says something to the server and hears its replies; bytes are characters up to ÿ. */
export class Talk {
  readonly node: FakeNode;
  readonly clock = new HandClock();
  readonly client: Client;
  readonly server: ServerContext;
  /** What the conversation wanted last. */
  wants: Wants = "bytes";
  readonly conversation: Conversation;

  constructor(options: TalkOptions = {}) {
    this.node = options.node ?? new FakeNode();
    const limits = { ...DEFAULT_RESP_LIMITS, ...options.limits };
    const password = options.password ?? (() => O.none);
    const clients = new Map<number, Client>();
    this.server = {
      node: this.node,
      limits,
      clock: this.clock,
      logger: options.logger ?? silentLogger,
      startedAt: 0,
      port: 6379,
      password,
      readOnlyDefault: options.readOnlyDefault ?? false,
      clientAddress: options.clientAddress ?? (() => O.none),
      info: options.info ?? (() => ({})),
      cursors: new Cursors(seededRandom(1), limits.maxCursors),
      clients,
      counters: newCounters(),
    };
    this.client = newClient({
      id: 7,
      address: "127.0.0.1:9999",
      since: 0,
      authenticated: O.isNone(password()),
      readOnly: this.server.readOnlyDefault,
    });
    clients.set(7, this.client);
    this.conversation = new Conversation({ server: this.server, client: this.client }, allCommands(), () => {
      if (this.wants === "progress") this.advance();
    });
  }

  /** Sends bytes, as they are. */
  say(input: string | Bytes): void {
    let rest = typeof input === "string" ? bytes(input) : input;
    while (rest.length > 0) {
      const room = this.conversation.room();
      const piece = rest.subarray(0, room.length);
      room.set(piece);
      this.conversation.received(piece.length);
      rest = rest.subarray(piece.length);
      this.advance();
    }
  }

  /** Goes on as far as possible. */
  advance(): void {
    this.wants = this.conversation.advance();
  }

  /** The replies since the last time, when everything that can happen has happened. */
  async hear(): Promise<string> {
    await turn();
    const heard = this.conversation.writer.take().map((segment) => characters(segment)).join("");
    this.conversation.writer.sent();
    if (this.wants === "progress") {
      this.advance();
      return heard === "" ? "" : heard + await this.hear();
    }
    return heard;
  }

  /** Sends a line as an inline command, and returns what is answered. */
  ask(line: string): Promise<string> {
    this.say(`${line}\r\n`);
    return this.hear();
  }
}

/** Lets everything happen that is ready. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** A request as clients send it. */
export function request(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** Bytes, one for each character. */
export function bytes(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Characters, one for each byte. */
export function characters(bytes: Bytes): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/** A logger that remembers. */
export class Journal implements Logger {
  /** Sentences with their levels. */
  readonly lines: string[] = [];
  log(level: string, message: string, _fields?: LogFields): void {
    this.lines.push(`${level}: ${message}`);
  }
}
