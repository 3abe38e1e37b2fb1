/**
 * Why a node's role, term or leader changed.
 *
 * @module
 */
import type { RoleChangeReason } from "../../core/outbox.ts";
import { Enumeration } from "./enumeration.ts";
import { MESSAGE_TYPES } from "./message_tags.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const REASONS = new Enumeration<RoleChangeReason["type"]>("reason of a change of role", {
  ElectionTimeout: 0,
  CampaignRequested: 1,
  TransferRequested: 2,
  PreVoteWon: 3,
  ElectionWon: 4,
  ElectionLost: 5,
  HigherTerm: 6,
  LeaderFound: 7,
  LeaderForgotten: 8,
  QuorumInactive: 9,
  RemovedFromConfiguration: 10,
});

/** Writes why a node's role, term or leader changed. */
export function writeRoleChangeReason(writer: Writer, reason: RoleChangeReason): void {
  REASONS.write(writer, reason.type);
  switch (reason.type) {
    case "TransferRequested":
      writer.varint(reason.by);
      return;
    case "HigherTerm":
      writer.varint(reason.from);
      MESSAGE_TYPES.write(writer, reason.message);
      return;
    case "LeaderFound":
      writer.varint(reason.leader);
      return;
    case "ElectionTimeout":
    case "CampaignRequested":
    case "PreVoteWon":
    case "ElectionWon":
    case "ElectionLost":
    case "LeaderForgotten":
    case "QuorumInactive":
    case "RemovedFromConfiguration":
      return;
  }
}

/** Reads why a node's role, term or leader changed. */
export function readRoleChangeReason(reader: Reader): RoleChangeReason {
  const type = REASONS.read(reader);
  switch (type) {
    case "TransferRequested":
      return { type, by: reader.varint() };
    case "HigherTerm":
      return { type, from: reader.varint(), message: MESSAGE_TYPES.read(reader) };
    case "LeaderFound":
      return { type, leader: reader.varint() };
    case "ElectionTimeout":
    case "CampaignRequested":
    case "PreVoteWon":
    case "ElectionWon":
    case "ElectionLost":
    case "LeaderForgotten":
    case "QuorumInactive":
    case "RemovedFromConfiguration":
      return { type };
  }
}
