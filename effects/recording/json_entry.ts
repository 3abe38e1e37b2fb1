/**
 * The JSON of entries, proposals, snapshots and configurations.
 *
 * @module
 */
import * as t from "io-ts";
import type { ConfChange } from "../../core/conf_change.ts";
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { Entry, EntryId, EntryType, NodeId, Proposal } from "../../core/entry.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { bytes, type JsonCodec, payload, whole } from "./json_values.ts";

const entryType: JsonCodec<EntryType> = t.keyof({ normal: null, confChange: null, confChangeV2: null, empty: null });

/** A position. */
export const entryId: JsonCodec<EntryId> = t.type({ index: whole, term: whole });

const proposal: JsonCodec<Proposal> = t.type({ type: entryType, data: payload, size: whole });

const entry: JsonCodec<Entry> = t.type({ index: whole, term: whole, type: entryType, data: payload, size: whole });

/** Proposals. */
export const proposals: JsonCodec<readonly Proposal[]> = t.readonlyArray(proposal);

/** Entries. */
export const entries: JsonCodec<readonly Entry[]> = t.readonlyArray(entry);

const ids: JsonCodec<readonly NodeId[]> = t.readonlyArray(whole);

/** Who is in the cluster. */
export const configurationIds: JsonCodec<ConfigurationIds> = t.type({
  voters: ids,
  votersOutgoing: ids,
  learners: ids,
  learnersNext: ids,
  autoLeave: t.boolean,
});

/** A snapshot, as the core knows it. */
export const snapshot: JsonCodec<Snapshot> = t.type({
  index: whole,
  term: whole,
  configuration: configurationIds,
  data: bytes,
});

/** A change of the configuration. */
export const confChange: JsonCodec<ConfChange> = t.type({
  transition: t.keyof({ auto: null, jointImplicit: null, jointExplicit: null }),
  changes: t.readonlyArray(t.type({
    type: t.keyof({ addNode: null, removeNode: null, updateNode: null, addLearnerNode: null }),
    id: whole,
  })),
  context: bytes,
});
