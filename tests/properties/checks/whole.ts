/**
 * Whole logs and whole states. The checks of `effects/invariants/` look at what a log says it has written; here logs are
 * short enough to be compared from end to end, and state machines give a digest of all that they have applied.
 *
 * @module
 */
import { describeEntry, firstMismatch, isSameEntry, position } from "../../../effects/invariants/mod.ts";
import { type Check, violated } from "../check.ts";

/** If two logs have an entry with the same index and term, they are identical up to there (§5.3). */
export function wholeLogsMatch(): Check {
  const name = "Whole logs match";
  return {
    name,
    stepped({ host, before, after }, world) {
      if (before.log === after.log) return;
      for (const other of world.hosts) {
        if (other === host) continue;
        const theirs = other.log();
        const index = firstMismatch(after.log, theirs);
        if (index === 0) continue;
        const entries = `${describeEntry(after.log.at(index))} and ${describeEntry(theirs.at(index))}`;
        violated(name, `the logs of ${host.id} and ${other.id} agree further on and have ${entries}`);
      }
    },
  };
}

/** A log changes where it says that it was written, and nowhere else. */
export function logsSayWhatTheyWrote(): Check {
  const name = "A log says what was written";
  return {
    name,
    stepped({ host, before, after }) {
      const { log } = after;
      if (before.log === log) return;
      const [written, last] = [log.written, log.last];
      const end = written.length > 0 ? written[written.length - 1] : log.length > 0 ? before.log.last : log.snapshot;
      if (end.index !== last.index || end.term !== last.term) {
        violated(name, `the log of ${host.id} ends at ${position(last)}, and it was written to ${position(end)}`);
      }
      const kept = Math.min(before.log.last.index, written.length > 0 ? written[0].index - 1 : last.index);
      for (let index = Math.max(log.first, before.log.first); index <= kept; index++) {
        if (isSameEntry(before.log.at(index), log.at(index))) continue;
        violated(name, `${host.id} had ${describeEntry(before.log.at(index))} and has ${describeEntry(log.at(index))}`);
      }
      for (const entry of written) {
        if (log.at(entry.index) !== entry) violated(name, `${host.id} does not have ${describeEntry(entry)}`);
      }
    },
  };
}

/** State machines that have applied as much are in the same state (§5.4.3); also by way of snapshots. */
export function statesAgree(): Check {
  const name = "State machines agree";
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
