/**
 * A few seconds of torture with real nodes; `deno task torture` does more of it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { torture } from "../../effects/torture/command.ts";
import type { TortureFlags } from "../../effects/torture/flags.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write", "run", "net", "env");

const RUNS: Record<string, TortureFlags> = {
  "three real nodes keep their promises under all faults": { seed: "1" },
  "three real nodes keep their promises with lease reads, while they are held and killed": {
    seed: "2",
    leaseReads: true,
  },
};

for (const [name, flags] of Object.entries(RUNS)) {
  test(name, () =>
    inFolder(async (data) => {
      const output = new CapturedOutput();
      const usual: TortureFlags = { minutes: "0.15", clients: "4", electionMs: "500", recoveryMs: "60000", data };
      assertEquals(await torture({ ...usual, ...flags }, output), 0, output.lines.join("\n"));
    }));
}
