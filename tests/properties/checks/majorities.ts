/**
 * What a leader believes of its peers, held against their disks: an election or a commit that only seems to have a
 * majority need not do harm in every run, but it is wrong in every run.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Leader, NodeId } from "../../../core/mod.ts";
import { describeEntry, isSameEntry } from "../../../effects/invariants/mod.ts";
import { type Check, violated } from "../check.ts";
import type { Disk } from "../disk.ts";
import type { World } from "../world.ts";

/** Whoever is elected has the durable votes of a majority (§5.2), of both majorities of a joint configuration (§6). */
export function electionsAreDurable(): Check {
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
export function commitsAreDurable(): Check {
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

/** A part of the leader's configuration of which no majority is as wanted, or null. */
function withoutMajority({ configuration }: Leader, world: World, isWanted: (disk: Disk) => boolean): string | null {
  for (const voters of [configuration.voters, configuration.votersOutgoing]) {
    const good = voters.filter((id: NodeId) => isWanted(world.host(id).disk));
    if (voters.length > 0 && good.length * 2 <= voters.length) return `${voters}, only of ${good}`;
  }
  return null;
}
