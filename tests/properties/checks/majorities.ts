/**
 * What a leader believes of its peers, held against their disks: an election or a commit that only seems to have a
 * majority need not do harm in every run, but it is wrong in every run.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { isConfChange, type Leader, type NodeId } from "../../../core/mod.ts";
import { type Check, violated } from "../check.ts";
import type { Disk } from "../disk.ts";
import type { World } from "../world.ts";
import { describeEntry, isSameEntry } from "./same.ts";

/** Whoever is elected has the durable votes of a majority (§5.2), of both majorities of a joint configuration (§6). */
export function electionsHaveMajorities(): Check {
  const name = "An election has a majority of durable votes";
  return {
    name,
    stepped({ before, after }, world) {
      if (after.role !== "leader" || before.role === "leader") return;
      const { id, term } = after;
      const missing = withoutMajority(after, world, ({ hardState }) =>
        // A node that is in a later term by now has had its say before.
        hardState !== null &&
        (hardState.term > term ||
          (hardState.term === term && O.isSome(hardState.vote) && hardState.vote.value === id)));
      if (missing !== null) violated(name, `${id} leads term ${term} without the votes of a majority of ${missing}`);
    },
  };
}

/** What a leader commits is on the disks of a majority (§5.3), of both majorities of a joint configuration (§6). */
export function commitsHaveMajorities(): Check {
  const name = "A commit has a majority of durable logs";
  return {
    name,
    stepped({ before, after }, world) {
      if (after.role !== "leader" || after.commit === before.commit) return;
      const entry = after.log.at(after.commit);
      const missing = withoutMajority(after, world, (disk) => {
        const durable = disk.at(entry.index);
        return durable === undefined ? disk.base.index >= entry.index : isSameEntry(durable, entry);
      });
      if (missing === null) return;
      violated(
        name,
        `${after.id} commits ${describeEntry(entry)}, which is not on the disks of a majority of ${missing}`,
      );
    },
  };
}

/** "Only log entries from the leader's current term are committed by counting replicas" (§5.4.2). */
export function leadersCountTheirOwnTerm(): Check {
  const name = "A leader counts only entries of its own term";
  return {
    name,
    stepped({ before, after }) {
      if (after.role !== "leader" || after.commit === before.commit) return;
      const { id, term, commit, log } = after;
      if (log.termAt(commit) !== term) {
        violated(name, `${id} leads term ${term} and counts ${describeEntry(log.at(commit))}`);
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
      if (after.role !== "leader" || after.log === before.log) return;
      const pending: string[] = [];
      for (let index = Math.max(after.applied, after.log.snapshot.index) + 1; index <= after.log.last.index; index++) {
        const entry = after.log.at(index);
        if (isConfChange(entry)) pending.push(describeEntry(entry));
      }
      if (pending.length > 1) violated(name, `leader ${after.id} has not applied ${pending.join(" and ")}`);
    },
  };
}

/** A part of the leader's configuration of which no majority is as wanted, or null. */
function withoutMajority({ configuration }: Leader, world: World, isWanted: (disk: Disk) => boolean): string | null {
  for (const voters of [configuration.voters, configuration.votersOutgoing]) {
    const good = voters.filter((id: NodeId) => isWanted(world.host(id).disk));
    if (voters.length > 0 && good.length * 2 <= voters.length) return `${voters}, only of ${good}`;
  }
  return null;
}
