/**
 * Makes a cluster of one node out of what that node has, when the majority is lost for good.
 *
 * What the node holds is taken for committed, and all other members are removed: changes of the configuration are appended to
 * its log, as a leader would have done it. Entries that only the lost nodes had are lost; entries at the end of the log that
 * nobody had committed come true.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type Change, changeConfiguration, type ConfChange } from "../../core/conf_change.ts";
import { decodeConfChange, proposeConfChange } from "../../core/conf_change_bytes.ts";
import { configuration, type ConfigurationIds, isJoint, isVoter } from "../../core/configuration.ts";
import { type Entry, entryAt, isConfChange, NO_BYTES, type NodeId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { OpenStorage } from "../storage/storage.ts";

/** From where on the log tells what the configuration is. */
export interface KnownConfiguration {
  /** The index. */
  readonly index: number;
  /** The configuration as of it. */
  readonly configuration: ConfigurationIds;
}

/** What a recovery would do. */
export interface RecoveryPlan {
  /** The node that stays. */
  readonly id: NodeId;
  /** Up to here, entries are known to be committed. */
  readonly commit: number;
  /** The last entry: what is behind `commit` may never have been committed, and will be. */
  readonly last: number;
  /** Its term: of several nodes, the one with the highest term here, and then the highest index, has the most. */
  readonly lastTerm: number;
  /** The members that are removed. */
  readonly removed: readonly NodeId[];
  /** What is appended to the log. */
  readonly entries: readonly Entry[];
}

/** Plans a recovery; on the left why there cannot be one. */
export function planRecovery(storage: OpenStorage, known: KnownConfiguration): Either<string, RecoveryPlan> {
  const { hardState, identity, log } = storage.found;
  if (O.isNone(identity) || O.isNone(hardState)) return E.left("Cannot recover: the folder holds no data of a node.");
  const { id } = identity.value;
  const { term } = hardState.value;
  // The commit index is not synced by itself: what is applied or in a snapshot was committed too.
  const commit = Math.max(hardState.value.commit, known.index, log.snapshot.index);
  if (known.index < log.snapshot.index) {
    return E.left(
      `Cannot recover: the log begins behind ${log.snapshot.index}, and who was a member then is known only as of ${known.index}.`,
    );
  }
  if (known.index > log.last.index) {
    return E.left(`Cannot recover: the log ends at ${log.last.index}, and the state is one of ${known.index}.`);
  }
  let current: ConfigurationIds = asOfTheEnd(log, known);
  const removed = membersOf(current).filter((member) => member !== id);
  if (!membersOf(current).includes(id)) {
    return E.left(`Cannot recover: node ${id} is no member of its cluster any more.`);
  }
  const entries: Entry[] = [];
  const append = (changes: readonly Change[]): void => {
    const change: ConfChange = { transition: "auto", changes, context: NO_BYTES };
    const changed = changeConfiguration(current, change);
    if (E.isLeft(changed)) throw new Error(`The configuration cannot be changed: ${changed.left}.`);
    current = changed.right.configuration;
    entries.push(entryAt(proposeConfChange(change), log.last.index + entries.length + 1, term + 1));
  };
  if (isJoint(current)) append([]);
  if (!isVoter(current, id)) append([{ type: "addNode", id }]);
  for (const member of removed) if (membersOf(current).includes(member)) append([{ type: "removeNode", id: member }]);
  return E.right({ id, commit, last: log.last.index, lastTerm: log.last.term, removed, entries });
}

/** Carries out a plan: durable when it resolves. */
export async function carryOutRecovery(storage: OpenStorage, { entries, last }: RecoveryPlan): Promise<void> {
  const { hardState } = storage.found;
  const term = (O.isSome(hardState) ? hardState.value.term : 0) + 1;
  const state = O.some({ term, vote: O.none, commit: last + entries.length });
  storage.write([{ type: "Persist", hardState: state, entries, snapshot: O.none, sync: true, then: [] }]);
  await storage.sync();
}

/** The configuration after every change in the log, also those that were not committed. */
function asOfTheEnd(log: Log, known: KnownConfiguration): ConfigurationIds {
  let current: ConfigurationIds = known.configuration;
  for (let index = Math.max(known.index, log.snapshot.index) + 1; index <= log.last.index; index++) {
    const entry = log.at(index);
    const change = isConfChange(entry) ? decodeConfChange(entry) : E.left("NotAConfChange");
    const changed = E.isRight(change) ? changeConfiguration(current, change.right) : change;
    if (E.isRight(changed)) current = changed.right.configuration;
  }
  return current;
}

function membersOf(ids: ConfigurationIds): readonly NodeId[] {
  return configuration(ids).members;
}
