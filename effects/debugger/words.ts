/**
 * Messages, effects and reasons in a few words: one source for whatever tells a run to people.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { ConfChange } from "../../core/conf_change.ts";
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { EntryId, NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Effect, Persist, RejectReason, RoleChanged, RoleChangeReason, RoleName } from "../../core/outbox.ts";
import type { WhyRefused } from "../../core/vote.ts";

/** A position as index and term: `5/2`. */
export function position({ index, term }: EntryId): string {
  return `${index}/${term}`;
}

/** Positions that follow each other, from the first to the last one. */
export function positions(entries: readonly EntryId[]): string {
  if (entries.length <= 3) return entries.map(position).join(" ");
  return `${position(entries[0])} … ${position(entries[entries.length - 1])}`;
}

/** A role as people call it: `pre-candidate`. */
export function roleInWords(role: RoleName): string {
  return role === "preCandidate" ? "pre-candidate" : role;
}

/** `1, 2 and 3`. */
export function listInWords(list: readonly (string | number)[], and = "and"): string {
  if (list.length < 2) return list.join("");
  return `${list.slice(0, -1).join(", ")} ${and} ${list[list.length - 1]}`;
}

/** `node 1`, `nodes 1 and 2`. */
export function nodesInWords(ids: readonly NodeId[]): string {
  return `${ids.length === 1 ? "node" : "nodes"} ${listInWords(ids)}`;
}

/** `1 step`, `2 steps`, `1,000 steps`. */
export function many(count: number, one: string, more: string = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
}

/** A message in a few words. */
export function describeMessage(message: Message): string {
  const what = "from" in message ? `${message.type} from ${message.from}, term ${message.term}` : message.type;
  const details = detailsOf(message);
  if (details === "") return what;
  return "from" in message ? `${what}, ${details}` : `${what} ${details}`;
}

/** What a message says besides who sends it and in which term; nothing if that is all. */
export function detailsOf(message: Message): string {
  switch (message.type) {
    case "Append":
      return message.entries.length === 0
        ? `nothing behind ${position(message.prev)}, commit ${message.commit}`
        : `[${positions(message.entries)}] behind ${position(message.prev)}, commit ${message.commit}`;
    case "AppendResponse":
      return O.isSome(message.hint)
        ? `no match at ${message.index}, hint ${position(message.hint.value)}`
        : `up to ${message.index}`;
    case "RequestVote":
    case "RequestPreVote":
      return `log to ${position(message.last)}${message.transfer ? ", for a transfer" : ""}`;
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
      return message.granted ? "granted" : "refused";
    case "Heartbeat":
      return `commit ${message.commit}${O.isSome(message.read) ? `, read ${message.read.value}` : ""}`;
    case "HeartbeatResponse":
      return O.isSome(message.read) ? `read ${message.read.value}` : "";
    case "InstallSnapshot":
      return `at ${position(message.snapshot)}`;
    case "Persisted": {
      const snapshot = O.isSome(message.snapshot) ? `, snapshot at ${message.snapshot.value}` : "";
      return `to ${position(message.last)} in term ${message.term}${snapshot}`;
    }
    case "Applied":
    case "Compact":
      return `to ${message.index}`;
    case "SnapshotAvailable":
      return `at ${position(message)}`;
    case "ReadIndexResponse":
      return `index ${message.index}`;
    case "Propose":
    case "ForwardedPropose": {
      const types = message.entries.every(({ type }) => type === "normal")
        ? many(message.entries.length, "command")
        : message.entries.map(({ type }) => type).join(" ");
      return message.type === "Propose" ? `${types} with ticket ${message.ticket}` : types;
    }
    case "ReadIndex":
      return `with ticket ${message.ticket}`;
    case "TransferLeader":
    case "ForwardedTransferLeader":
      return `to ${message.transferee}`;
    case "Unreachable":
      return `of ${message.peer}`;
    case "SnapshotStatus":
      return `of ${message.peer}: ${message.arrived ? "arrived" : "failed"}`;
    case "ApplyConfChange":
      return describeChange(message.change);
    case "TimeoutNow":
    case "ForwardedReadIndex":
    case "Tick":
    case "Campaign":
    case "Beat":
    case "CheckQuorum":
    case "ForgetLeader":
    case "SnapshotUnavailable":
      return "";
  }
}

/** A change of the configuration in a few words. */
export function describeChange({ transition, changes }: ConfChange): string {
  return `${transition} [${changes.map(({ type, id }) => `${type} ${id}`).join(", ")}]`;
}

/** A configuration in a few words. */
export function describeConfiguration(
  { voters, votersOutgoing, learners, learnersNext }: ConfigurationIds,
): string {
  const words = [`voters ${listInWords(voters)}`];
  if (votersOutgoing.length > 0) words.push(`jointly with ${listInWords(votersOutgoing)}`);
  if (learners.length > 0) words.push(`learners ${listInWords(learners)}`);
  if (learnersNext.length > 0) words.push(`${listInWords(learnersNext)} to become learners`);
  return words.join(", ");
}

/** What a node wants done, in a few words. */
export function describeEffect(effect: Effect): string {
  switch (effect.type) {
    case "Send":
      return `send ${addressed(effect.message)}`;
    case "Persist":
      return describePersist(effect);
    case "Apply":
      return `apply ${positions(effect.entries)}`;
    case "RestoreSnapshot":
      return `restore the snapshot at ${position(effect.snapshot)}`;
    case "SnapshotWanted":
      return `make a snapshot for ${effect.to}`;
    case "ReadReady":
      return `the read with ticket ${effect.ticket} may be served at ${effect.index}`;
    case "ForwardedReadReady":
      return `a read that was forwarded may be served at ${effect.index}`;
    case "Appended": {
      const last = effect.first + effect.count - 1;
      const where = effect.count === 1 ? `${effect.first}` : `${effect.first} to ${last}`;
      return `the proposal with ticket ${effect.ticket} is at ${where}`;
    }
    case "Rejected": {
      const whose = O.isSome(effect.ticket) ? `the request with ticket ${effect.ticket.value}` : "a peer's request";
      return `${whose} is rejected: ${describeRejection(effect.reason)}`;
    }
    case "RoleChanged":
      return describeRoleChange(effect);
    case "Refused":
      return `the input is refused: ${describeObjection(effect.reason)}`;
    case "Fault":
      return `a fault: ${describeObjection(effect.reason)}`;
  }
}

/** `Heartbeat to 2, term 3, commit 5`. */
export function addressed(message: Extract<Message, { readonly to: NodeId }>): string {
  const details = detailsOf(message);
  return `${message.type} to ${message.to}, term ${message.term}${details === "" ? "" : `, ${details}`}`;
}

/** A change of role, term or leader, with its reason. */
export function describeRoleChange({ from, to, term, lead, reason }: RoleChanged): string {
  const role = from === to ? `stays ${roleInWords(to)}` : `becomes ${roleInWords(to)}`;
  return `${role} in term ${term}, ${leaderInWords(lead)}: ${describeReason(reason)}`;
}

/** Why a node's role, term or leader changed: a sentence without its full stop. */
export function describeReason(reason: RoleChangeReason): string {
  switch (reason.type) {
    case "ElectionTimeout":
      return "it has heard of no leader for an election timeout";
    case "CampaignRequested":
      return "its host asked it to campaign";
    case "TransferRequested":
      return `leader ${reason.by} hands over to it`;
    case "PreVoteWon":
      return "a majority would vote for it";
    case "ElectionWon":
      return "a majority has voted for it";
    case "ElectionLost":
      return "a majority has refused it";
    case "HigherTerm":
      return `${article(reason.message)} ${reason.message} from ${reason.from} has a higher term`;
    case "LeaderFound":
      return `it has heard of leader ${reason.leader}`;
    case "LeaderForgotten":
      return "its host asked it to forget its leader";
    case "QuorumInactive":
      return "no majority has answered it for an election timeout";
    case "RemovedFromConfiguration":
      return "it is no voter any more";
  }
}

/** Why a voter refuses. */
export function describeVoteRefusal(why: WhyRefused): string {
  switch (why.type) {
    case "VotedForAnother":
      return `it has voted for ${why.vote}`;
    case "LeaderKnown":
      return `it knows of leader ${why.lead}`;
    case "LogBehind":
      return "the candidate's log is behind its own";
  }
}

/** Why a request was turned down. */
export function describeRejection(reason: RejectReason): string {
  return REJECTIONS[reason];
}

/** Why an input was refused, or for what contradiction a node stops: its name in words, and its members. */
export function describeObjection(reason: { readonly type: string }): string {
  const members = Object.entries(reason)
    .filter(([name]) => name !== "type")
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return members.length === 0 ? inWords(reason.type) : `${inWords(reason.type)} (${members.join(", ")})`;
}

/** A name in words: "ElectionTimeout" is "election timeout". */
export function inWords(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, " $1").toLowerCase();
}

/** `leader 2`, or that none is known. */
export function leaderInWords(lead: Option<NodeId>): string {
  return O.isSome(lead) ? `leader ${lead.value}` : "no leader known";
}

const REJECTIONS: Readonly<Record<RejectReason, string>> = {
  NoLeader: "no leader is known",
  ForwardingDisabled: "this node does not lead and forwards nothing",
  NotAMember: "this node is no member",
  TransferInProgress: "the leadership is being handed over",
  UncommittedSizeExceeded: "too much is waiting to be committed",
  ConfChangePending: "another change of the configuration may be under way",
  ConfChangeWhileJoint: "the configuration is joint",
  ConfChangeNotJoint: "the configuration is not joint",
  SteppedDown: "the leader has stepped down",
  AlreadyLeader: "it leads already",
  AlreadyTransferring: "the leadership is being handed over to it already",
  TransfereeIsLearner: "a learner cannot lead",
  TransfereeUnknown: "the node is not known",
  TransferReplaced: "another handover took its place",
  TransferTimedOut: "the handover took too long",
};

function describePersist({ hardState, entries, snapshot, sync, then }: Persist): string {
  const parts: string[] = [];
  if (O.isSome(snapshot)) parts.push(`the snapshot at ${position(snapshot.value)}`);
  if (O.isSome(hardState)) {
    const { term, vote, commit } = hardState.value;
    parts.push(
      sync ? `term ${term}, vote ${O.isSome(vote) ? vote.value : "none"}, commit ${commit}` : `commit ${commit}`,
    );
  }
  if (entries.length > 0) parts.push(`[${positions(entries)}]`);
  const write = parts.length === 0 ? "wait for the disk" : `write ${parts.join(", ")}`;
  const said = then.map((message) => message.type === "Persisted" ? "report it" : addressed(message));
  return said.length === 0 ? write : `${write}; when that is durable: ${said.join("; ")}`;
}

function article(word: string): string {
  return /^[AEIOU]/.test(word) ? "an" : "a";
}
