/**
 * Reads messages from lines of the JSON form many times faster than the codec in `json_message.ts`, which says what they
 * are: a message that is not written exactly as this program writes it is left to the codec.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes, Entry, EntryId, EntryType, Proposal } from "../../core/entry.ts";
import { NO_ENTRIES } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import { type LineScanner, literal } from "./line_scanner.ts";
import { LeftOut } from "./payload.ts";

type Scan = (line: LineScanner) => Message | null;

const [TO, TERM, INDEX, PREV, ENTRIES, COMMIT, HINT] = named(
  "to",
  "term",
  "index",
  "prev",
  "entries",
  "commit",
  "hint",
);
const [LAST, TRANSFER, GRANTED, READ, SNAPSHOT] = named("last", "transfer", "granted", "read", "snapshot");
const [CONTEXT, TRANSFEREE, ARRIVED] = named("context", "transferee", "arrived");
const [INDEX_FIRST, TERM_SECOND, CLOSE] = ['{"index":', ',"term":', "}"].map(literal);
const [OPEN_LIST, CLOSE_LIST, COMMA, QUOTE] = ["[", "]", ",", '"'].map(literal);
const [PROPOSAL_TYPE, ENTRY_TYPE, DATA, SIZE] = ['{"type":"', ',"type":"', '","data":', ',"size":'].map(literal);
const [LEFT_OUT, LEFT_OUT_HASH] = ['{"length":', ',"hash":'].map(literal);
const TYPES: readonly (readonly [EntryType, Bytes])[] =
  (["normal", "empty", "confChangeV2", "confChange"] satisfies readonly EntryType[])
    .map((type) => [type, literal(type)]);

const STRING = 0x22;

/** The next message; null if it is not one that this function reads. What it returns counts if the line did not fail. */
export function scanMessage(line: LineScanner): Message | null {
  const scan = SCANS[slot(line.next, line.untilQuote())];
  return scan === undefined ? null : scan(line);
}

/** The entries of a list. */
export function scanEntries(line: LineScanner): readonly Entry[] {
  line.expect(OPEN_LIST);
  if (line.passes(CLOSE_LIST)) return NO_ENTRIES;
  const entries: Entry[] = [scanEntry(line)];
  while (!line.failed && line.passes(COMMA)) entries.push(scanEntry(line));
  line.expect(CLOSE_LIST);
  return entries;
}

/** A position. */
export function scanEntryId(line: LineScanner): EntryId {
  line.expect(INDEX_FIRST);
  const index = line.whole();
  line.expect(TERM_SECOND);
  const term = line.whole();
  line.expect(CLOSE);
  return { index, term };
}

function scanEntry(line: LineScanner): Entry {
  line.expect(INDEX_FIRST);
  const index = line.whole();
  line.expect(TERM_SECOND);
  const term = line.whole();
  line.expect(ENTRY_TYPE);
  const type = scanType(line);
  const data = scanData(line);
  line.expect(SIZE);
  const size = line.whole();
  line.expect(CLOSE);
  return { index, term, type, data, size };
}

function scanProposals(line: LineScanner): readonly Proposal[] {
  line.expect(OPEN_LIST);
  const proposals: Proposal[] = [];
  if (line.passes(CLOSE_LIST)) return proposals;
  do proposals.push(scanProposal(line)); while (!line.failed && line.passes(COMMA));
  line.expect(CLOSE_LIST);
  return proposals;
}

function scanProposal(line: LineScanner): Proposal {
  line.expect(PROPOSAL_TYPE);
  const type = scanType(line);
  const data = scanData(line);
  line.expect(SIZE);
  const size = line.whole();
  line.expect(CLOSE);
  return { type, data, size };
}

function scanType(line: LineScanner): EntryType {
  for (let i = 0; i < TYPES.length; i++) if (line.passes(TYPES[i][1])) return TYPES[i][0];
  line.failed = true;
  return "normal";
}

/** The data of an entry: bytes, or what stands in the place of those that were left out. */
function scanData(line: LineScanner): Bytes {
  line.expect(DATA);
  if (line.next === STRING) return scanBytes(line);
  line.expect(LEFT_OUT);
  const length = line.whole();
  line.expect(LEFT_OUT_HASH);
  let of: LeftOut["of"] = O.none;
  if (!line.passesNull()) {
    line.expect(QUOTE);
    const high = line.hexadecimal();
    of = O.some({ high, low: line.hexadecimal() });
    line.expect(QUOTE);
  }
  line.expect(CLOSE);
  return new LeftOut(line.failed ? 0 : length, of);
}

function scanBytes(line: LineScanner): Bytes {
  line.expect(QUOTE);
  const bytes = line.base64();
  line.expect(QUOTE);
  return bytes;
}

function scanHint(line: LineScanner): Option<EntryId> {
  return line.passesNull() ? O.none : O.some(scanEntryId(line));
}

/** A whole number behind the name of its member. */
function whole(line: LineScanner, name: Bytes): number {
  line.expect(name);
  return line.whole();
}

function boolean(line: LineScanner, name: Bytes): boolean {
  line.expect(name);
  return line.boolean();
}

/** A value behind the name of its member. */
function member<A>(line: LineScanner, name: Bytes, scan: (line: LineScanner) => A): A {
  line.expect(name);
  return scan(line);
}

function optionalWhole(line: LineScanner, name: Bytes): Option<number> {
  line.expect(name);
  return line.optionalWhole();
}

/** What is before the values of members that are not the first ones. */
function named(...names: readonly string[]): readonly Bytes[] {
  return names.map((name) => literal(`,"${name}":`));
}

/** The place of a type of message in the table: its first letter and its length tell it from all others. */
function slot(first: number, length: number): number {
  return (first & 31) * 32 + (length & 31);
}

const SCANS: (Scan | undefined)[] = new Array(1024).fill(undefined);

/** A message begins with the name of its type, and a first member or none. */
function define(type: Message["type"], first: string | null, scan: Scan): void {
  const beginning = literal(first === null ? `${type}"` : `${type}","${first}":`);
  const at = slot(type.charCodeAt(0), type.length);
  if (SCANS[at] !== undefined) throw new Error(`Cannot tell ${type} from another type of message.`);
  SCANS[at] = (line) => {
    line.expect(beginning);
    return scan(line);
  };
}

define("Append", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  const prev = member(line, PREV, scanEntryId);
  const entries = member(line, ENTRIES, scanEntries);
  return { type: "Append", from, to, term, prev, entries, commit: whole(line, COMMIT) };
});
define("AppendResponse", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  const index = whole(line, INDEX);
  return { type: "AppendResponse", from, to, term, index, hint: member(line, HINT, scanHint) };
});
define("Heartbeat", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  const commit = whole(line, COMMIT);
  return { type: "Heartbeat", from, to, term, commit, read: optionalWhole(line, READ) };
});
define("HeartbeatResponse", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "HeartbeatResponse", from, to, term, read: optionalWhole(line, READ) };
});
define("RequestVote", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  const last = member(line, LAST, scanEntryId);
  return { type: "RequestVote", from, to, term, last, transfer: boolean(line, TRANSFER) };
});
define("RequestVoteResponse", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "RequestVoteResponse", from, to, term, granted: boolean(line, GRANTED) };
});
define("RequestPreVote", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  const last = member(line, LAST, scanEntryId);
  return { type: "RequestPreVote", from, to, term, last, transfer: boolean(line, TRANSFER) };
});
define("RequestPreVoteResponse", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "RequestPreVoteResponse", from, to, term, granted: boolean(line, GRANTED) };
});
define("TimeoutNow", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "TimeoutNow", from, to, term };
});
define("ForwardedPropose", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "ForwardedPropose", from, to, term, entries: member(line, ENTRIES, scanProposals) };
});
define("ForwardedReadIndex", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "ForwardedReadIndex", from, to, term, context: member(line, CONTEXT, scanBytes) };
});
define("ReadIndexResponse", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  const context = member(line, CONTEXT, scanBytes);
  return { type: "ReadIndexResponse", from, to, term, context, index: whole(line, INDEX) };
});
define("ForwardedTransferLeader", "from", (line) => {
  const from = line.whole();
  const to = whole(line, TO);
  const term = whole(line, TERM);
  return { type: "ForwardedTransferLeader", from, to, term, transferee: whole(line, TRANSFEREE) };
});
define("Tick", "random", (line) => ({ type: "Tick", random: line.real() }));
define("Campaign", null, () => ({ type: "Campaign" }));
define("Beat", null, () => ({ type: "Beat" }));
define("CheckQuorum", null, () => ({ type: "CheckQuorum" }));
define("ForgetLeader", null, () => ({ type: "ForgetLeader" }));
define("SnapshotUnavailable", null, () => ({ type: "SnapshotUnavailable" }));
define("Propose", "ticket", (line) => {
  const ticket = line.whole();
  return { type: "Propose", ticket, entries: member(line, ENTRIES, scanProposals) };
});
define("ReadIndex", "ticket", (line) => {
  const ticket = line.whole();
  return { type: "ReadIndex", ticket, context: member(line, CONTEXT, scanBytes) };
});
define("TransferLeader", "ticket", (line) => {
  const ticket = line.whole();
  return { type: "TransferLeader", ticket, transferee: whole(line, TRANSFEREE) };
});
define("Unreachable", "peer", (line) => ({ type: "Unreachable", peer: line.whole() }));
define("SnapshotStatus", "peer", (line) => {
  const peer = line.whole();
  return { type: "SnapshotStatus", peer, arrived: boolean(line, ARRIVED) };
});
define("Persisted", "term", (line) => {
  const term = line.whole();
  const last = member(line, LAST, scanEntryId);
  return { type: "Persisted", term, last, snapshot: optionalWhole(line, SNAPSHOT) };
});
define("Applied", "index", (line) => ({ type: "Applied", index: line.whole() }));
define("Compact", "index", (line) => ({ type: "Compact", index: line.whole() }));
