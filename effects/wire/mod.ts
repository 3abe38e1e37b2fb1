/**
 * The binary codec: one for everything that is sent or stored. Frames on the network, records of the log, snapshots and
 * recordings are made of the same parts.
 *
 * Each kind of value has a function that writes it to a {@linkcode Writer} and one that reads it from a
 * {@linkcode Reader}; {@linkcode encode} and {@linkcode decode} are for single values. A value has one form only: bytes that
 * can be read are the bytes that would be written. Bytes inside of what was read are views of what was read from.
 *
 * @module
 */
export { agreeOn, ANNOUNCEMENT, writeAnnouncement } from "./announcement.ts";
export { checksum } from "./checksum.ts";
export * from "./conf_change.ts";
export * from "./configuration.ts";
export {
  readEntries,
  readEntry,
  readEntryId,
  readProposal,
  readProposals,
  writeEntries,
  writeEntry,
  writeEntryId,
  writeProposal,
  writeProposals,
} from "./entry.ts";
export * from "./enumeration.ts";
export {
  beginFrame,
  endFrame,
  FRAME_HEADER,
  type FrameAt,
  frameAt,
  type FrameError,
  LONGEST_PAYLOAD,
} from "./frame.ts";
export * from "./frame_reader.ts";
export * from "./hard_state.ts";
export * from "./list.ts";
export * from "./log.ts";
export * from "./message.ts";
export * from "./node.ts";
export * from "./option.ts";
export * from "./options.ts";
export * from "./outbox.ts";
export { readPeerMessage, writePeerMessage } from "./peer_message.ts";
export * from "./reader.ts";
export * from "./snapshot.ts";
export {
  type Format,
  FORMAT_HEADER,
  type FormatError,
  type FormatName,
  FORMATS,
  readFormat,
  type Version,
  writeFormat,
} from "./version.ts";
export * from "./wire_error.ts";
export * from "./writer.ts";
