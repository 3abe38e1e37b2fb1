/**
 * Recordings as a debugger: what happened in a cluster, why, and what would have been otherwise. Only `openTimeline` needs
 * files; everything else works on records and timelines, wherever they come from.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { explainLeadership, linesOfSentences, openTimeline } from "./mod.ts";
 *
 * const story = await openTimeline(["tests/recordings/examples.jsonl.gz"], { run: "example/restart" });
 * const lines = E.isRight(story) ? linesOfSentences(explainLeadership(story.right)) : [];
 * assertEquals(lines[0], "105 steps of nodes 1, 2 and 3: 2 leaders were elected, in 2 elections.");
 * ```
 *
 * @module
 */
export { type PropertyForm, type TestFile, testOf } from "./test_file.ts";
export {
  changesOf,
  describeChanged,
  describeDifference,
  type Difference,
  differencesOf,
  differenceToJson,
  MISSING,
  plain,
  show,
  type StepDifference,
  stepDifferences,
} from "./difference.ts";
export * from "./first_difference.ts";
export { guess, type Riddle } from "./guess.ts";
export { explainIndex } from "./explain/entry.ts";
export { explainLeadership, explainTerm } from "./explain/leadership.ts";
export { explainOddities } from "./explain/odd.ts";
export { linesOfSentences, type Sentence } from "./explain/sentence.ts";
export { describeNode, explainStep } from "./explain/step.ts";
export { explainTicket, stepsWithTicket } from "./explain/ticket.ts";
export * from "./fork.ts";
export { runsOfFork } from "./fork_runs.ts";
export * from "./fork_timeline.ts";
export { type DiagramRange, sequenceDiagram } from "./mermaid.ts";
export * from "./minimize.ts";
export * from "./run.ts";
export * from "./script.ts";
export * from "./shrink.ts";
export * from "./timeline.ts";
export * from "./timeline_build.ts";
export { buildEtcdTimeline } from "./timeline_etcd.ts";
export { describeConfChange, describeEntry, type Describer, type TellOptions } from "./explain/entry_words.ts";
export { describeKvData, kvRequestIn } from "./explain/kv_data.ts";
export { openTimeline } from "./timeline_files.ts";
export * from "./words.ts";
export * from "./write_run.ts";
export * from "./wrong_step.ts";
