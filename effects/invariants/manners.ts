/**
 * What a node says of itself.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { sameId } from "../../core/entry.ts";
import { type Check, violated } from "./check.ts";

/** Whoever changes its role, its term or its leader says so, once, and says why. */
export function everyTurnIsExplained(): Check {
  const name = "Every turn is explained";
  return {
    name,
    stepped({ host, before, after, outbox }) {
      const turned = before.role !== after.role || before.term !== after.term || !sameId(before.lead, after.lead);
      let said = 0;
      for (let i = 0; i < outbox.length; i++) if (outbox[i].type === "RoleChanged") said++;
      if (said === (turned ? 1 : 0)) return;
      const what = `${before.role} of term ${before.term} to ${after.role} of term ${after.term}`;
      violated(name, `${host.id} went from ${what} and said so ${said} times`);
    },
  };
}

/** An accepted `Append` is acknowledged up to its last entry, or up to what was committed before, and no further (§5.3). */
export function acknowledgementsAreVerified(): Check {
  const name = "An acknowledgement covers what the message has verified";
  return {
    name,
    stepped({ host, before, message, outbox }) {
      if (message.type !== "Append") return;
      const verified = Math.max(before.commit, message.prev.index + message.entries.length);
      for (const effect of outbox) {
        if (effect.type !== "Persist") continue;
        for (const then of effect.then) {
          if (then.type !== "AppendResponse" || O.isSome(then.hint) || then.index <= verified) continue;
          violated(name, `${host.id} acknowledges ${then.index} where ${verified} is verified`);
        }
      }
    },
  };
}

/** Between correct senders, nothing is ever refused and no node finds its own past contradicted. */
export function nobodyObjects(): Check {
  const name = "Nobody objects to correct senders";
  return {
    name,
    stepped({ host, outbox }) {
      for (let i = 0; i < outbox.length; i++) {
        const effect = outbox[i];
        if (effect.type !== "Refused" && effect.type !== "Fault") continue;
        violated(name, `${host.id} says ${effect.type} ${JSON.stringify(effect.reason)}`);
      }
    },
  };
}
