/**
 * `start`: a cluster of RaftKV nodes on this machine, one process each.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { checking, oneOf } from "../serve/options.ts";
import type { Output } from "../terminal/output.ts";
import type { ViewerServer } from "../viewer/server.ts";
import type { ExitCode } from "./judge.ts";

/** What `start` can be told. */
export interface StartFlags {
  readonly data: string;
  readonly nodes: string;
  readonly port: string;
  readonly store?: string;
  /** Whether the nodes are recorded, and a page shows what they do; true if it is not given. */
  readonly view?: boolean;
  readonly json?: boolean;
}

/** Where a node of the cluster listens. */
interface Place {
  readonly id: number;
  readonly peer: string;
  readonly resp: string;
  readonly http: string;
}

/** Starts the nodes, says how to reach them, and stops them all when it is told to. */
export async function startCluster(flags: StartFlags, output: Output): Promise<ExitCode> {
  const prepared = prepare(flags);
  if (E.isLeft(prepared)) {
    output.err(prepared.left);
    return 2;
  }
  const places = prepared.right;
  const nodes = places.map((place) => spawn(place, places, flags));
  const over = Promise.race([untilTold(), ...nodes.map(({ ended }) => ended)]);
  let isOver = false;
  let viewer: Option<ViewerServer> = O.none;
  void Promise.all(nodes.map(({ ready }) => ready)).then(async () => {
    const leader = flags.json ? O.none : await findLeader(places, () => isOver);
    const server = flags.view === false ? O.none : await showLive(places, flags);
    if (isOver) return closeViewer(server);
    viewer = server;
    const url = O.isSome(server) ? server.value.url : null;
    if (flags.json) output.out(JSON.stringify({ ready: true, nodes: places, viewer: url }));
    else output.out(welcome(places, flags.data, leader, url));
  });
  const first = await over;
  isOver = true;
  closeViewer(viewer);
  for (const { child } of nodes) stopChild(child);
  const all = await Promise.all(nodes.map(({ ended }) => ended));
  const failed = all.filter(({ code, signal }) => code !== 0 && signal === null);
  const fallen = first === "told" ? failed : [first, ...failed.filter((end) => end !== first)];
  for (const end of fallen) output.err(describe(end));
  if (first !== "told") output.err("The other nodes are stopped too.");
  return fallen.some(({ code }) => code !== 0) ? 1 : 0;
}

/** Serves a page that shows what the nodes do: 300 above the first port, or wherever there is room. */
async function showLive(places: readonly Place[], { data, port }: StartFlags): Promise<Option<ViewerServer>> {
  const { serveViewer } = await import("../viewer/server.ts");
  const { newestSegments } = await import("../viewer/recordings.ts");
  const folders = places.map(({ id }) => recordingOf(data, id));
  const serve = (port: number): ViewerServer =>
    serveViewer({ live: true, port, sources: () => newestSegments(folders) });
  try {
    return O.some(serve(Number(port) + 300));
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return O.some(serve(0));
  }
}

// Nobody waits for it: what it still sends, nobody needs.
function closeViewer(viewer: Option<ViewerServer>): void {
  if (O.isSome(viewer)) void viewer.value.close();
}

function recordingOf(data: string, id: number): string {
  return `${data}/${id}/recording`;
}

/** Where the nodes will be, in folders that exist; on the left what is wrong. */
function prepare({ data, nodes, port, store }: StartFlags): Either<string, readonly Place[]> {
  const [count, first] = [Number(nodes), Number(port)];
  if (!Number.isInteger(count) || count < 1 || count > 9) {
    return E.left(`Cannot start ${nodes} nodes: choose 1 to 9.`);
  }
  if (!Number.isInteger(first) || first < 1 || first + 300 > 65_535) {
    return E.left(`Cannot use --port: "${port}" leaves no room for the ports of ${count} nodes.`);
  }
  const checked = checking(() => oneOf("--store", store ?? "sqlite", ["sqlite", "memory"]));
  if (E.isLeft(checked)) return checked;
  const places = Array.from({ length: count }, (_, i) => placeOf(i + 1, first));
  try {
    for (const { id } of places) Deno.mkdirSync(`${data}/${id}`, { recursive: true });
  } catch (error) {
    return E.left(`Cannot use --data: ${error instanceof Error ? error.message : error}`);
  }
  return E.right(places);
}

function placeOf(id: number, port: number): Place {
  return {
    id,
    resp: `127.0.0.1:${port + id - 1}`,
    http: `127.0.0.1:${port + 100 + id - 1}`,
    peer: `127.0.0.1:${port + 200 + id - 1}`,
  };
}

/** A node's process. */
interface Running {
  readonly child: Deno.ChildProcess;
  /** Resolves when it has said that it runs; never, if it does not. */
  readonly ready: Promise<unknown>;
  /** Resolves when it has ended and all of its log is written. */
  readonly ended: Promise<Ended>;
}

/** How it ended. */
interface Ended {
  readonly id: number;
  readonly log: string;
  readonly code: number;
  readonly signal: string | null;
}

/** The most that the recording of a node takes, in MiB. */
const RECORD_MIB = 64;

function spawn(place: Place, places: readonly Place[], { data, store = "sqlite", view = true }: StartFlags): Running {
  const cluster = places.map(({ id, peer }) => `${id}=${peer}`).join(",");
  const cli = new URL("../cli.ts", import.meta.url).href;
  const { id, resp, http } = place;
  const folder = `${data}/${id}`;
  const args = ["serve", "--id", `${id}`, "--cluster", cluster, "--data", folder, "--resp", resp, "--http", http];
  const recorded = view ? ["--record", recordingOf(data, id), "--record-mib", `${RECORD_MIB}`] : [];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", cli, ...args, ...recorded, "--store", store, "--json"],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const log = `${folder}/node.log`;
  const logged = child.stderr.pipeTo(Deno.openSync(log, { create: true, append: true }).writable);
  const ended = Promise.all([child.status, logged]).then(([{ code, signal }]) => ({ id, log, code, signal }));
  return { child, ready: firstLine(child.stdout), ended };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) return text;
  }
  return await new Promise(() => {});
}

/** How a process has ended, and what it said last. */
function describe({ id, log, code, signal }: Ended): string {
  const how = signal === null ? `exit code ${code}` : signal;
  const last = Deno.readTextFileSync(log).trimEnd().split("\n").at(-1);
  return `Node ${id} has stopped (${how}). Its log, ${log}, ends with:\n  ${last}`;
}

/** Resolves with the first Ctrl-C or SIGTERM; the nodes hear Ctrl-C as well, and stop by themselves. */
function untilTold(): Promise<"told"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => resolve("told"));
  });
}

function stopChild(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
}

function welcome(places: readonly Place[], data: string, leader: Option<number>, viewer: string | null): string {
  const lines = places.map(({ id, resp, http }) => {
    const leads = O.isSome(leader) && leader.value === id ? "  (leads)" : "";
    return `  node ${id}   Redis ${resp}   HTTP http://${http}/status${leads}`;
  });
  const [, port] = places[0].resp.split(":");
  return [
    `${places.length} nodes run, with their data and logs in ${data}:`,
    ...lines,
    "Try:  " +
    `curl -X PUT http://${places[0].http}/raw/default/greeting -d hello && curl http://${
      places.at(-1)?.http
    }/raw/default/greeting`,
    `  or  redis-cli -p ${port} SET greeting hello`,
    ...viewer === null ? [] : [`See what they do:  ${viewer}`],
    "Ctrl-C stops them; started again, they go on with their data.",
  ].join("\n");
}

/** Asks the nodes who leads, until one does, or nobody wants to know any more. */
async function findLeader(places: readonly Place[], isOver: () => boolean): Promise<Option<number>> {
  for (let tries = 0; tries < 100 && !isOver(); tries++) {
    for (const { id, http } of places) {
      const response = await fetch(`http://${http}/leader`).catch(() => null);
      await response?.body?.cancel();
      if (response?.status === 200) return O.some(id);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return O.none;
}
