/**
 * What a running node never takes back.
 *
 * @module
 */
import type { Entry } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import { type Check, type HostView, violated } from "./check.ts";
import { CommittedEntries } from "./committed.ts";
import { describeEntry, isSameEntry, position } from "./entries.ts";

/** Term, commit index and applied index of a running node never go back (Figure 2: "increases monotonically"). */
export function nothingGoesBack(): Check {
  const name = "Term, commit and applied never go back";
  return {
    name,
    stepped({ host, before, after }) {
      if (after.term < before.term) back(host, "term", before.term, after.term);
      if (after.commit < before.commit) back(host, "commit", before.commit, after.commit);
      if (after.applied < before.applied) back(host, "applied", before.applied, after.applied);
    },
  };

  function back({ id }: HostView, what: string, from: number, to: number): void {
    violated(name, `the ${what} of ${id} went from ${from} back to ${to}`);
  }
}

/** What any node has known to be committed stays at its place in every log that claims to hold it (§5.3). */
export function committedStays(committed: CommittedEntries = new CommittedEntries()): Check {
  const name = "What is committed stays";
  return {
    name,
    started(host, node) {
      committed.learnStart(node);
      judge(host, node.log, node.log.first, node.commit);
    },
    stepped(step) {
      const { host, before, after } = step;
      const { log, commit } = after;
      if (commit !== before.commit) {
        committed.learn(step);
        judge(host, log, Math.max(before.commit + 1, log.first), commit);
      }
      if (log === before.log) return;
      if (log.last.index < commit) lacks(host, log.last.index + 1, "nothing");
      for (const entry of log.written) if (entry.index <= commit) judgeEntry(host, entry);
      if (log.snapshot !== before.log.snapshot) judgeSnapshot(host, log);
    },
  };

  function judge(host: HostView, log: Log, from: number, to: number): void {
    for (let index = from; index <= to; index++) {
      if (index > log.last.index) lacks(host, index, "nothing");
      judgeEntry(host, log.at(index));
    }
  }

  function judgeEntry(host: HostView, entry: Entry): void {
    const known = committed.at(entry.index);
    if (known === undefined || !isSameEntry(entry, known.entry)) lacks(host, entry.index, describeEntry(entry));
  }

  function judgeSnapshot(host: HostView, { snapshot }: Log): void {
    const known = committed.at(snapshot.index);
    if (known !== undefined && known.entry.term !== snapshot.term) {
      lacks(host, snapshot.index, `a snapshot of ${position(snapshot)}`);
    }
  }

  function lacks({ id }: HostView, index: number, has: string): never {
    const known = committed.at(index);
    const entry = known === undefined ? "unknown" : describeEntry(known.entry);
    return violated(name, `at ${index}, ${id} has ${has}; committed is ${entry}`);
  }
}
