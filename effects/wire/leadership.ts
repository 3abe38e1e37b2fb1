/**
 * What only a leader has (Figure 2: volatile state on leaders).
 *
 * @module
 */
import type { Leadership, PendingRead, ReadAck, ReadRequest, Reads, Transfer } from "../../core/node.ts";
import { readList, writeList } from "./list.ts";
import { readMessage, writeMessage } from "./message.ts";
import { readOption, readOptionalNumber, writeOption, writeOptionalNumber } from "./option.ts";
import { readProgress, writeProgress } from "./progress.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Writes it. */
export function writeLeadership(writer: Writer, own: Leadership): void {
  writer.varint(own.heartbeatElapsed);
  writeOption(writer, own.transfer, writeTransfer);
  writer.varint(own.pendingConfIndex);
  writer.varint(own.uncommittedSize);
  writeReads(writer, own.reads);
  writeList(writer, own.progress, writeProgress);
}

/** Reads it; contexts of reads are views. */
export function readLeadership(reader: Reader): Leadership {
  return {
    heartbeatElapsed: reader.varint(),
    transfer: readOption(reader, readTransfer),
    pendingConfIndex: reader.varint(),
    uncommittedSize: reader.varint(),
    reads: readReads(reader),
    progress: readList(reader, readProgress),
  };
}

/** Reads the request for a read; its context is a view. */
export function readRequest(reader: Reader): ReadRequest {
  const message = readMessage(reader);
  if (message.type === "ReadIndex" || message.type === "ForwardedReadIndex") return message;
  throw reader.failure(`${message.type} is no read`);
}

function writeTransfer(writer: Writer, { transferee, ticket }: Transfer): void {
  writer.varint(transferee);
  writeOptionalNumber(writer, ticket);
}

function readTransfer(reader: Reader): Transfer {
  return { transferee: reader.varint(), ticket: readOptionalNumber(reader) };
}

function writeReads(writer: Writer, { confirmed, pending, acks }: Reads): void {
  writer.varint(confirmed);
  writeList(writer, pending, writePendingRead);
  writeList(writer, acks, writeReadAck);
}

function readReads(reader: Reader): Reads {
  return {
    confirmed: reader.varint(),
    pending: readList(reader, readPendingRead),
    acks: readList(reader, readReadAck),
  };
}

function writePendingRead(writer: Writer, { index, request }: PendingRead): void {
  writer.varint(index);
  writeMessage(writer, request);
}

function readPendingRead(reader: Reader): PendingRead {
  return { index: reader.varint(), request: readRequest(reader) };
}

function writeReadAck(writer: Writer, { from, position }: ReadAck): void {
  writer.varint(from);
  writer.varint(position);
}

function readReadAck(reader: Reader): ReadAck {
  return { from: reader.varint(), position: reader.varint() };
}
