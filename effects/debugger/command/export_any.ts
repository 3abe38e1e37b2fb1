/**
 * `export`, to either form.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { sequenceDiagram } from "../mermaid.ts";
import { answering, isOfEtcd, readTimeline, wholeNumber, writeFile } from "./common.ts";
import { type ExportOptions, exportRecording } from "./export.ts";

/** How to export, and to what. */
export interface ExportAnyOptions extends ExportOptions {
  /** `jsonl` or `mermaid`. */
  readonly to?: string;
  /** With `mermaid`, the first step. */
  readonly from?: string;
  /** With `mermaid`, the last step. */
  readonly toStep?: string;
  /** With `mermaid`, of an etcd recording, the run. */
  readonly run?: string;
}

/** So many steps are drawn if nobody says how many. */
const DRAWN = 200;

/** Exports the recordings at `paths`. 0: done; 2: something cannot be read or written. */
export function exportAny(paths: readonly string[], options: ExportAnyOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const { run, to = "jsonl" } = options;
    if (to === "jsonl") {
      if (options.from === undefined && options.toStep === undefined && run === undefined) {
        return await exportRecording(paths, options, output);
      }
      throw new BadInput(
        "--from, --to-step and --run choose what is drawn: they need --to mermaid. JSON Lines hold all steps.",
      );
    }
    if (to !== "mermaid") throw new BadInput(`--to: "${to}" is no form that is known. Choose jsonl or mermaid.`);
    const from = wholeNumber("--from", options.from ?? "1");
    if (run !== undefined && !(await Promise.all(paths.map(isOfEtcd))).includes(true)) {
      throw new BadInput("--run chooses a run of a recording of etcd-io/raft; these are none.");
    }
    const timeline = await readTimeline(paths, run === undefined ? {} : { run }, output);
    const last = options.toStep === undefined ? from + DRAWN - 1 : wholeNumber("--to-step", options.toStep);
    if (options.toStep !== undefined && last < from) {
      throw new BadInput(`--to-step: step ${last} is before step ${from}, with which the diagram begins.`);
    }
    if (from < 1 || from > timeline.length) {
      throw new BadInput(
        `Steps ${from} to ${last} are not there: these recordings have the steps 1 to ${timeline.length}.`,
      );
    }
    const lines = sequenceDiagram(timeline, { from, to: last });
    if (options.out === undefined) {
      if (options.json) output.out(JSON.stringify({ diagram: lines.join("\n") }));
      else for (const line of lines) output.out(line);
      return 0;
    }
    await writeFile(options.out, `${lines.join("\n")}\n`);
    if (options.json) output.out(JSON.stringify({ exported: [{ file: options.out, lines: lines.length }] }));
    else output.out(`${options.out}: ${lines.length} lines`);
    return 0;
  }, options);
}
