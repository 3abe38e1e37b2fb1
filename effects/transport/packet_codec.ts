/**
 * The bytes of a packet.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { InstallSnapshot, PeerMessage } from "../../core/message.ts";
import { type Reader, readPeerMessage, writePeerMessage, type Writer } from "../wire/mod.ts";
import { type Foreign, type Introduction, readIntroduction, writeIntroduction } from "./introduction.ts";
import { ALIVE_PACKET, type Packet, type Request, type Response } from "./packet.ts";

// A code that was given once is never given to another packet.
const HELLO = 1;
const WELCOME = 2;
const REFUSAL = 3;
const MESSAGES = 4;
const REQUEST = 5;
const RESPONSE = 6;
const NO_RESPONSE = 7;
const ALIVE = 8;
const OFFER = 9;
const RESUME = 10;
const DECLINED = 11;
const CHUNK = 12;
const END = 13;
const ARRIVED = 14;
const FAILED = 15;

/** A longer reason is cut, so that it fits in the frame of a handshake. */
const LONGEST_REASON = 500;

/** Begins a packet of messages, to be followed by any number of them. */
export function beginMessages(writer: Writer): void {
  writer.u8(MESSAGES);
}

/** Writes a packet. */
export function writePacket(writer: Writer, packet: Packet): void {
  switch (packet.type) {
    case "Hello":
      return writeIntroduced(writer, HELLO, packet.introduction);
    case "Welcome":
      return writeIntroduced(writer, WELCOME, packet.introduction);
    case "Refusal":
      return writeReason(writer, REFUSAL, packet.reason);
    case "Messages":
      beginMessages(writer);
      for (const message of packet.messages) writePeerMessage(writer, message);
      return;
    case "Request":
      return writePayload(writer, REQUEST, packet);
    case "Response":
      return writePayload(writer, RESPONSE, packet);
    case "NoResponse":
      return writeNumber(writer, NO_RESPONSE, packet.id);
    case "Alive":
      return writer.u8(ALIVE);
    case "Offer":
      writeNumber(writer, OFFER, packet.size);
      return writePeerMessage(writer, packet.message);
    case "Resume":
      return writeNumber(writer, RESUME, packet.offset);
    case "Declined":
      return writeReason(writer, DECLINED, packet.reason);
    case "Chunk":
      writer.u8(CHUNK);
      return writer.raw(packet.bytes);
    case "End":
      return writer.u8(END);
    case "Arrived":
      return writer.u8(ARRIVED);
    case "Failed":
      return writeReason(writer, FAILED, packet.reason);
  }
}

/** Reads a packet; bytes in it are views. */
export function readPacket(reader: Reader): Packet {
  const code = reader.u8();
  switch (code) {
    case HELLO:
      return { type: "Hello", introduction: readIntroduction(reader) };
    case WELCOME:
      return { type: "Welcome", introduction: readIntroduction(reader) };
    case REFUSAL:
      return { type: "Refusal", reason: reader.string().slice(0, LONGEST_REASON) };
    case MESSAGES:
      return { type: "Messages", messages: readMessages(reader) };
    case REQUEST:
      return { type: "Request", id: reader.varint(), payload: reader.remaining() };
    case RESPONSE:
      return { type: "Response", id: reader.varint(), payload: reader.remaining() };
    case NO_RESPONSE:
      return { type: "NoResponse", id: reader.varint() };
    case ALIVE:
      return ALIVE_PACKET;
    case OFFER:
      return { type: "Offer", size: reader.varint(), message: readInstallSnapshot(reader) };
    case RESUME:
      return { type: "Resume", offset: reader.varint() };
    case DECLINED:
      return { type: "Declined", reason: reader.string().slice(0, LONGEST_REASON) };
    case CHUNK:
      return { type: "Chunk", bytes: reader.remaining() };
    case END:
      return { type: "End" };
    case ARRIVED:
      return { type: "Arrived" };
    case FAILED:
      return { type: "Failed", reason: reader.string().slice(0, LONGEST_REASON) };
  }
  throw reader.failure(`${code} is no packet`);
}

/** The bytes of a packet of this kind are used up at once: they need not be copied, whatever becomes of the buffer. */
export function isUsedAtOnce(payload: Bytes): boolean {
  return payload.length > 0 && payload[0] === CHUNK;
}

function readMessages(reader: Reader): readonly PeerMessage[] {
  const messages: PeerMessage[] = [];
  while (reader.rest > 0) messages.push(readPeerMessage(reader));
  return messages;
}

function readInstallSnapshot(reader: Reader): InstallSnapshot {
  const message = readPeerMessage(reader);
  if (message.type !== "InstallSnapshot") throw reader.failure(`${message.type} is no snapshot`);
  return message;
}

function writeIntroduced(writer: Writer, code: number, introduction: Introduction | Foreign): void {
  writer.u8(code);
  if (!("foreign" in introduction)) writeIntroduction(writer, introduction); // which are only ever read
}

function writeReason(writer: Writer, code: number, reason: string): void {
  writer.u8(code);
  writer.string(reason.slice(0, LONGEST_REASON));
}

function writeNumber(writer: Writer, code: number, value: number): void {
  writer.u8(code);
  writer.varint(value);
}

function writePayload(writer: Writer, code: number, { id, payload }: Request | Response): void {
  writer.u8(code);
  writer.varint(id);
  writer.raw(payload);
}
