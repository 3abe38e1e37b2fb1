/**
 * What a disk and a state machine become by what they are given.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { changeConfiguration, type ConfChange } from "../../core/conf_change.ts";
import { decodeConfChange } from "../../core/conf_change_bytes.ts";
import type { ConfigurationIds } from "../../core/configuration.ts";
import { type Entry, isConfChange } from "../../core/entry.ts";
import type { Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { DurableState, Machine } from "./host.ts";

/** The state machine of a snapshot. */
export function machineOf({ index, term, configuration }: Snapshot): Machine {
  return { index, term, configuration };
}

/** The machine after one more entry, and the configuration change that it makes; an impossible one is vetoed. */
export function advanced({ configuration }: Machine, entry: Entry): readonly [Machine, ConfChange | null] {
  const { index, term } = entry;
  const unchanged: Machine = { index, term, configuration };
  if (!isConfChange(entry)) return [unchanged, null];
  const change = decodeConfChange(entry);
  if (E.isLeft(change)) return [unchanged, null];
  const changed = changeConfiguration(configuration, change.right);
  if (E.isLeft(changed)) return [unchanged, null];
  return [{ index, term, configuration: idsOf(changed.right.configuration) }, change.right];
}

/** The disk when `persist` is durable. */
export function written(disk: DurableState, { hardState, entries, snapshot }: Persist): DurableState {
  let { log } = disk;
  if (O.isSome(snapshot)) log = log.restore(snapshot.value);
  if (entries.length > 0) log = log.append(entries);
  return {
    hardState: O.isSome(hardState) ? hardState.value : disk.hardState,
    log,
    snapshot: O.isSome(snapshot) ? snapshot.value : disk.snapshot,
  };
}

function idsOf({ voters, votersOutgoing, learners, learnersNext, autoLeave }: ConfigurationIds): ConfigurationIds {
  return { voters, votersOutgoing, learners, learnersNext, autoLeave };
}
