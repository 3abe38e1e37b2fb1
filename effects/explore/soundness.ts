/**
 * Whether what an exploration has left out could have made a difference for the reducer at hand. Two things are left out:
 * messages that their receivers have no use for any more, and states that differ from others only in the numbers of the
 * nodes. Both are checked against the reducer itself, for every machine and every message that was met.
 *
 * @module
 */
import type { PeerMessage } from "../../core/message.ts";
import { canonical } from "./canonical.ts";
import { hostText } from "./host.ts";
import { renamedHost, renamedInput, renamedMessage, type Renaming } from "./permute.ts";
import { runHost } from "./run_host.ts";
import type { Transitions } from "./transitions.ts";

/** What is wrong with leaving out useless messages, in a sentence; null if nothing is. */
export function whyNotUseless(transitions: Transitions): string | null {
  const { term, campaigns, from, next } = transitions;
  for (let i = 0; i < transitions.size; i++) {
    const [before, after] = [from.items[i], next.items[i]];
    const back = term.items[after] < term.items[before];
    const again = term.items[after] === term.items[before] && campaigns.items[after] > campaigns.items[before];
    if (back || again) return "a node comes back to a term, or to a campaign, that was over";
  }
  return usedAfterAll(transitions);
}

// No machine may have use for a message that was left out with it.
function usedAfterAll(transitions: Transitions): string | null {
  const { hosts, inputs, rules, to } = transitions;
  const byNode: number[][] = [];
  for (let input = 0; input < inputs.size; input++) {
    if (to.items[input] >= 0) (byNode[to.items[input]] ??= []).push(input);
  }
  const { size } = hosts; // more may be met meanwhile
  for (let number = 0; number < size; number++) {
    const host = hosts.at(number);
    for (const message of byNode[host.id - 1] ?? []) {
      if (!transitions.isUseless(message, number)) continue;
      const input = inputs.at(message);
      if (input.type !== "deliver") continue;
      const [after, outbox] = rules.step(host.node, input.message);
      if (after === host.node && outbox.length === 0) continue;
      const { host: outcome, sent } = runHost(host, input, rules);
      if (sent.length > 0 || hostText(outcome) !== hostText(host)) {
        return `node ${host.id} has use for a ${input.message.type} of term ${input.message.term} in term ${host.node.term}`;
      }
    }
  }
  return null;
}

/** What is wrong with taking nodes for interchangeable, in a sentence; null if nothing is. */
export function whyNotSymmetric(transitions: Transitions, renamings: readonly Renaming[]): string | null {
  const { hosts, inputs, from, by, next, rules } = transitions;
  const { size } = transitions;
  for (let i = 0; i < size && renamings.length > 1; i++) {
    const names = renamings[1 + i % (renamings.length - 1)];
    const interrupted = by.items[i] < 0;
    const input = inputs.at(interrupted ? -1 - by.items[i] : by.items[i]);
    const outcome = runHost(renamedHost(names, hosts.at(from.items[i])), renamedInput(names, input), rules, {
      interrupted,
    });
    const sent = sentBy(transitions, i).map((message) => canonical(renamedMessage(names, message))).sort();
    const same = hostText(outcome.host) === hostText(renamedHost(names, hosts.at(next.items[i]))) &&
      `${outcome.sent.map(canonical).sort()}` === `${sent}`;
    if (!same) return `what becomes of node ${outcome.host.id} by ${input.type} depends on the numbers of the nodes`;
  }
  return null;
}

function sentBy({ sent, sentFrom, inputs }: Transitions, transition: number): readonly PeerMessage[] {
  const numbers = sent.items.subarray(sentFrom.items[transition], sentFrom.items[transition + 1]);
  return [...numbers].flatMap((number) => {
    const input = inputs.at(number);
    return input.type === "deliver" ? [input.message] : [];
  });
}
