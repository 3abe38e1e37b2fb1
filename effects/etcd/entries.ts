/**
 * Entries, snapshots and configurations between the recorded form and ours.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import {
  type ConfChange,
  type ConfigurationIds,
  type Entry,
  type EntryType,
  NO_BYTES,
  NO_MEMBERS,
  type NodeId,
  type Proposal,
  type Snapshot,
  varintSize,
} from "../../core/mod.ts";
import { equalBytes } from "../kv/bytes.ts";
import type { RecordedConfChange, RecordedConfig, RecordedEntry, RecordedSnapshot } from "./recorded_message.ts";
import type { RunMemory } from "./run_memory.ts";

/** The entry that was recorded. */
export function toEntry(recorded: RecordedEntry, memory: RunMemory): Entry {
  const data = memory.bytes(recorded.data);
  const { index = 0, term = 0 } = recorded;
  return { index, term, type: entryType(recorded), data, size: encodedSize(recorded, data.length) };
}

/** The entries that were recorded. */
export function toEntries(recorded: readonly RecordedEntry[], memory: RunMemory): readonly Entry[] {
  const entries = new Array<Entry>(recorded.length);
  for (let i = 0; i < entries.length; i++) entries[i] = toEntry(recorded[i], memory);
  return entries;
}

/** The proposals that were recorded. Whatever they say of a term and an index is no part of a proposal. */
export function toProposals(recorded: readonly RecordedEntry[], memory: RunMemory): readonly Proposal[] {
  const proposals = new Array<Proposal>(recorded.length);
  for (let i = 0; i < proposals.length; i++) {
    const { type, data } = recorded[i];
    const bytes = memory.bytes(data);
    proposals[i] = {
      type: entryType(recorded[i]),
      data: bytes,
      size: encodedSize({ type, data }, bytes.length),
    };
  }
  return proposals;
}

/** A present type says `empty` where it is `normal`: only the encoded size tells the two apart. */
function entryType({ type }: RecordedEntry): EntryType {
  if (type === undefined) return "normal";
  return type === "normal" ? "empty" : type;
}

/** Every field that is present takes its tag and its value. */
function encodedSize({ type, term, index, data }: RecordedEntry, length: number): number {
  return (type === undefined ? 0 : 2) + (term === undefined ? 0 : 1 + varintSize(term)) +
    (index === undefined ? 0 : 1 + varintSize(index)) + (data === undefined ? 0 : 1 + varintSize(length) + length);
}

/** Whether `entry` is in all respects the one that was recorded. */
export function isEntry(entry: Entry, recorded: RecordedEntry, memory: RunMemory): boolean {
  return entry.index === (recorded.index ?? 0) && entry.term === (recorded.term ?? 0) &&
    isProposal(entry, recorded, memory);
}

/** Whether `proposal` is the one that was recorded, the encoded size included. */
export function isProposal(proposal: Proposal, recorded: RecordedEntry, memory: RunMemory): boolean {
  const { type, data, size } = proposal;
  return type === entryType(recorded) && size === encodedSize(recorded, data.length) &&
    equalBytes(data, memory.bytes(recorded.data));
}

/** Whether both entries are the same in all respects. */
export function sameEntry(a: Entry, b: Entry): boolean {
  return a === b ||
    (a.index === b.index && a.term === b.term && a.type === b.type && a.size === b.size && equalBytes(a.data, b.data));
}

/** An entry or proposal for people to read: as it would be recorded, with its size. */
export function describeEntry(entry: Entry | Proposal): unknown {
  const { type, size } = entry;
  const place = "index" in entry ? { term: entry.term, index: entry.index } : {};
  return { ...place, type, data: entry.data.toBase64(), size };
}

/** The snapshot that was recorded. */
export function toSnapshot(recorded: RecordedSnapshot, memory: RunMemory): Snapshot {
  const { index, term, confState, data } = recorded;
  return { index, term, configuration: confState, data: memory.bytes(data) };
}

/** What a message that lacks its snapshot stands for. */
export const NO_SNAPSHOT: Snapshot = { index: 0, term: 0, configuration: NO_MEMBERS, data: NO_BYTES };

/** Whether `snapshot` is the one that was recorded. */
export function isSnapshot(snapshot: Snapshot, recorded: RecordedSnapshot, memory: RunMemory): boolean {
  return snapshot.index === recorded.index && snapshot.term === recorded.term &&
    sameConfiguration(snapshot.configuration, recorded.confState) &&
    equalBytes(snapshot.data, memory.bytes(recorded.data));
}

/** A snapshot as it would be recorded. */
export function fromSnapshot({ index, term, configuration, data }: Snapshot): RecordedSnapshot {
  const recorded = { index, term, confState: fromConfiguration(configuration) };
  return data.length === 0 ? recorded : { ...recorded, data: data.toBase64() };
}

/** A configuration as it would be recorded. */
export function fromConfiguration(configuration: ConfigurationIds): RecordedConfig {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = configuration;
  return { voters, votersOutgoing, learners, learnersNext, autoLeave };
}

/** Whether both name the same members in the same order. */
export function sameConfiguration(a: ConfigurationIds, b: RecordedConfig): boolean {
  return a === b || (a.autoLeave === b.autoLeave && sameNumbers(a.voters, b.voters) &&
    sameNumbers(a.votersOutgoing, b.votersOutgoing) && sameNumbers(a.learners, b.learners) &&
    sameNumbers(a.learnersNext, b.learnersNext));
}

/** An id as it is recorded: 0 is none. */
export function idOf(id: Option<NodeId>): number {
  return O.isSome(id) ? id.value : 0;
}

/** Whether both hold the same numbers in the same order. */
export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The configuration change that was recorded. */
export function toConfChange(recorded: RecordedConfChange, memory: RunMemory): ConfChange {
  const { transition, changes, context } = recorded;
  return { transition, changes, context: memory.bytes(context) };
}
