/**
 * Reducers with a fault, which the explorer has to find.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Effect, type Message, type Node, start, type Step, step } from "../../core/mod.ts";
import type { ExploreOptions } from "../../effects/explore/mod.ts";

/** Votes for everybody who asks. */
export function votesTwice(before: Node, message: Message): Step {
  const forgets = message.type === "RequestVote" && message.term === before.term && before.role === "follower";
  return step(forgets ? { ...before, vote: O.none, lead: O.none } : before, message);
}

/** Does not look at its vote when it starts. */
export const forgetsItsVote: ExploreOptions["start"] = (settings, durable) => {
  const { hardState } = durable;
  if (O.isNone(hardState)) return start(settings, durable);
  return start(settings, { ...durable, hardState: O.some({ ...hardState.value, vote: O.none }) });
};

/** Acknowledges entries before they are durable. */
export function acknowledgesAtOnce(before: Node, message: Message): Step {
  const [after, outbox] = step(before, message);
  if (message.type !== "Append") return [after, outbox];
  return [
    after,
    outbox.flatMap((effect): readonly Effect[] => {
      if (effect.type !== "Persist") return [effect];
      const early = effect.then.flatMap((message): readonly Effect[] =>
        message.type === "AppendResponse" ? [{ type: "Send", message }] : []
      );
      return [...early, { ...effect, then: effect.then.filter(({ type }) => type !== "AppendResponse") }];
    }),
  ];
}

/** Throws away the end of its log when it is elected. */
export function replacesItsLog(before: Node, message: Message): Step {
  const [after, outbox] = step(before, message);
  if (message.type !== "Heartbeat" || after.role !== "follower") return [after, outbox];
  return [{
    ...after,
    log: after.log.restore({ ...after.log.snapshot, configuration: after.configuration, data: new Uint8Array() }),
  }, outbox];
}

/** Votes for candidates whose logs lack entries of its own. */
export function votesForShorterLogs(before: Node, message: Message): Step {
  if (message.type !== "RequestVote") return step(before, message);
  return step(before, { ...message, last: { index: 99, term: 99 } });
}
