/**
 * One test for each mutant of an area, and one for the sources as they are.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { isGranted, testsThatNeed } from "../permissions.ts";
import { SourceCopy } from "./copy.ts";
import type { Found } from "./detector.ts";
import { huntFor, huntForNothing } from "./hunts.ts";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";

/** Registers the tests. With `RAFTFOLD_MUTANTS` in the environment, only of the mutants that it names. */
export function registerTests(area: Mutant["area"]): void {
  const test = testsThatNeed("read", "write", "run", "env");
  const mutants = MUTANTS.filter((mutant) => mutant.area === area && isWanted(mutant.name));
  if (mutants.length === 0) return;
  // For each detector the mutant that it took longest to find.
  const needed = new Map<string, readonly [Mutant, number]>();
  let copy: SourceCopy | null = null;
  for (const mutant of mutants) {
    test(`the mutant ${mutant.name} is caught`, async () => {
      copy ??= SourceCopy.make();
      const found = await huntFor(mutant, copy);
      assert(found.check !== null, `${mutant.name} was not caught: ${mutant.story}`);
      assert(
        isExpected(mutant, found),
        `${mutant.name} was caught by another check. ${found.check}: ${found.sentence}`,
      );
      const key = JSON.stringify([mutant.detector, mutant.circumstances]);
      needed.set(key, [mutant, Math.max(needed.get(key)?.[1] ?? 0, found.count)]);
    });
  }
  test(`nothing is caught that is no mutant (${area})`, async () => {
    copy ??= SourceCopy.make();
    for (const [mutant, most] of needed.values()) {
      const { check, sentence } = await huntForNothing(mutant, most, copy);
      assertEquals(check, null, `${check}: ${sentence}`);
    }
    copy.remove();
  });
}

/** Whether the check that has objected is one that should. */
export function isExpected({ expected }: Mutant, { check }: Found): boolean {
  return check !== null && expected.some((name) => check.startsWith(name));
}

function isWanted(name: string): boolean {
  if (!isGranted("env")) return true;
  const wanted = Deno.env.get("RAFTFOLD_MUTANTS");
  return wanted === undefined || wanted.split(",").includes(name);
}
