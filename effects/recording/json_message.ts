/**
 * The JSON of messages: their members under their own names.
 *
 * @module
 */
import * as t from "io-ts";
import type { Message } from "../../core/message.ts";
import { confChange, configurationIds, entries, entryId, proposals, snapshot } from "./json_entry.ts";
import { bytes, type JsonCodec, option, real, tagged, whole } from "./json_values.ts";

const header = { from: whole, to: whole, term: whole };

/** A message. */
export const message: JsonCodec<Message> = tagged<Message>("message", {
  Append: t.type({ type: t.literal("Append"), ...header, prev: entryId, entries, commit: whole }),
  AppendResponse: t.type({ type: t.literal("AppendResponse"), ...header, index: whole, hint: option(entryId) }),
  RequestVote: t.type({ type: t.literal("RequestVote"), ...header, last: entryId, transfer: t.boolean }),
  RequestVoteResponse: t.type({ type: t.literal("RequestVoteResponse"), ...header, granted: t.boolean }),
  RequestPreVote: t.type({ type: t.literal("RequestPreVote"), ...header, last: entryId, transfer: t.boolean }),
  RequestPreVoteResponse: t.type({ type: t.literal("RequestPreVoteResponse"), ...header, granted: t.boolean }),
  Heartbeat: t.type({ type: t.literal("Heartbeat"), ...header, commit: whole, read: option(whole) }),
  HeartbeatResponse: t.type({ type: t.literal("HeartbeatResponse"), ...header, read: option(whole) }),
  InstallSnapshot: t.type({ type: t.literal("InstallSnapshot"), ...header, snapshot }),
  TimeoutNow: t.type({ type: t.literal("TimeoutNow"), ...header }),
  ForwardedPropose: t.type({ type: t.literal("ForwardedPropose"), ...header, entries: proposals }),
  ForwardedReadIndex: t.type({ type: t.literal("ForwardedReadIndex"), ...header, context: bytes }),
  ReadIndexResponse: t.type({ type: t.literal("ReadIndexResponse"), ...header, context: bytes, index: whole }),
  ForwardedTransferLeader: t.type({ type: t.literal("ForwardedTransferLeader"), ...header, transferee: whole }),
  Tick: t.type({ type: t.literal("Tick"), random: real }),
  Campaign: t.type({ type: t.literal("Campaign") }),
  Beat: t.type({ type: t.literal("Beat") }),
  CheckQuorum: t.type({ type: t.literal("CheckQuorum") }),
  Propose: t.type({ type: t.literal("Propose"), ticket: whole, entries: proposals }),
  ReadIndex: t.type({ type: t.literal("ReadIndex"), ticket: whole, context: bytes }),
  TransferLeader: t.type({ type: t.literal("TransferLeader"), ticket: whole, transferee: whole }),
  ForgetLeader: t.type({ type: t.literal("ForgetLeader") }),
  Unreachable: t.type({ type: t.literal("Unreachable"), peer: whole }),
  SnapshotStatus: t.type({ type: t.literal("SnapshotStatus"), peer: whole, arrived: t.boolean }),
  ApplyConfChange: t.type({ type: t.literal("ApplyConfChange"), change: confChange }),
  Persisted: t.type({ type: t.literal("Persisted"), term: whole, last: entryId, snapshot: option(whole) }),
  Applied: t.type({ type: t.literal("Applied"), index: whole }),
  SnapshotAvailable: t.type({
    type: t.literal("SnapshotAvailable"),
    index: whole,
    term: whole,
    configuration: configurationIds,
    data: bytes,
  }),
  SnapshotUnavailable: t.type({ type: t.literal("SnapshotUnavailable") }),
  Compact: t.type({ type: t.literal("Compact"), index: whole }),
});
