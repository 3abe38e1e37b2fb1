/**
 * Effects as a transcript shows them, a line for each, and one more for everything that waits behind a write.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Effect, Persist, Rejected, RoleChanged, RoleChangeReason, Send } from "../../../core/mod.ts";
import { entryText, idText } from "./entry.ts";
import { contextText, peerMessageText, persistedText } from "./message.ts";

/** All effects but `Send`, whose line also tells what the network does with the message. */
export function effectLines(effect: Exclude<Effect, Send>, showPersisted: boolean): readonly string[] {
  switch (effect.type) {
    case "Persist":
      return persistLines(effect, showPersisted);
    case "Apply":
      return [`apply ${effect.entries.map(entryText).join(", ")}`];
    case "RestoreSnapshot":
      return [`restore snapshot ${idText(effect.snapshot)}`];
    case "SnapshotWanted":
      return [`wants a snapshot for ${effect.to}`];
    case "ReadReady":
      return [`read #${effect.ticket} ready at ${effect.index}`];
    case "ForwardedReadReady":
      return [`read ${contextText(effect.context)} ready at ${effect.index}`];
    case "Appended": {
      const { ticket, first, count } = effect;
      return [`#${ticket} appended at ${count === 1 ? first : `${first}..${first + count - 1}`}`];
    }
    case "Rejected":
      return [rejectedText(effect)];
    case "RoleChanged":
      return [roleChangedText(effect)];
    case "Refused":
      return [`REFUSED: ${reasonText(effect.reason)}`];
    case "Fault":
      return [`FAULT: ${reasonText(effect.reason)}`];
  }
}

/** A role change: `* follower → candidate, term 1, no leader: CampaignRequested`. */
export function roleChangedText({ from, to, term, lead, reason }: RoleChanged): string {
  const role = from === to ? to : `${from} → ${to}`;
  const leader = O.isSome(lead) ? `leader ${lead.value}` : "no leader";
  return `* ${role}, term ${term}, ${leader}: ${roleReasonText(reason)}`;
}

function persistLines(persist: Persist, showPersisted: boolean): readonly string[] {
  const { hardState, entries, snapshot, sync } = persist;
  const parts: string[] = [];
  if (O.isSome(snapshot)) parts.push(`snapshot ${idText(snapshot.value)}`);
  if (O.isSome(hardState)) {
    const { term, vote, commit } = hardState.value;
    parts.push(sync ? `term=${term} vote=${O.isSome(vote) ? vote.value : "-"} commit=${commit}` : `commit=${commit}`);
  }
  parts.push(...entries.map(entryText));
  const lines = [parts.length === 0 ? "barrier" : `persist ${parts.join(", ")}${sync ? "" : " (no sync)"}`];
  for (const then of persist.then) {
    if (then.type !== "Persisted") lines.push(`  then → ${then.to} ${peerMessageText(then)}`);
    else if (showPersisted) lines.push(`  then ${persistedText(then)}`);
  }
  return lines;
}

function rejectedText({ ticket, reason }: Rejected): string {
  return `${O.isSome(ticket) ? `#${ticket.value}` : "a peer's request"} rejected: ${reason}`;
}

function roleReasonText(reason: RoleChangeReason): string {
  switch (reason.type) {
    case "HigherTerm":
      return `HigherTerm of ${reason.message} from ${reason.from}`;
    case "TransferRequested":
      return `TransferRequested by ${reason.by}`;
    case "ElectionTimeout":
    case "CampaignRequested":
    case "PreVoteWon":
    case "ElectionWon":
    case "ElectionLost":
    case "LeaderFound":
    case "LeaderForgotten":
    case "QuorumInactive":
    case "RemovedFromConfiguration":
      return reason.type;
  }
}

/** A reason of any kind: its name and its members. */
export function reasonText(reason: { readonly type: string }): string {
  const members = Object.entries(reason).filter(([name]) => name !== "type").map(([name, value]) => `${name}=${value}`);
  return [reason.type, ...members].join(" ");
}
