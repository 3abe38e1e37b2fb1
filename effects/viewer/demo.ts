/**
 * `demo`: a cluster that elects, replicates, loses its leader and recovers, in the viewer and in sentences.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { ExitCode } from "../commands/judge.ts";
import { explainIndex } from "../debugger/explain/entry.ts";
import { explainLeadership } from "../debugger/explain/leadership.ts";
import { linesOfSentences } from "../debugger/explain/sentence.ts";
import { openTimeline } from "../debugger/timeline_files.ts";
import { BadInput } from "../etcd/bad_input.ts";
import type { Output } from "../terminal/output.ts";
import { portOf, view } from "./command.ts";
import { recordDemo } from "./demo_run.ts";
import { hasDisplay } from "./open_browser.ts";

/** How to show it. */
export interface DemoOptions {
  /** Whether to tell it only. */
  readonly text?: boolean;
  /** Whether to open a browser. */
  readonly open: boolean;
  /** The port, as text. */
  readonly port: string;
}

/** Lets it happen and tells it; shows it until `signal` aborts or somebody interrupts, unless there is nothing to show it on. */
export async function demo(
  { open, port, text = false }: DemoOptions,
  output: Output,
  signal?: AbortSignal,
): Promise<ExitCode> {
  try {
    portOf(port);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    output.err(`error: ${error.message}`);
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "raftfold-demo-" });
  try {
    await recordDemo(folder);
    for (const line of await story(folder)) output.out(line);
    if (text || (open && !hasDisplay())) return 0;
    output.out("");
    return await view([folder], { port, open: open && hasDisplay() }, output, signal);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The index of one of the first writes. */
const WRITE = 5;

async function story(folder: string): Promise<readonly string[]> {
  const opened = await openTimeline([folder]);
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const leadership = linesOfSentences(explainLeadership(opened.right));
  const write = linesOfSentences(explainIndex(opened.right, WRITE));
  return [...leadership, "What became of a write", ...write.map((line) => `  ${line}`)];
}
