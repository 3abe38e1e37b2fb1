/**
 * `export`, to either form.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import type { Output } from "../../terminal/output.ts";
import { sequenceDiagram } from "../mermaid.ts";
import { answering, readTimeline, wholeNumber, writeFile } from "./common.ts";
import { type ExportOptions, exportRecording } from "./export.ts";

/** How to export, and to what. */
export interface ExportAnyOptions extends ExportOptions {
  /** `jsonl` or `mermaid`. */
  readonly to?: string;
  /** With `mermaid`, the first step. */
  readonly from?: string;
  /** With `mermaid`, the last step. */
  readonly toStep?: string;
}

/** So many steps are drawn if nobody says how many. */
const DRAWN = 200;

/** Exports the recordings at `paths`. 0: done; 2: something cannot be read or written. */
export function exportAny(paths: readonly string[], options: ExportAnyOptions, output: Output): Promise<ExitCode> {
  return answering(output, async () => {
    const { to = "jsonl" } = options;
    if (to === "jsonl") {
      if (options.from === undefined && options.toStep === undefined) {
        return await exportRecording(paths, options, output);
      }
      throw new BadInput(
        "--from and --to-step choose what is drawn: they need --to mermaid. JSON Lines hold all steps.",
      );
    }
    if (to !== "mermaid") throw new BadInput(`--to: "${to}" is no form that is known. Choose jsonl or mermaid.`);
    const from = wholeNumber("--from", options.from ?? "1");
    const timeline = await readTimeline(paths, {}, output);
    const last = options.toStep === undefined ? from + DRAWN - 1 : wholeNumber("--to-step", options.toStep);
    if (from < 1 || from > timeline.length || last < from) {
      throw new BadInput(
        `Steps ${from} to ${last} are not there: these recordings have the steps 1 to ${timeline.length}.`,
      );
    }
    const lines = sequenceDiagram(timeline, { from, to: last });
    if (options.out === undefined) {
      for (const line of lines) output.out(line);
      return 0;
    }
    await writeFile(options.out, `${lines.join("\n")}\n`);
    if (options.json) output.out(JSON.stringify({ exported: [{ file: options.out, lines: lines.length }] }));
    else output.out(`${options.out}: ${lines.length} lines`);
    return 0;
  });
}
