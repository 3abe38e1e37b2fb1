/**
 * The settings of a node.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type Options, options, type ReadOnlyOption } from "../../core/options.ts";
import { Enumeration } from "./enumeration.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const READ_ONLY_OPTIONS = new Enumeration<ReadOnlyOption>("way to read", { safe: 0, leaseBased: 1 });

/** Writes settings. */
export function writeOptions(writer: Writer, options: Options): void {
  writer.varint(options.electionTick);
  writer.varint(options.heartbeatTick);
  writer.f64(options.maxSizePerMsg);
  writer.varint(options.maxInflightMsgs);
  writer.f64(options.maxInflightBytes);
  writer.f64(options.maxUncommittedSize);
  writer.boolean(options.checkQuorum);
  writer.boolean(options.preVote);
  READ_ONLY_OPTIONS.write(writer, options.readOnlyOption);
  writer.boolean(options.disableProposalForwarding);
  writer.boolean(options.disableConfChangeValidation);
  writer.boolean(options.stepDownOnRemoval);
}

/** Reads settings that a node can have. */
export function readOptions(reader: Reader): Options {
  const read = options({
    electionTick: reader.varint(),
    heartbeatTick: reader.varint(),
    maxSizePerMsg: reader.f64(),
    maxInflightMsgs: reader.varint(),
    maxInflightBytes: reader.f64(),
    maxUncommittedSize: reader.f64(),
    checkQuorum: reader.boolean(),
    preVote: reader.boolean(),
    readOnlyOption: READ_ONLY_OPTIONS.read(reader),
    disableProposalForwarding: reader.boolean(),
    disableConfChangeValidation: reader.boolean(),
    stepDownOnRemoval: reader.boolean(),
  });
  if (E.isLeft(read)) throw reader.failure(`the settings of a node are wrong (${read.left.message})`);
  return read.right;
}
