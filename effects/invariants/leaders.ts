/**
 * What holds of leaders: they only append (§5.3), they have everything that is committed (§5.4), and they count only
 * entries of their own term (§5.4.2).
 *
 * @module
 */
import { isConfChange } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import { type Check, violated } from "./check.ts";
import { CommittedEntries } from "./committed.ts";
import { describeEntry, isSameEntry, position } from "./entries.ts";
import { holds } from "./logs.ts";

/** A leader neither overwrites nor deletes entries of its log; it only appends (§5.3). */
export function leaderAppendOnly(): Check {
  const name = "Leader Append-Only";
  return {
    name,
    stepped({ host, before, after }) {
      if (before.log === after.log || before.role !== "leader" || after.role !== "leader") return;
      const { log } = before;
      if (after.log.last.index < log.last.index) {
        violated(name, `leader ${host.id} has deleted the end of its log, from ${position(after.log.last)}`);
      }
      for (const entry of after.log.written) {
        if (entry.index > log.last.index) break;
        if (entry.index < log.first || isSameEntry(log.at(entry.index), entry)) continue;
        violated(name, `leader ${host.id} has replaced its entry ${describeEntry(log.at(entry.index))}`);
      }
    },
  };
}

/** A committed entry is in the log of the leaders of all later terms (§5.4). */
export function leaderCompleteness(committed: CommittedEntries = new CommittedEntries()): Check {
  const name = "Leader Completeness";
  return {
    name,
    started: (_host, node) => committed.learnStart(node),
    stepped(step, { hosts }) {
      const { before, after } = step;
      // An election is judged by all that was committed in earlier terms, a commit by all leaders of later ones.
      if (after.role === "leader" && before.role !== "leader") judge(after.log, after.term, 0);
      if (after.commit === before.commit) return;
      committed.learn(step);
      for (let i = 0; i < hosts.length; i++) {
        const { node } = hosts[i];
        if (node !== null && node.role === "leader" && node.term > after.term) {
          judge(node.log, node.term, before.commit);
        }
      }
    },
  };

  function judge(log: Log, term: number, from: number): void {
    for (let index = Math.max(from, log.snapshot.index) + 1; index <= committed.highest; index++) {
      const known = committed.at(index);
      if (known === undefined || known.term >= term || holds(log, known.entry)) continue;
      const entry = `${describeEntry(known.entry)}, committed in term ${known.term}`;
      violated(name, `the leader of term ${term} does not have the entry ${entry}`);
    }
  }
}

/** "Only log entries from the leader's current term are committed by counting replicas" (§5.4.2). */
export function leadersCountTheirOwnTerm(): Check {
  const name = "A leader counts only entries of its own term";
  return {
    name,
    stepped({ before, after }) {
      if (after.commit === before.commit || after.role !== "leader") return;
      const { id, term, commit, log } = after;
      if (log.termAt(commit) !== term) {
        violated(name, `${id} leads term ${term} and counts ${position({ index: commit, term: log.termAt(commit) })}`);
      }
    },
  };
}

/** A leader has at most one configuration change in its log that it has not applied (§6). */
export function oneChangeAtATime(): Check {
  const name = "One configuration change at a time";
  return {
    name,
    stepped({ before, after }) {
      if (after.log === before.log || after.role !== "leader") return;
      // Only an election and a new change can make more of them.
      if (before.role === "leader" && !after.log.written.some(isConfChange)) return;
      const { applied, id, log } = after;
      const pending: string[] = [];
      for (let index = Math.max(applied, log.snapshot.index) + 1; index <= log.last.index; index++) {
        const entry = log.at(index);
        if (isConfChange(entry)) pending.push(describeEntry(entry));
      }
      if (pending.length > 1) violated(name, `leader ${id} has not applied ${pending.join(" and ")}`);
    },
  };
}

/** What a leader knows a member to hold never becomes less: answers overtake each other (§5.3). */
export function matchesOnlyGrow(): Check {
  const name = "What a leader knows of a follower never goes back";
  return {
    name,
    stepped({ host, before, after }) {
      if (before.role !== "leader" || after.role !== "leader" || before.own.progress === after.own.progress) return;
      if (before.term !== after.term || before.configuration !== after.configuration) return;
      after.own.progress.forEach(({ match }, i) => {
        const known = before.own.progress[i].match;
        if (match >= known) return;
        const member = after.configuration.members[i];
        violated(name, `leader ${host.id} knew that ${member} holds ${known} and now takes it to hold ${match}`);
      });
    },
  };
}
