/**
 * One client's conversation with the server, without its socket: bytes in, bytes out.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { type Action, answer } from "./action.ts";
import { type CommandTable, findSubcommand, fitsArity } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { NO_AUTH, unknownCommand, unknownSubcommand, wrongArity } from "./errors.ts";
import { type Request, RequestParser } from "./parser.ts";
import { Pipeline } from "./pipeline.ts";
import { error } from "./reply.ts";
import { isWord } from "./words.ts";
import { ReplyWriter } from "./writer.ts";

/** What a conversation can use: more bytes, progress with what it has, or nothing any more. */
export type Wants = "bytes" | "progress" | "nothing";

/** A request that waits until it may start. */
interface Held {
  readonly action: Action;
  readonly size: number;
}

/** Understands requests, starts them, and collects the replies. */
export class Conversation {
  /** The replies. */
  readonly writer: ReplyWriter = new ReplyWriter();
  readonly #context: CommandContext;
  readonly #commands: CommandTable;
  readonly #parser: RequestParser;
  readonly #pipeline: Pipeline;
  #held: Option<Held> = O.none;
  #over = false;

  /** A conversation that calls `progress` when there are replies that `advance` has not brought about. */
  constructor(context: CommandContext, commands: CommandTable, progress: () => void) {
    this.#context = context;
    this.#commands = commands;
    this.#parser = new RequestParser(context.server.limits);
    this.#pipeline = new Pipeline(context.server, this.writer, progress);
  }

  /** Where to put the bytes that arrive next. */
  room(): Bytes {
    return this.#parser.room();
  }

  /** So many bytes were put there. */
  received(count: number): void {
    this.#parser.received(count);
  }

  /** Requests without a reply. */
  get unanswered(): number {
    return this.#pipeline.unanswered;
  }

  /** Starts what may start, and says what it needs to go on: no bytes while too much waits already. */
  advance(): Wants {
    const wants = this.#startAll();
    this.#pipeline.commit();
    return wants;
  }

  #startAll(): Wants {
    for (;;) {
      if (this.#over) return "nothing";
      if (!this.#mayStart()) return "progress";
      const next = O.isSome(this.#held) ? this.#held : this.#next();
      if (O.isNone(next)) return "bytes";
      const { action, size } = next.value;
      if (!this.#pipeline.accepts(action)) {
        this.#held = next;
        return "progress";
      }
      this.#held = O.none;
      this.#pipeline.start(action, size);
      if (action.type === "Goodbye") this.#over = true;
    }
  }

  #mayStart(): boolean {
    const { maxUnanswered, maxUnansweredBytes, maxUnwrittenBytes } = this.#context.server.limits;
    return !this.#pipeline.alone &&
      this.#pipeline.unanswered < maxUnanswered &&
      this.#pipeline.unansweredBytes < maxUnansweredBytes &&
      this.writer.unsent < maxUnwrittenBytes;
  }

  #next(): Option<Held> {
    const { server, client } = this.#context;
    const request = this.#parser.next(client.authenticated);
    if (O.isSome(request)) {
      server.counters.requests++;
      return O.some({ action: this.#interpret(request.value), size: sizeOf(request.value) });
    }
    const { failure } = this.#parser;
    if (O.isNone(failure)) return O.none;
    server.counters.protocolErrors++;
    server.logger.log("debug", "A client does not speak the protocol.", { client: client.address });
    return O.some({ action: { type: "Goodbye", reply: O.some(error(`ERR ${failure.value}`)) }, size: 0 });
  }

  /** In the order in which Redis looks at a request: is there such a command, has it so many words, may the client? */
  #interpret(request: Request): Action {
    const { client } = this.#context;
    let found = this.#commands.find(request[0]);
    if (O.isNone(found)) return isFromBrowser(request[0]) ? HANG_UP : answer(unknownCommand(request));
    if (found.value.spec.subcommands !== undefined && request.length > 1) {
      const { fullName } = found.value;
      found = findSubcommand(found.value, request[1]);
      if (O.isNone(found)) return answer(unknownSubcommand(fullName, request[1]));
    }
    const { spec, fullName } = found.value;
    if (!fitsArity(spec, request.length)) return answer(wrongArity(fullName));
    if (!client.authenticated && !spec.flags.includes("no_auth")) return answer(NO_AUTH);
    client.lastCommand = fullName;
    return spec.interpret(request, this.#context);
  }
}

const HANG_UP: Action = { type: "Goodbye", reply: O.none };

/** A web page can make a browser send HTTP here, with commands in its body; Redis hangs up on these words, too. */
function isFromBrowser(name: Bytes): boolean {
  return isWord(name, "post") || isWord(name, "host:");
}

function sizeOf(request: Request): number {
  let size = 0;
  for (let i = 0; i < request.length; i++) size += request[i].length;
  return size;
}
