/**
 * `view`: shows recordings in a browser.
 *
 * @module
 */
import type { ExitCode } from "../commands/judge.ts";
import { BadInput } from "../etcd/bad_input.ts";
import { RecordingError } from "../recording/record.ts";
import type { Output } from "../terminal/output.ts";
import { checkRecordings, checkSegments } from "./check_recordings.ts";
import { openBrowser } from "./open_browser.ts";
import { newestSegments, viewedRecordings } from "./recordings.ts";
import { serveViewer } from "./server.ts";

/** What can be asked for. */
export interface ViewOptions {
  /** The port, as text. */
  readonly port: string;
  /** Whether to open the page in the browser of this machine. */
  readonly open?: boolean;
  /** Whether the recordings grow. */
  readonly follow?: boolean;
  /** Of a recording of etcd's library, the run. */
  readonly run?: string;
  /** Whether to write one JSON object. */
  readonly json?: boolean;
}

/** Serves the viewer for the recordings at `paths` until `signal` aborts, or somebody interrupts. */
export async function view(
  paths: readonly string[],
  { follow = false, json = false, open = false, port, run }: ViewOptions,
  output: Output,
  signal?: AbortSignal,
): Promise<ExitCode> {
  try {
    const number = portOf(port);
    const found = await viewedRecordings(paths, run);
    await (follow ? checkSegments(await newestSegments(paths)) : checkRecordings(found, output));
    const sources = follow ? () => newestSegments(paths) : () => Promise.resolve(found);
    const server = serveViewer({ live: follow, port: number, sources });
    if (json) output.out(JSON.stringify({ url: server.url, recordings: found.map(({ name }) => name) }));
    else {
      const what = found.length === 1 ? "A recording" : `${found.length} recordings`;
      output.out(`${what} to see at ${server.url}\nCtrl-C ends it.`);
    }
    if (open && !await openBrowser(server.url)) output.err("There is no browser here that could be opened.");
    await interrupted(signal);
    await server.close();
    return 0;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      output.err(`error: port ${port} is in use. Choose another one with --port.`);
    } else if (error instanceof BadInput || error instanceof RecordingError) output.err(`error: ${error.message}`);
    else throw error;
    return 2;
  }
}

/** The port that `text` names. Throws {@linkcode BadInput}. */
export function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new BadInput(`"${text}" is no port. Give a number up to 65535; 0 is any that is free.`);
}

const SIGNALS: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];

/** Resolves when somebody wants the program to end. */
export function interrupted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      for (const name of SIGNALS) Deno.removeSignalListener(name, end);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    for (const name of SIGNALS) Deno.addSignalListener(name, end);
    signal?.addEventListener("abort", end);
    if (signal?.aborted === true) end();
  });
}
