/**
 * Messages between nodes written by hand, for what no correct sender would send or what was sent long ago:
 * `message 2 Append from=1 term=1 prev=1@1 entries=2@1,3@1 commit=1`.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type AppendResponse, entryAt, type EntryId, type PeerMessage, proposal } from "../../../core/mod.ts";
import type { Arguments } from "./arguments.ts";

/** The message for node `to` that the rest of the command describes. */
export function readPeerMessage(to: number, args: Arguments): PeerMessage {
  const type = args.word();
  const header = { from: args.numberSetting("from", 0), to, term: args.numberSetting("term", 0) };
  switch (type) {
    case "Append": {
      const entries = (args.setting("entries") ?? "").split(",").filter((text) => text !== "").map(readId);
      return {
        type,
        ...header,
        prev: readId(args.setting("prev") ?? "0@0"),
        entries: entries.map(({ index, term }) => entryAt(proposal(new TextEncoder().encode("by-hand")), index, term)),
        commit: args.numberSetting("commit", 0),
      };
    }
    case "AppendResponse":
      return { type, ...header, ...readAnswer(args) };
    case "Heartbeat":
      return { type, ...header, commit: args.numberSetting("commit", 0), read: O.none };
    case "HeartbeatResponse": {
      const read = args.numberSetting("read", undefined);
      return { type, ...header, read: read === undefined ? O.none : O.some(read) };
    }
    case "RequestVote":
    case "RequestPreVote":
      return { type, ...header, last: readId(args.setting("last") ?? "0@0"), transfer: false };
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
      return { type, ...header, granted: args.setting("granted") === "true" };
    case "TimeoutNow":
      return { type, ...header };
    default:
      throw new Error(`Cannot write a message "${type}" by hand.`);
  }
}

// index=3: acknowledged up to 3. rejects=3 hint=1@1: there is no match at 3.
function readAnswer(args: Arguments): Pick<AppendResponse, "index" | "hint"> {
  const rejected = args.numberSetting("rejects", undefined);
  if (rejected === undefined) return { index: args.numberSetting("index", 0), hint: O.none };
  return { index: rejected, hint: O.some(readId(args.setting("hint") ?? "0@0")) };
}

/** Reads `3@1`: index 3 of term 1. */
export function readId(text: string): EntryId {
  const [index, term] = text.split("@").map(Number);
  return { index, term };
}
