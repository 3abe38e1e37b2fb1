/**
 * Another future of a whole cluster: the nodes go on from an instant, and what some of them are told is changed.
 *
 * What the future consists of, as far as anybody can know it:
 *
 * - What the hosts ask for (ticks, proposals, reads, campaigns) happens in the recorded order, whatever becomes of it.
 * - A node that has been told nothing else than was recorded is told what was recorded. From the first step on in which that
 *   is not so, it has diverged: then its disk and its state machine are done at once with whatever they are asked for.
 * - A message that was sent in the recording as well has the fate that it had there: it arrives in the recorded step, late,
 *   twice or never. One that is not sent any more does not arrive.
 * - A message that was not sent in the recording has the fate of the recorded one on the same way that was sent next to it:
 *   it takes as many steps, or is lost as well.
 * - A node that was started again starts with what its disk holds now.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import { EditError } from "./fork.ts";
import { Future } from "./fork_future.ts";
import type { ForkedTimeline, ForkTimelineOptions, TimelineEdits } from "./forked.ts";
import type { Timeline } from "./timeline.ts";

export * from "./forked.ts";

/** The future that `edits` make of `timeline`. Throws {@linkcode EditError}. */
export function forkTimeline(
  timeline: Timeline,
  edits: TimelineEdits,
  options: ForkTimelineOptions = {},
): ForkedTimeline {
  checkEdits(timeline, edits);
  const { at, drop = [], edit = new Map<number, Message>(), insert = [] } = edits;
  const future = new Future(timeline, at, options);
  for (const { node, message } of insert) future.insert(node, message);
  const dropped = new Set(drop);
  for (let number = at + 1; number <= timeline.length && !future.over; number++) {
    future.advance(number);
    if (dropped.has(number)) future.vanish(timeline.step(number));
    else future.recorded(timeline.step(number), edit.get(number));
  }
  future.settle();
  return future.outcome();
}

function checkEdits(
  timeline: Timeline,
  { at, drop = [], edit = new Map<number, Message>(), insert = [] }: TimelineEdits,
): void {
  const { length, nodes } = timeline;
  if (!Number.isSafeInteger(at) || at < 0 || at > length) {
    throw new EditError(`There is no step ${at}: the steps are numbered from 1 to ${length}.`);
  }
  for (const number of [...drop, ...edit.keys()]) {
    if (number > at && number <= length) continue;
    throw new EditError(
      `Step ${number} cannot be changed: only the steps ${at + 1} to ${length} are behind step ${at}.`,
    );
  }
  for (const { node } of insert) {
    if (!nodes.includes(node)) throw new EditError(`Nothing can be told to node ${node}: its recording is not here.`);
  }
}
