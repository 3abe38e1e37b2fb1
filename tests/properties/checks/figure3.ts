/**
 * The five properties of the paper's Figure 3, each as a check.
 *
 * @module
 */
import type { Log } from "../../../core/mod.ts";
import { type Check, violated } from "../check.ts";
import { position } from "../trace.ts";
import { CommittedEntries } from "./committed.ts";
import { describeEntry, isSameEntry } from "./same.ts";

/** At most one node is elected in a term, and it is elected once (§5.2). */
export function electionSafety(): Check {
  const name = "Election Safety";
  const leaders = new Map<number, string>();
  return {
    name,
    stepped({ host, after }) {
      if (after.role !== "leader") return;
      // A node that crashes and is elected again in its term is another leader: it may have lost what it has sent.
      const leader = `node ${host.id} (start ${host.incarnation})`;
      const other = leaders.get(after.term);
      if (other === undefined) leaders.set(after.term, leader);
      else if (other !== leader) violated(name, `${other} and ${leader} both lead term ${after.term}`);
    },
  };
}

/** A leader neither overwrites nor deletes entries of its log; it only appends (§5.3). */
export function leaderAppendOnly(): Check {
  const name = "Leader Append-Only";
  return {
    name,
    stepped({ host, before, after }) {
      if (before.role !== "leader" || after.role !== "leader" || before.log === after.log) return;
      const from = Math.max(before.log.first, after.log.first);
      if (after.log.last.index < before.log.last.index) {
        violated(name, `leader ${host.id} has deleted the end of its log, from ${position(after.log.last)}`);
      }
      for (let index = from; index <= before.log.last.index; index++) {
        if (isSameEntry(before.log.at(index), after.log.at(index))) continue;
        violated(name, `leader ${host.id} has replaced its entry ${describeEntry(before.log.at(index))}`);
      }
    },
  };
}

/** If two logs have an entry with the same index and term, they are identical up to there (§5.3). */
export function logMatching(): Check {
  const name = "Log Matching";
  return {
    name,
    stepped({ host, before, after }, world) {
      if (before.log === after.log) return;
      for (const other of world.hosts) {
        if (other === host) continue;
        const difference = firstMismatch(after.log, other.log());
        if (difference !== "") violated(name, `the logs of ${host.id} and ${other.id} ${difference}`);
      }
    },
  };
}

/** A committed entry is in the log of the leaders of all later terms (§5.4). */
export function leaderCompleteness(): Check {
  const name = "Leader Completeness";
  const committed = new CommittedEntries();
  return {
    name,
    started: (_host, node) => committed.learnStart(node),
    stepped(step, world) {
      const { before, after } = step;
      committed.learn(step);
      // An election is judged by all that was committed in earlier terms, a commit by all leaders of later ones.
      if (after.role === "leader" && before.role !== "leader") judge(after.log, after.term, 0);
      if (after.commit === before.commit) return;
      for (const { node } of world.hosts) {
        if (node !== null && node.role === "leader" && node.term > after.term) {
          judge(node.log, node.term, before.commit);
        }
      }
    },
  };

  function judge(log: Log, term: number, from: number): void {
    for (let index = Math.max(from, log.snapshot.index) + 1; index <= committed.highest; index++) {
      const known = committed.at(index);
      if (known === undefined || known.term >= term) continue;
      if (index <= log.last.index && isSameEntry(log.at(index), known.entry)) continue;
      const entry = `${describeEntry(known.entry)}, committed in term ${known.term}`;
      violated(name, `the leader of term ${term} does not have the entry ${entry}`);
    }
  }
}

/** No two state machines apply different commands at the same index (§5.4.3); also by way of snapshots. */
export function stateMachineSafety(): Check {
  const name = "State Machine Safety";
  const digests = new Map<number, { digest: number; by: number }>();
  return {
    name,
    applied({ id, machine }) {
      const { index, digest } = machine.state;
      const first = digests.get(index);
      if (first === undefined) digests.set(index, { digest, by: id });
      else if (first.digest !== digest) {
        violated(name, `${first.by} and ${id} differ in what they applied up to ${index}`);
      }
    },
  };
}

/** Where the logs have the same term they must have the same entries there and before; empty if they do. */
function firstMismatch(a: Log, b: Log): string {
  let agreed = Math.min(a.last.index, b.last.index);
  const from = Math.max(a.first, b.first);
  while (agreed >= from && a.at(agreed).term !== b.at(agreed).term) agreed--;
  for (let index = from; index <= agreed; index++) {
    if (isSameEntry(a.at(index), b.at(index))) continue;
    const at = `agree at ${agreed} on term ${a.at(agreed).term} and differ at ${index}`;
    return `${at}: ${describeEntry(a.at(index))} and ${describeEntry(b.at(index))}`;
  }
  return "";
}
