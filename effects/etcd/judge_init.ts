/**
 * Judges a load line with `init`: our `start` must arrive at the state in which the library has constructed the node.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type Entry, Log, type Outbox, start } from "../../core/mod.ts";
import { compareNode } from "./compare_node.ts";
import type { Differences } from "./difference.ts";
import { describeEntry, toSnapshot } from "./entries.ts";
import type { Expected } from "./expected.ts";
import type { RecordedInit } from "./recorded.ts";
import type { RunMemory } from "./run_memory.ts";
import { toOptions } from "./to_node.ts";

/** Starts a node from what was recorded, notes in `found` where it is not as recorded, and returns its outbox. */
export function judgeInit(init: RecordedInit, expected: Expected, memory: RunMemory, found: Differences): Outbox {
  const { id, options, log, snapshot, timeout } = expected;
  const { hardState, applied, confState } = init;
  const started = start({ id, options: toOptions(options) }, {
    hardState: hardState === null ? O.none : O.some({
      term: hardState.term,
      vote: hardState.vote === 0 ? O.none : O.some(hardState.vote),
      commit: hardState.commit,
    }),
    log: Log.of(log.snapshot, log.entries),
    snapshot: snapshot === null ? O.none : O.some(toSnapshot(snapshot, memory)),
    applied,
    configuration: confState,
  });
  if (E.isLeft(started)) {
    found.add("init", "a node", started.left);
    return [];
  }
  const [after, outbox] = started.right;
  compareNode({ before: undefined, after, expected, set: {}, drew: [timeout], memory }, found);
  const applies: readonly Entry[] = outbox.flatMap((effect) => effect.type === "Apply" ? [...effect.entries] : []);
  const due = after.log.slice(after.applied + 1, after.commit);
  if (applies.length !== due.length || applies.some((one, i) => one !== due[i])) {
    found.add("init: Apply", due.map(describeEntry), outbox.map(({ type }) => type));
  }
  return outbox;
}
