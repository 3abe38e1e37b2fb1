/**
 * What a step leaves unsaid: why there is no campaign, why a vote is refused, which timeout was drawn, what a change makes
 * of the configuration.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { campaign, checkVote, type Message, type Node, type Outbox } from "../../../core/mod.ts";
import { configurationText } from "../text/entry.ts";
import { reasonText } from "../text/effect.ts";

/** Lines in parentheses that explain the step from `before` to `after`. */
export function explain(before: Node, message: Message, after: Node, outbox: Outbox): readonly string[] {
  switch (message.type) {
    case "Campaign":
    case "TimeoutNow": {
      const begun = campaign(before, "election");
      return E.isLeft(begun) ? [`(no campaign: ${reasonText(begun.left)})`] : [];
    }
    case "RequestVote":
    case "RequestPreVote": {
      if (outbox.length === 0) return ["(no answer)"];
      if (message.term < before.term) return ["(refuses: the term is old)"];
      // What spoke against it is still there after the step: a refusal changes no vote, no leader and no log.
      const vote = checkVote(after, message);
      return E.isLeft(vote) ? [`(refuses: ${reasonText(vote.left)})`] : [];
    }
    case "Tick":
      return O.isNone(before.timeout) && O.isSome(after.timeout)
        ? [`(draws the election timeout ${after.timeout.value})`]
        : [];
    case "ApplyConfChange":
    case "InstallSnapshot":
      return before.configuration === after.configuration ? [] : [`(${configurationText(after.configuration)})`];
    default:
      return [];
  }
}
