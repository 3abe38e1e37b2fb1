/**
 * Hunts for mutants: each in a process of its own, in a copy of the sources.
 *
 * @module
 */
import type { SourceCopy } from "./copy.ts";
import type { Detector, Found } from "./detector.ts";
import { type Mutant, patchesOf } from "./mutant.ts";

/** Hunts for `mutant`. */
export function huntFor(mutant: Mutant, copy: SourceCopy): Promise<Found> {
  return copy.whilePatched(patchesOf(mutant), () => hunt(mutant.detector, copy));
}

/** Hunts in the same way where nothing is wrong, through `most` seeds or states. */
export function huntForNothing(
  { circumstances = [], detector }: Mutant,
  most: number,
  copy: SourceCopy,
): Promise<Found> {
  return copy.whilePatched(circumstances, () => hunt({ ...detector, most }, copy));
}

/** What `detector` finds in the copy as it is. */
async function hunt(detector: Detector, copy: SourceCopy): Promise<Found> {
  const { code, signal, success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--cached-only",
      "--node-modules-dir=manual",
      copy.at("tests/mutants/hunt.ts"),
      JSON.stringify(detector),
    ],
    cwd: copy.folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const text = new TextDecoder();
  const last = text.decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  if (success && last.startsWith("{")) return JSON.parse(last);
  throw new Error(`A hunt has failed (${signal ?? code}):\n${text.decode(stderr)}`);
}
