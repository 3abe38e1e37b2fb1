/**
 * A node in a process of its own: it can be stopped, paused, and killed as a power failure would.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import { TextLineStream } from "./lines.ts";

/** What a node says when clients can use it. */
export interface Ready {
  /** The node. */
  readonly id: number;
  /** Where its peers reach it. */
  readonly peer: string;
  /** Where Redis clients reach it. */
  readonly resp: string;
  /** Where HTTP clients reach it. */
  readonly http: string;
}

/** How to start a node. */
export interface NodeProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The file to which its output is added. */
  readonly log: string;
}

/** How a process ended. */
export interface Exit {
  /** Its exit code; of a signal, 128 and the signal's number. */
  readonly code: number;
  /** The signal that ended it. */
  readonly signal: string | null;
}

/** A process. */
export class NodeProcess {
  /** Its number. */
  readonly pid: number;
  /** Resolves when it has said that it is ready; on the left why that will not happen. */
  readonly ready: Promise<Either<string, Ready>>;
  /** Resolves when it has ended, and all of its output is in the log. */
  readonly exited: Promise<Exit>;
  readonly #child: Deno.ChildProcess;
  #isOver = false;
  #wasTold = false;

  /** Starts a process. */
  constructor({ command, log }: NodeProcessOptions) {
    const [program, ...args] = command;
    this.#child = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
    this.pid = this.#child.pid;
    const file = Deno.openSync(log, { create: true, append: true });
    const said = Promise.withResolvers<Ready>();
    const output = Promise.all([
      keep(this.#child.stdout, file, (line) => {
        const ready = readReady(line);
        if (ready !== undefined) said.resolve(ready);
      }),
      keep(this.#child.stderr, file, () => {}),
    ]);
    this.exited = this.#wait(output, file);
    this.ready = Promise.race([
      said.promise.then((ready) => E.right(ready)),
      this.exited.then(({ code }) =>
        E.left(`Cannot start a node: it ended with code ${code}. Its output is in ${log}.`)
      ),
    ]);
  }

  /** Whether it has not ended yet. */
  get isRunning(): boolean {
    return !this.#isOver;
  }

  /** Whether it has ended though nobody here wanted it to. */
  get hasFallen(): boolean {
    return this.#isOver && !this.#wasTold;
  }

  /** Kills it (SIGKILL): it cannot do anything about it. */
  async kill(): Promise<Exit> {
    this.#end("SIGKILL");
    return await this.exited;
  }

  /** Asks it to stop (SIGTERM), and waits until it has. */
  async stop(): Promise<Exit> {
    this.#end("SIGTERM");
    return await this.exited;
  }

  /** Holds it (SIGSTOP): it goes on existing, with open connections, but does nothing. */
  pause(): void {
    this.#signal("SIGSTOP");
  }

  /** Lets it go on (SIGCONT). */
  resume(): void {
    this.#signal("SIGCONT");
  }

  #end(signal: Deno.Signal): void {
    if (!this.#isOver) this.#wasTold = true;
    this.#signal(signal);
  }

  #signal(signal: Deno.Signal): void {
    if (this.#isOver) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It may have ended in this very moment, before anybody here could hear of it.
      if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #wait(output: Promise<unknown>, file: Deno.FsFile): Promise<Exit> {
    const { code, signal } = await this.#child.status;
    this.#isOver = true;
    await output;
    file.close();
    return { code, signal };
  }
}

async function keep(
  stream: ReadableStream<Uint8Array>,
  file: Deno.FsFile,
  seen: (line: string) => void,
): Promise<void> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    file.writeSync(new TextEncoder().encode(`${line}\n`));
    seen(line);
  }
}

function readReady(line: string): Ready | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { ready, id, peer, resp, http } = JSON.parse(line);
    return ready === true ? { id, peer, resp, http } : undefined;
  } catch {
    return undefined;
  }
}
