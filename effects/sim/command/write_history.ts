/**
 * Writes the histories of clients for other programs that judge them.
 *
 * @module
 */
import type { Output } from "../../terminal/output.ts";
import type { Histories } from "./flags.ts";
import type { SeedResult } from "./job.ts";

/** Writes the history of a run to where it belongs. */
export async function writeHistory(histories: Histories, { seed, history }: SeedResult, output: Output): Promise<void> {
  switch (histories.type) {
    case "Lines":
      return output.out(history.trimEnd());
    case "File":
      return await Deno.writeTextFile(histories.path, history);
    case "Folder":
      await Deno.mkdir(histories.path, { recursive: true });
      return await Deno.writeTextFile(`${histories.path}/seed-${seed}.jsonl`, history);
  }
}
