/**
 * Members that a message of a type does not have. Correct nodes never send them; the recorded library sends them on, or
 * keeps them with a read, without looking at them. Our messages have no place for them.
 *
 * @module
 */
import type { RecordedEntry, RecordedMessage, RecordedMessageType } from "./recorded_message.ts";

type Member = keyof RecordedMessage;

const OWN: { readonly [T in RecordedMessageType]: readonly Member[] } = {
  MsgHup: [],
  MsgBeat: [],
  MsgCheckQuorum: [],
  MsgForgetLeader: [],
  MsgUnreachable: ["from"],
  MsgSnapStatus: ["from", "reject"],
  MsgStorageAppend: [],
  MsgStorageAppendResp: ["from", "to", "term", "index", "logTerm", "snapshot"],
  MsgStorageApply: [],
  MsgStorageApplyResp: ["from", "to", "entries"],
  MsgProp: ["from", "to", "entries"],
  MsgApp: ["from", "to", "term", "index", "logTerm", "entries", "commit"],
  MsgAppResp: ["from", "to", "term", "index", "logTerm", "reject", "rejectHint"],
  MsgVote: ["from", "to", "term", "index", "logTerm", "context"],
  MsgVoteResp: ["from", "to", "term", "reject"],
  MsgPreVote: ["from", "to", "term", "index", "logTerm", "context"],
  MsgPreVoteResp: ["from", "to", "term", "reject"],
  MsgSnap: ["from", "to", "term", "snapshot"],
  MsgHeartbeat: ["from", "to", "term", "commit", "context"],
  MsgHeartbeatResp: ["from", "to", "term", "context"],
  MsgTimeoutNow: ["from", "to", "term"],
  MsgTransferLeader: ["from", "to", "term"],
  MsgReadIndex: ["from", "to", "term", "entries"],
  MsgReadIndexResp: ["from", "to", "term", "index", "entries"],
};

/** `message` without the members that its type does not have; the same object if it has none. */
export function withoutForeign(message: RecordedMessage): RecordedMessage {
  let own: readonly Member[] = OWN[message.type];
  if (message.type === "MsgReadIndex" && message.from === undefined) own = ["entries"]; // the host's, not a peer's
  const kept = Object.fromEntries(
    Object.entries(message).filter(([member]) => member === "type" || own.some((one) => one === member)),
  );
  const { entries } = message;
  if (entries !== undefined && message.type === "MsgProp") kept.entries = entries.map(proposalOnly);
  if (message.type === "MsgHeartbeat" || message.type === "MsgHeartbeatResp") {
    if (!isPosition(message.context)) delete kept.context;
  }
  if (message.type === "MsgReadIndex" || message.type === "MsgReadIndexResp") kept.entries = [dataOnly(entries)];
  return { ...kept, type: message.type };
}

/** Whether `message` has a member that its type does not have. */
export function isForeign(message: RecordedMessage): boolean {
  return JSON.stringify(withoutForeign(message)) !== JSON.stringify(message);
}

/** Whether the context of a heartbeat is one that a leader gives: a position in 8 bytes, little-endian, below 2^53. */
export function isPosition(context: string | undefined): boolean {
  if (context === undefined || context === "") return true;
  if (context.length !== 12) return false;
  const bytes = Uint8Array.fromBase64(context);
  return bytes.length === 8 && bytes[7] === 0 && bytes[6] < 32;
}

/** A proposal has no place in the log yet. */
function proposalOnly({ type, data }: RecordedEntry): RecordedEntry {
  return { ...(type === undefined ? {} : { type }), ...(data === undefined ? {} : { data }) };
}

/** A read is known by the data of its one entry. */
function dataOnly(entries: readonly RecordedEntry[] | undefined): RecordedEntry {
  const data = entries?.[0]?.data;
  return data === undefined || data === "" ? {} : { data };
}
