/**
 * The shell's own part of the replicated state: the configuration, where its members listen, and the client sessions. It
 * is stored with the state machine's effects and is a part of every snapshot.
 *
 * @module
 */
import { type ConfigurationIds, NO_MEMBERS } from "../../core/configuration.ts";
import type { Bytes, NodeId } from "../../core/entry.ts";
import { type SessionLimits, Sessions } from "../session/sessions.ts";
import type { Address } from "../storage/storage.ts";
import { readConfiguration, writeConfiguration } from "../wire/configuration.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { SystemRecord } from "./state_machine.ts";

/** The state, as of the last entry that was applied. */
export class SystemState {
  /** The configuration. */
  configuration: ConfigurationIds = NO_MEMBERS;
  /** Where the members listen for their peers. */
  readonly addresses = new Map<NodeId, Address>();
  /** The client sessions. */
  readonly sessions: Sessions;
  #membersChanged = false;

  /** An empty state. */
  constructor(limits?: SessionLimits) {
    this.sessions = new Sessions(limits);
  }

  /** The configuration and the addresses are these from now on; addresses of others are forgotten. */
  setMembers(configuration: ConfigurationIds, addresses: ReadonlyMap<NodeId, Address>): void {
    this.configuration = configuration;
    const { voters, votersOutgoing, learners } = configuration;
    const members = new Set([...voters, ...votersOutgoing, ...learners]);
    for (const [id, address] of addresses) this.addresses.set(id, address);
    for (const id of [...this.addresses.keys()]) if (!members.has(id)) this.addresses.delete(id);
    this.#membersChanged = true;
  }

  /** The records of what has changed since they were last taken. */
  changes(): readonly SystemRecord[] {
    const sessions = this.sessions.changes();
    if (!this.#membersChanged) return sessions;
    this.#membersChanged = false;
    return [...sessions, this.#members()];
  }

  /** What has changed is stored elsewhere, or not at all. */
  forgetChanges(): void {
    this.#membersChanged = false;
    this.sessions.forgetChanges();
  }

  /** All of it. */
  records(): readonly SystemRecord[] {
    return [this.#members(), ...this.sessions.records()];
  }

  /** Replaces all of it. */
  restore(records: readonly SystemRecord[]): void {
    this.sessions.restore(records);
    this.addresses.clear();
    const members = records.find(({ key }) => key === "members");
    if (members === undefined || members.value === null) return;
    const reader = new Reader(members.value);
    this.configuration = readConfiguration(reader);
    for (const [id, address] of readAddresses(reader)) this.addresses.set(id, address);
    this.#membersChanged = false;
  }

  #members(): SystemRecord {
    const writer = new Writer();
    writeConfiguration(writer, this.configuration);
    writeAddresses(writer, this.addresses);
    return { key: "members", value: writer.copy() };
  }
}

/** Writes where nodes listen: also the context of a configuration change, in which addresses travel. */
export function writeAddresses(writer: Writer, addresses: ReadonlyMap<NodeId, Address>): void {
  writer.varint(addresses.size);
  for (const [id, address] of addresses) {
    writer.varint(id);
    writer.string(address);
  }
}

/** Reads what `writeAddresses` wrote. */
export function readAddresses(reader: Reader): ReadonlyMap<NodeId, Address> {
  const addresses = new Map<NodeId, Address>();
  for (let count = reader.varint(); count > 0; count--) addresses.set(reader.varint(), reader.string());
  return addresses;
}

/** The bytes of `records`, in chunks of about `chunkSize`: the beginning of every snapshot. */
export function encodeRecords(records: readonly SystemRecord[], chunkSize: number): readonly Bytes[] {
  const chunks: Bytes[] = [];
  let writer = new Writer();
  for (const { key, value } of records) {
    if (value === null) continue;
    writer.string(key);
    writer.bytes(value);
    if (writer.length < chunkSize) continue;
    chunks.push(writer.copy());
    writer = new Writer();
  }
  return writer.length === 0 ? chunks : [...chunks, writer.copy()];
}

/** The records in a chunk that `encodeRecords` made. */
export function decodeRecords(chunk: Bytes): readonly SystemRecord[] {
  const reader = new Reader(chunk);
  const records: SystemRecord[] = [];
  while (reader.rest > 0) records.push({ key: reader.string(), value: reader.bytes().slice() });
  return records;
}
