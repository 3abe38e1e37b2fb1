/**
 * One message of every kind that nodes send each other, but for snapshots.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { entryAt, type NodeId, proposal } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import { bytesOf } from "./world.ts";

/** The messages. */
export function samples(from: NodeId, to: NodeId): readonly PeerMessage[] {
  const header = { from, to, term: 3 };
  const entries = [entryAt(proposal(bytesOf(64)), 8, 3), entryAt(proposal(bytesOf(3, 1), "confChangeV2"), 9, 3)];
  return [
    { ...header, type: "Append", prev: { index: 7, term: 2 }, entries, commit: 6 },
    { ...header, type: "AppendResponse", index: 9, hint: O.some({ index: 4, term: 1 }) },
    { ...header, type: "RequestVote", last: { index: 9, term: 3 }, transfer: true },
    { ...header, type: "RequestVoteResponse", granted: true },
    { ...header, type: "RequestPreVote", last: { index: 9, term: 3 }, transfer: false },
    { ...header, type: "RequestPreVoteResponse", granted: false },
    { ...header, type: "Heartbeat", commit: 9, read: O.some(4) },
    { ...header, type: "HeartbeatResponse", read: O.none },
    { ...header, type: "TimeoutNow" },
    { ...header, type: "ForwardedPropose", entries: [proposal(bytesOf(5))], term: 0 },
    { ...header, type: "ForwardedReadIndex", context: bytesOf(12), term: 0 },
    { ...header, type: "ReadIndexResponse", context: bytesOf(12), index: 9 },
    { ...header, type: "ForwardedTransferLeader", transferee: 2, term: 0 },
  ];
}
