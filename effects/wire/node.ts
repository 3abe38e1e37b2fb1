/**
 * The whole state of a node: what a recording begins with, and comes back to now and then. A node that was read goes on as
 * the one that was written, but shares nothing with it.
 *
 * @module
 */
import { type Configuration, configuration } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Common, Leadership, Node, Vote } from "../../core/node.ts";
import { readConfiguration, writeConfiguration } from "./configuration.ts";
import { readLeadership, readRequest, writeLeadership } from "./leadership.ts";
import { readList, writeList } from "./list.ts";
import { readLog, writeLog } from "./log.ts";
import { writeMessage } from "./message.ts";
import { ROLE_NAMES } from "./names.ts";
import { readOption, readOptionalNumber, writeOption, writeOptionalNumber } from "./option.ts";
import { readOptions, writeOptions } from "./options.ts";
import type { Reader } from "./reader.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { Writer } from "./writer.ts";

/** Writes a node. */
export function writeNode(writer: Writer, node: Node): void {
  ROLE_NAMES.write(writer, node.role);
  writer.varint(node.id);
  writeOptions(writer, node.options);
  writeConfiguration(writer, node.configuration);
  writeOption(writer, node.snapshot, writeSnapshot);
  writer.varint(node.term);
  writeOptionalNumber(writer, node.vote);
  writeOptionalNumber(writer, node.lead);
  writeLog(writer, node.log);
  writer.varint(node.stable);
  writeOption(writer, node.pendingSnapshot, writeSnapshot);
  writer.varint(node.commit);
  writer.varint(node.applied);
  writer.varint(node.electionElapsed);
  writeOptionalNumber(writer, node.timeout);
  writeList(writer, node.heldReads, writeMessage);
  switch (node.role) {
    case "follower":
      return;
    case "preCandidate":
    case "candidate":
      writeList(writer, node.own, writeVote);
      return;
    case "leader":
      writeLeadership(writer, node.own);
      return;
  }
}

/** Reads a node; bytes in it are views. */
export function readNode(reader: Reader): Node {
  const role = ROLE_NAMES.read(reader);
  const common = readCommon(reader);
  switch (role) {
    case "follower":
      return { role, ...common, own: null };
    case "preCandidate":
      return { role, ...common, own: readList(reader, readVote) };
    case "candidate":
      return { role, ...common, own: readList(reader, readVote) };
    case "leader":
      return { role, ...common, own: readOwn(reader, common.configuration) };
  }
}

function readCommon(reader: Reader): Common {
  return {
    id: reader.varint(),
    options: readOptions(reader),
    configuration: readCanonical(reader),
    snapshot: readOption(reader, readSnapshot),
    term: reader.varint(),
    vote: readOptionalNumber(reader),
    lead: readOptionalNumber(reader),
    log: readLog(reader),
    stable: reader.varint(),
    pendingSnapshot: readOption(reader, readSnapshot),
    commit: reader.varint(),
    applied: reader.varint(),
    electionElapsed: reader.varint(),
    timeout: readOptionalNumber(reader),
    heldReads: readList(reader, readRequest),
  };
}

// Positions in the other lists of the node depend on the order of the members.
function readCanonical(reader: Reader): Configuration {
  const ids = readConfiguration(reader);
  for (const list of [ids.voters, ids.votersOutgoing, ids.learners, ids.learnersNext]) {
    if (!isAscending(list)) throw reader.failure("the members of a node are not in ascending order");
  }
  return configuration(ids);
}

function isAscending(ids: readonly NodeId[]): boolean {
  return ids.every((id, i) => i === 0 || ids[i - 1] < id);
}

function writeVote(writer: Writer, { from, granted }: Vote): void {
  writer.varint(from);
  writer.boolean(granted);
}

function readVote(reader: Reader): Vote {
  return { from: reader.varint(), granted: reader.boolean() };
}

function readOwn(reader: Reader, { members }: Configuration): Leadership {
  const own = readLeadership(reader);
  if (own.progress.length !== members.length) throw reader.failure("the progress of a member is missing");
  return own;
}
