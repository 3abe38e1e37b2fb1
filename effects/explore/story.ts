/**
 * An exploration's actions in sentences.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { decodeConfChange } from "../../core/conf_change_bytes.ts";
import type { ConfChange } from "../../core/conf_change.ts";
import { type Entry, isConfChange } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Manner } from "./action.ts";
import type { Host } from "./host.ts";
import type { Input } from "./input.ts";
import type { Outcome } from "./outcome.ts";

/** What happened to `host`, in a sentence. */
export function sentenceOf(host: Host, input: Input, manner: Manner, outcome: Outcome): string {
  if (manner === "drop" && input.type === "deliver") return `${messageInWords(input.message)} is lost.`;
  const copy = manner === "duplicate" ? " (a copy of it stays in flight)" : "";
  const { term } = outcome.host.node;
  const consequences = manner === "interrupted"
    ? [`its power goes off before anything of that is written, and it starts again in term ${term}`]
    : [...answers(input, outcome), ...changes(host.node, outcome.host.node, outcome)];
  const cause = causeOf(host.id, input) + copy;
  return consequences.length === 0 ? `${cause}.` : `${cause}: ${listed(consequences)}.`;
}

function causeOf(id: number, input: Input): string {
  switch (input.type) {
    case "deliver":
      return `${messageInWords(input.message)} reaches node ${id}`;
    case "timeout":
      return `the election timeout of node ${id} passes`;
    case "idle":
      return `node ${id} hears nothing for an election timeout`;
    case "crash":
      return `node ${id} crashes and starts again`;
    case "flush":
      return `the disk of node ${id} finishes a write`;
    case "apply":
      return `the state machine of node ${id} goes on`;
    case "beat":
      return `node ${id} sends heartbeats`;
    case "checkQuorum":
      return `node ${id} checks its quorum`;
    case "propose":
      return `a client proposes command ${input.number} to node ${id}`;
    case "change":
      return `a change is proposed to node ${id} (${changeInWords(input.change)})`;
    case "snapshot":
      return `node ${id} makes a snapshot and forgets its log`;
    case "read":
      return `a client asks node ${id} for read ${input.number}`;
    case "transfer":
      return `node ${id} is asked to hand over to ${input.to}`;
    case "unreachable":
      return `node ${id} cannot reach ${input.peer}`;
  }
}

/** A message in a few words. */
export function messageInWords(message: PeerMessage): string {
  const { from, term } = message;
  switch (message.type) {
    case "Append":
      return `the Append of node ${from} in term ${term} (${
        entriesInWords(message.entries)
      } behind ${message.prev.index}, ` +
        `commit ${message.commit})`;
    case "AppendResponse":
      return O.isSome(message.hint)
        ? `the rejection of ${message.index} by node ${from} in term ${term}`
        : `the acknowledgement of ${message.index} by node ${from} in term ${term}`;
    case "RequestVote":
    case "RequestPreVote":
      return `the ${message.type} of node ${from} for term ${term}`;
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
      return `the ${message.granted ? "granted" : "refused"} ${
        message.type === "RequestVoteResponse" ? "vote" : "pre-vote"
      } of node ${from} in term ${term}`;
    case "Heartbeat":
      return `the heartbeat of node ${from} in term ${term} (commit ${message.commit})`;
    case "HeartbeatResponse":
      return `the answer of node ${from} to a heartbeat in term ${term}`;
    case "InstallSnapshot":
      return `the snapshot of node ${from} in term ${term} (up to ${message.snapshot.index})`;
    case "TimeoutNow":
      return `the TimeoutNow of node ${from} in term ${term}`;
    case "ForwardedPropose":
      return `the proposal that node ${from} passes on`;
    case "ForwardedReadIndex":
      return `the read that node ${from} passes on`;
    case "ReadIndexResponse":
      return `the answer of node ${from} to a read (index ${message.index})`;
    case "ForwardedTransferLeader":
      return `the transfer to ${message.transferee} that node ${from} passes on`;
  }
}

function entriesInWords(entries: readonly Entry[]): string {
  if (entries.length === 0) return "nothing";
  return entries.map((entry) => `${entry.index}/${entry.term}${contentInWords(entry)}`).join(", ");
}

function contentInWords(entry: Entry): string {
  if (isConfChange(entry)) {
    const change = decodeConfChange(entry);
    return ` ${E.isRight(change) ? changeInWords(change.right) : "?"}`;
  }
  return entry.data.length === 0 ? "" : ` [${entry.data}]`;
}

function changeInWords({ changes, transition }: ConfChange): string {
  const words = changes.length === 0 ? "leave the joint configuration" : changes.map(({ type, id }) => `${type} ${id}`);
  return `${words}${transition === "auto" ? "" : ` through a joint configuration`}`;
}

function answers(input: Input, { sent }: Outcome): readonly string[] {
  if (input.type !== "deliver" && input.type !== "flush") return [];
  const words: string[] = [];
  for (const message of sent) {
    if (message.type === "RequestVoteResponse") {
      words.push(
        `it ${message.granted ? "grants its vote to" : "refuses its vote to"} ${message.to} in term ${message.term}`,
      );
    } else if (message.type === "RequestPreVoteResponse") {
      words.push(`it ${message.granted ? "would" : "would not"} vote for ${message.to} in term ${message.term}`);
    } else if (message.type === "AppendResponse") {
      words.push(O.isSome(message.hint) ? `it rejects ${message.index}` : `it acknowledges ${message.index}`);
    }
  }
  return words;
}

function changes(before: Node, after: Node, { elected, committed }: Outcome): readonly string[] {
  const words: string[] = [];
  if (after.role !== before.role || after.term !== before.term) {
    words.push(elected > 0 ? `it is elected in term ${elected}` : `${ROLES[after.role]} in term ${after.term}`);
  }
  if (after.log.last.index > before.log.last.index) {
    words.push(`its log ends at ${after.log.last.index}/${after.log.last.term}`);
  } else if (after.log.last.index < before.log.last.index || after.log.last.term !== before.log.last.term) {
    words.push(`its log now ends at ${after.log.last.index}/${after.log.last.term}`);
  }
  for (const { entries } of committed) {
    const last = entries.at(-1);
    if (last !== undefined) words.push(`it commits up to ${last.index}/${last.term}`);
  }
  return words;
}

const ROLES: Readonly<Record<Node["role"], string>> = {
  follower: "it is a follower",
  preCandidate: "it asks whether it could win",
  candidate: "it campaigns",
  leader: "it leads",
};

function listed(words: readonly string[]): string {
  return words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
