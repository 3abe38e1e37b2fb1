/** `serve` and `start` as processes of their own: how they begin, go on and end. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import { main } from "../../effects/cli.ts";
import { systemClock } from "../../effects/clock/clock.ts";
import { NodeProcess, type Ready } from "../../effects/processes/node_process.ts";
import { freeAddresses } from "../../effects/processes/ports.ts";
import { RespClient } from "../../effects/processes/resp_client.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";
import { right } from "./world.ts";

/** Registers a test with a folder; of the processes that it makes, none survives it. */
function test(name: string, work: (folder: string, made: Made) => Promise<void>): void {
  testsThatNeed("read", "write", "run", "net", "env")(name, () =>
    inFolder(async (folder) => {
      const made: { kill(): Promise<unknown> }[] = [];
      try {
        await work(folder, (process) => (made.push(process), process));
      } finally {
        for (const process of made) await process.kill();
      }
    }));
}

/** Is told of processes. */
type Made = <A extends { kill(): Promise<unknown> }>(process: A) => A;

const CLI = decodeURIComponent(new URL("../../effects/cli.ts", import.meta.url).pathname);
const COMMAND = [Deno.execPath(), "run", "--allow-all", "--no-check", CLI];
const LONG = 60_000;

/** Runs the program to its end. */
async function run(...args: readonly string[]): Promise<readonly [code: number, out: string, err: string]> {
  const [program, ...before] = COMMAND;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...before, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
}

function serve(folder: string, cluster: string, ...more: readonly string[]): NodeProcess {
  const where = ["--cluster", cluster, "--data", `${folder}/1`, "--resp", "127.0.0.1:0", "--http", "127.0.0.1:0"];
  const quick = ["--election-ms", "200", "--heartbeat-ms", "20"];
  return new NodeProcess({
    command: [...COMMAND, "serve", "--id", "1", ...where, ...quick, ...more],
    log: `${folder}/log`,
  });
}

/** Asks a node, again until it has a leader. */
async function ask(resp: string, ...words: readonly string[]): Promise<unknown> {
  const client = right(await RespClient.connect(resp, systemClock));
  try {
    for (;;) {
      const outcome = await client.ask(words, LONG);
      if (outcome.type !== "Reply") return outcome;
      const { reply } = outcome;
      const isEarly = typeof reply === "object" && JSON.stringify(reply).includes("REJECTED");
      if (!isEarly) return reply;
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
    }
  } finally {
    await client.close();
  }
}

function kill(pid: number, ...signals: readonly Deno.Signal[]): void {
  for (const signal of signals) Deno.kill(pid, signal);
}

test(
  "a node says when it is ready, stops in order by either signal, and goes on with its data",
  async (folder, made) => {
    const cluster = `1=${freeAddresses(1)[0]}`;
    const first = made(serve(folder, cluster));
    const ready: Ready = right(await first.ready);
    assertEquals([ready.id, `1=${ready.peer}`], [1, cluster]);
    assertEquals(await ask(ready.resp, "SET", "key", "value"), "OK");
    const health = await fetch(`http://${ready.http}/health`);
    assertEquals([health.status, (await health.json()).healthy], [200, true]);
    kill(first.pid, "SIGTERM");
    assertEquals(await first.exited, { code: 0, signal: null });

    const second = made(serve(folder, cluster));
    assertEquals(await ask(right(await second.ready).resp, "GET", "key"), "value");
    // As with Ctrl-C under `start`: the terminal tells the node, and then `start` does.
    kill(second.pid, "SIGINT", "SIGTERM");
    assertEquals(await second.exited, { code: 0, signal: null });
  },
);

test("wrong options end with exit code 2 and a sentence that helps", async (folder) => {
  const usual = ["serve", "--id", "1", "--cluster", "1=127.0.0.1:7001", "--data", `${folder}/data`];
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["serve", "--id", "1"], "required option '--cluster <list>' not specified"],
    [[...usual, "--elections-ms", "5"], "unknown option '--elections-ms'"],
    [[...usual, "--election-ms", "5"], "it must be at least four times --heartbeat-ms"],
    [[...usual, "--resp", "0.0.0.0:6379"], "Give a --token-file, a loopback address, or --insecure."],
    [["start", "--nodes", "10", "--data", folder], "Cannot start 10 nodes: choose 1 to 9."],
    [["start", "--port", "65400", "--data", folder], 'Cannot use --port: "65400" leaves no room'],
    [["start", "--store", "redis", "--data", folder], 'Cannot use --store: "redis" is none of sqlite, memory.'],
    [["start", "--data", "/dev/null/data"], "Cannot use --data: "],
  ];
  for (const [args, why] of wrong) {
    const output = new CapturedOutput();
    assertEquals([await main(args, output), output.lines], [2, []], why);
    assertStringIncludes(output.errors.join("\n"), why);
  }
  const [code, out, err] = await run(...usual, "--token-file", `${folder}/none`);
  assertEquals([code, out, err.startsWith(`Cannot read the token file ${folder}/none: `)], [2, "", true], err);
});

test("a damaged log ends the start with exit code 2, naming the file and the place", async (folder, made) => {
  const cluster = `1=${freeAddresses(1)[0]}`;
  const node = made(serve(folder, cluster, "--store", "memory"));
  const { resp } = right(await node.ready);
  for (const key of ["a", "b", "c"]) assertEquals(await ask(resp, "SET", key, "value".repeat(100)), "OK");
  await node.stop();
  const raft = `${folder}/1/raft`;
  const segment = [...Deno.readDirSync(raft)].map(({ name }) => name).find((name) => name.endsWith(".seg"));
  const content = await Deno.readFile(`${raft}/${segment}`);
  await Deno.writeFile(`${raft}/${segment}`, content.with(900, content[900] ^ 1));
  const again = made(serve(folder, cluster, "--store", "memory"));
  assert(E.isLeft(await again.ready));
  assertEquals(await again.exited, { code: 2, signal: null });
  const log = await Deno.readTextFile(`${folder}/log`);
  assert(new RegExp(`Cannot open ${raft}/${segment}: at byte \\d+, .*\\.\\n$`).test(log), log);
});

test("a cluster is started, written to, stopped by Ctrl-C, and goes on with its data", async (folder, made) => {
  const port = freeBase();
  const start = () => made(new Started(["start", "--data", folder, "--port", `${port}`, "--json"]));
  const first = start();
  assertEquals(JSON.parse(await first.line()).nodes.map(({ id }: { readonly id: number }) => id), [1, 2, 3]);
  assertEquals(await ask(`127.0.0.1:${port}`, "SET", "key", "value"), "OK");
  first.tellGroup("SIGINT");
  assertEquals(await first.ended(), [0, ""], "every node has ended with exit code 0 too");

  const second = start();
  await second.line();
  assertEquals(await ask(`127.0.0.1:${port + 2}`, "GET", "key"), "value");
  kill(second.pid, "SIGTERM");
  assertEquals(await second.ended(), [0, ""]);
});

test("where a node of a cluster cannot start, all are stopped, and the reason is said", async (folder) => {
  const port = freeBase();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: port + 1 });
  const [code, out, err] = await run("start", "--data", folder, "--port", `${port}`);
  taken.close();
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(err, `Node 2 has stopped (exit code 2). Its log, ${folder}/2/node.log, ends with:`);
  assertStringIncludes(err, `Cannot listen on 127.0.0.1:${port + 1}`);
  assertStringIncludes(err, "The other nodes are stopped too.");
});

/** `start` in a group of processes of its own, as a terminal has it. */
class Started {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;
  #isOver = false;

  constructor(args: readonly string[]) {
    const [program, ...before] = COMMAND;
    this.#child = new Deno.Command(program, {
      args: [...before, ...args],
      ...{ stdin: "null", stdout: "piped", stderr: "piped", detached: true },
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#errors = new Response(this.#child.stderr).text();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it says first. */
  async line(): Promise<string> {
    const { value = "" } = await this.#lines.read();
    return value;
  }

  /** Tells it and its nodes. */
  tellGroup(signal: Deno.Signal): void {
    kill(-this.pid, signal);
  }

  /** Ends it and its nodes, whatever they do. */
  async kill(): Promise<void> {
    if (this.#isOver) return; // its number may be another one's by now
    this.tellGroup("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<readonly [code: number, err: string]> {
    const { code } = await this.#child.status;
    this.#isOver = true;
    await this.#lines.cancel();
    return [code, await this.#errors];
  }
}

/** The first of nine ports as `start` uses them, of which all are free now. */
function freeBase(): number {
  for (;;) {
    const base = Number(freeAddresses(1)[0].split(":")[1]);
    if (base > 65_000) continue;
    const ports = [0, 1, 2].flatMap((i) => [base + i, base + 100 + i, base + 200 + i]);
    const listeners: Deno.Listener[] = [];
    try {
      for (const port of ports) listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
      return base;
    } catch {
      // One of them is taken.
    } finally {
      for (const listener of listeners) listener.close();
    }
  }
}
