/**
 * At every operation of the disk the machine crashes, in several ways, and the storage is opened again: what was promised
 * is there, nothing that never was is there, and it works on and crashes again.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../effects/random/random.ts";
import { birth, live } from "./crash.ts";

Deno.test("whatever a crash leaves behind, everything that was promised is there", async () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const notice = (text: string): void => count(text.replace(/\d+/g, "N"));
  for (let seed = 1; seed <= 15; seed++) {
    const random = seededRandom(seed);
    try {
      for (const crash of await live(birth(), { random, steps: 100, crashes: 2, notice })) {
        count("crash");
        for (const again of await live(crash, { random, steps: 4, crashes: 0.04, notice })) {
          count("crash after a crash");
          await live(again, { random, steps: 2, crashes: 0, notice });
        }
      }
    } catch (error) {
      throw new Error(`Seed ${seed} fails.`, { cause: error });
    }
  }
  assertEquals([...seen.keys()].sort(), [
    "Cut off N bytes of data/N/log-N.seg, from byte N on: they were written, but never synced.",
    "Removed data/N/log-N.seg: it was begun, but never synced.",
    "Removed data/N/log-N.seg: nothing in it is needed.",
    "Removed the snapshot data/N/making-N.part: it was not finished.",
    "Removed the snapshot data/N/received-N-N.snap: it was received, but never taken up.",
    "crash",
    "crash after a crash",
  ]);
  assert(Math.min(seen.get("crash") ?? 0, seen.get("crash after a crash") ?? 0) > 2000, "there were too few crashes");
});
