/**
 * A conversation over a socket.
 *
 * @module
 */
import type { CommandTable } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { Conversation } from "./conversation.ts";
import type { Flusher } from "./flusher.ts";
import { closeSoftly, type Socket, writeAll } from "./socket.ts";

/** Reads, lets the conversation go on, and writes, until one side ends it. */
export class Connection {
  readonly #socket: Socket;
  readonly #context: CommandContext;
  readonly #flusher: Flusher;
  readonly #conversation: Conversation;
  #stopping = false;
  #closed = false;
  #flushing = false; // waits for its turn to write
  #writing = false;
  #wake: () => void = () => {};

  /** A connection that has just been accepted. */
  constructor(socket: Socket, context: CommandContext, { commands, flusher }: {
    readonly commands: CommandTable;
    readonly flusher: Flusher;
  }) {
    this.#socket = socket;
    this.#context = context;
    this.#flusher = flusher;
    this.#conversation = new Conversation(context, commands, () => this.#progress());
  }

  /** Serves it; resolves when it is closed, however it came to that. */
  async run(): Promise<void> {
    const { clock, logger } = this.#context.server;
    try {
      const ending = await this.#converse();
      while (!this.#closed && !this.#isDone()) await this.#nextProgress();
      if (ending === "said goodbye" && !this.#closed) await closeSoftly(this.#socket, clock, () => this.close());
    } catch (cause) {
      const fields = { client: this.#context.client.address, cause: String(cause) };
      if (!this.#closed) logger.log("debug", "The connection of a client broke.", fields);
    } finally {
      this.close();
    }
  }

  /** Reads nothing more, and closes when every request that was started is answered. */
  stop(): void {
    this.#stopping = true;
    this.#progress();
  }

  /** Closes it at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#wake();
  }

  /** Writes the replies that there are. */
  flush(): void {
    this.#flushing = false;
    if (!this.#writing && !this.#closed && this.#conversation.writer.size > 0) void this.#write();
  }

  async #converse(): Promise<"said goodbye" | "was left"> {
    const { counters } = this.#context.server;
    for (;;) {
      const wants = this.#conversation.advance();
      this.#requestFlush();
      if (wants === "nothing") return "said goodbye";
      if (this.#stopping || this.#closed) return "was left";
      if (wants === "bytes") {
        const count = await this.#socket.read(this.#conversation.room());
        if (count === null) return "was left"; // what it has asked is answered nevertheless: it may still listen
        counters.bytesReceived += count;
        this.#conversation.received(count);
      } else await this.#nextProgress();
    }
  }

  async #write(): Promise<void> {
    const { writer } = this.#conversation;
    this.#writing = true;
    try {
      while (writer.size > 0) {
        this.#context.server.counters.bytesSent += writer.size;
        for (const segment of writer.take()) {
          const written = await this.#socket.write(segment); // mostly all of it
          if (written < segment.length) await writeAll(this.#socket, segment.subarray(written));
        }
        writer.sent();
      }
    } catch {
      this.close(); // nobody is there to take the replies
    }
    this.#writing = false;
    this.#progress();
  }

  /** Something was answered or written: that may be what the loop, or the end, waits for. */
  #progress(): void {
    this.#requestFlush();
    if (this.#stopping && this.#isDone()) this.close();
    else this.#wake();
  }

  #requestFlush(): void {
    if (this.#flushing || this.#writing || this.#conversation.writer.size === 0) return;
    this.#flushing = true;
    this.#flusher.add(this);
  }

  #isDone(): boolean {
    return this.#conversation.unanswered === 0 && this.#conversation.writer.unsent === 0;
  }

  #nextProgress(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}
