/**
 * What a cluster's past has to do with its future: who was elected, what was committed, what reads have to see. No node
 * knows it; the invariants of the whole cluster are about it.
 *
 * @module
 */
import type { Entry, EntryId, NodeId } from "../../core/entry.ts";
import type { ConfigurationIds } from "../../core/configuration.ts";
import { violated } from "../invariants/check.ts";
import { isSameEntry } from "../invariants/entries.ts";
import { canonicalOnce } from "./canonical.ts";
import type { Host } from "./host.ts";
import type { Committed, Outcome } from "./outcome.ts";

/** A position that was committed. */
export interface CommittedEntry {
  /** What is there; only the position if a snapshot stood for it. */
  readonly entry: Entry | EntryId;
  /** The term of the node that committed it first. */
  readonly term: number;
}

/** The past. */
export interface Ghost {
  /** Who was elected in which term; 0 for nobody. */
  readonly elected: readonly NodeId[];
  /** What was committed, from index 1 on. */
  readonly committed: readonly CommittedEntry[];
  /** For each read that was asked: what was committed then. -1 once it is answered. */
  readonly reads: readonly number[];
}

/** Nothing has happened. */
export const NO_PAST: Ghost = { elected: [], committed: [], reads: [] };

/** The names of the properties in this file. */
export const GLOBAL_INVARIANTS = {
  election: "Election safety: one leader in a term",
  completeness: "Leader completeness",
  machine: "State machine safety: what is committed is committed everywhere",
  quorum: "What is committed is durable on a majority",
  matching: "Log matching",
  reads: "A read sees what was committed before it was asked",
} as const;

/** A text that tells pasts apart. */
export function ghostText({ elected, committed, reads }: Ghost): string {
  const entries = committed.map(({ entry, term }) => `${canonicalOnce(entry)}@${term}`).join(";");
  return `${elected} ${entries} ${reads}`;
}

/** The past after a machine has become what `outcome` says; `hosts` are all machines after it. Throws a `Violation`. */
export function remember(ghost: Ghost, { host, elected, committed, reads }: Outcome, hosts: readonly Host[]): Ghost {
  let after = ghost;
  if (elected > 0) after = withLeader(after, host, elected);
  for (const some of committed) after = withCommitted(after, some, host.id, hosts);
  for (const { number, index } of reads) after = withAnswer(after, number, index);
  return after;
}

/** The past in which the read `number` was asked now. */
export function withRead(ghost: Ghost, number: number): Ghost {
  const reads = [...ghost.reads];
  while (reads.length < number) reads.push(-1);
  reads[number - 1] = ghost.committed.length;
  return { ...ghost, reads };
}

function withLeader(ghost: Ghost, { id, node: { log } }: Host, term: number): Ghost {
  const other = ghost.elected[term] ?? 0;
  if (other !== 0) {
    violated(GLOBAL_INVARIANTS.election, `node ${id} is elected in term ${term}, as node ${other} was`);
  }
  ghost.committed.forEach((committed, i) => {
    const index = i + 1;
    if (committed.term >= term || index < log.first) return;
    if (index <= log.last.index && isSame(log.at(index), committed.entry)) return;
    violated(
      GLOBAL_INVARIANTS.completeness,
      `node ${id} is elected in term ${term} without entry ${index}, which was committed in term ${committed.term}`,
    );
  });
  const elected = Array.from({ length: Math.max(ghost.elected.length, term + 1) }, (_, t) => ghost.elected[t] ?? 0);
  elected[term] = id;
  return { ...ghost, elected };
}

function withCommitted(ghost: Ghost, some: Committed, id: NodeId, hosts: readonly Host[]): Ghost {
  const committed = [...ghost.committed];
  for (const entry of some.entries) {
    const { index } = entry;
    if (index <= committed.length) {
      const known = committed[index - 1].entry;
      if (isSame(known, entry)) continue;
      violated(
        GLOBAL_INVARIANTS.machine,
        `node ${id} commits an entry ${index} of term ${entry.term}, but one of term ${known.term} was committed there`,
      );
    }
    if (index > committed.length + 1) {
      violated(GLOBAL_INVARIANTS.machine, `node ${id} commits entry ${index}, but nobody the one before`);
    }
    if (!isDurableWith(entry, some.configuration, hosts)) {
      violated(
        GLOBAL_INVARIANTS.quorum,
        `node ${id} commits entry ${index} of term ${entry.term}, which is not on the disks of a majority`,
      );
    }
    committed.push({ entry, term: some.term });
  }
  return committed.length === ghost.committed.length ? ghost : { ...ghost, committed };
}

function withAnswer(ghost: Ghost, number: number, index: number): Ghost {
  const floor = ghost.reads[number - 1] ?? -1;
  if (index < floor) {
    violated(
      GLOBAL_INVARIANTS.reads,
      `read ${number} is answered as of ${index}, but entry ${floor} was committed before it was asked`,
    );
  }
  const reads = ghost.reads.map((known, i) => i === number - 1 ? -1 : known);
  return { ...ghost, reads };
}

function isDurableWith(entry: EntryId, configuration: ConfigurationIds, hosts: readonly Host[]): boolean {
  const holds = (id: NodeId): boolean => {
    const host = hosts[id - 1];
    if (host === undefined) return false;
    const { log } = host.disk;
    return entry.index <= log.snapshot.index || log.matches(entry.index, entry.term);
  };
  const majority = (ids: readonly NodeId[]): boolean => ids.length === 0 || 2 * ids.filter(holds).length > ids.length;
  return majority(configuration.voters) && majority(configuration.votersOutgoing);
}

// As far as they are known.
function isSame(a: Entry | EntryId, b: Entry | EntryId): boolean {
  return "data" in a && "data" in b ? isSameEntry(a, b) : a.index === b.index && a.term === b.term;
}
