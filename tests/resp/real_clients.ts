/**
 * Programs that are not part of this project, where they are installed.
 *
 * @module
 */
import { characters } from "./talk.ts";

/** What a program has written, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
}

/** Whether the program can be run at all. */
export async function isInstalled(program: string): Promise<boolean> {
  try {
    await run(program, ["--version"]);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cause;
  }
}

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[], input = ""): Promise<Outcome> {
  const child = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it may not want to read
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return { code, out: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** A Redis that was started for a test. */
export interface Redis {
  /** Sends a line, and returns the reply. */
  ask(line: string): Promise<string>;
  /** Begins a new connection. */
  reconnect(): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts a Redis on a socket in a new folder. */
export async function startRedis(): Promise<Redis> {
  const folder = await Deno.makeTempDir({ prefix: "raftfold-redis-" });
  const path = `${folder}/socket`;
  const child = new Deno.Command("redis-server", {
    args: ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", "", "--daemonize", "no"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await ready(child.stdout);
  let connection = await Deno.connect({ transport: "unix", path });
  return {
    async ask(line) {
      await connection.write(new TextEncoder().encode(`${line}\r\n`));
      return await readReply(connection);
    },
    async reconnect() {
      connection.close();
      connection = await Deno.connect({ transport: "unix", path });
    },
    async stop() {
      connection.close();
      child.kill("SIGTERM");
      await child.status;
      await child.stdout.cancel();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Reads what it says until it says that it is ready. */
async function ready(stdout: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stdout.getReader();
  let said = "";
  while (!/ready to accept connections/i.test(said)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`redis-server has stopped: ${said}`);
    said += characters(value);
  }
  reader.releaseLock();
}

/** Reads one whole reply, as characters. */
export async function readReply(connection: { read(into: Uint8Array): Promise<number | null> }): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  while (replyEnd(text, 0) < 0) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error(`the connection has ended behind ${JSON.stringify(text)}`);
    text += characters(buffer.subarray(0, count));
  }
  if (replyEnd(text, 0) !== text.length) throw new Error(`more than one reply: ${JSON.stringify(text)}`);
  return text;
}

/** Where the reply ends that begins at `from`; -1 if it is not complete. */
function replyEnd(text: string, from: number): number {
  const lineEnd = text.indexOf("\r\n", from) + 2;
  if (lineEnd < 2) return -1;
  const count = Number(text.slice(from + 1, lineEnd - 2));
  if (text[from] === "$" && count >= 0) return lineEnd + count + 2 <= text.length ? lineEnd + count + 2 : -1;
  let end = lineEnd;
  for (let i = 0; text[from] === "*" && i < count && end >= 0; i++) end = replyEnd(text, end);
  return end;
}
