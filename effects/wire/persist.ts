/**
 * What a node wants on its disk, and what it says when that is durable.
 *
 * @module
 */
import type { PeerMessage, Persisted } from "../../core/message.ts";
import type { Persist } from "../../core/outbox.ts";
import { readEntries, writeEntries } from "./entry.ts";
import { readHardState, writeHardState } from "./hard_state.ts";
import { readList, writeList } from "./list.ts";
import { readMessage, writeMessage } from "./message.ts";
import { readOption, writeOption } from "./option.ts";
import type { Reader } from "./reader.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { Writer } from "./writer.ts";

/** Writes all of it. */
export function writePersist(writer: Writer, { hardState, entries, snapshot, sync, then }: Persist): void {
  writeOption(writer, hardState, writeHardState);
  writeEntries(writer, entries);
  writeOption(writer, snapshot, writeSnapshot);
  writer.boolean(sync);
  writeList(writer, then, writeMessage);
}

/** Reads all of it; bytes in it are views. */
export function readPersist(reader: Reader): Persist {
  return {
    type: "Persist",
    hardState: readOption(reader, readHardState),
    entries: readEntries(reader),
    snapshot: readOption(reader, readSnapshot),
    sync: reader.boolean(),
    then: readList(reader, readFollowUp),
  };
}

function readFollowUp(reader: Reader): PeerMessage | Persisted {
  const message = readMessage(reader);
  switch (message.type) {
    case "Persisted":
    case "Append":
    case "AppendResponse":
    case "Heartbeat":
    case "HeartbeatResponse":
    case "RequestVote":
    case "RequestVoteResponse":
    case "RequestPreVote":
    case "RequestPreVoteResponse":
    case "InstallSnapshot":
    case "TimeoutNow":
    case "ForwardedPropose":
    case "ForwardedReadIndex":
    case "ReadIndexResponse":
    case "ForwardedTransferLeader":
      return message;
    case "Tick":
    case "Campaign":
    case "Beat":
    case "CheckQuorum":
    case "Propose":
    case "ReadIndex":
    case "TransferLeader":
    case "ForgetLeader":
    case "Unreachable":
    case "SnapshotStatus":
    case "ApplyConfChange":
    case "Applied":
    case "SnapshotAvailable":
    case "SnapshotUnavailable":
    case "Compact":
      throw reader.failure(`${message.type} does not wait for a disk`);
  }
}
