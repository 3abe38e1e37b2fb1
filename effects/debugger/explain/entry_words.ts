/**
 * What an entry holds, in a few words.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type Change, type ConfChange, leavesJoint } from "../../../core/conf_change.ts";
import { decodeConfChange } from "../../../core/conf_change_bytes.ts";
import type { ConfigurationIds } from "../../../core/configuration.ts";
import { type Bytes, isConfChange, type Proposal } from "../../../core/entry.ts";
import { LeftOut } from "../../recording/payload.ts";
import { listInWords, many } from "../words.ts";
import { describeKvData } from "./kv_data.ts";

/** Says in a few words what the data of an entry is; null if it does not know. */
export type Describer = (data: Bytes) => string | null;

/** How to tell a story. */
export interface TellOptions {
  /** Says what the commands in the log are; if it is not given, those of RaftKV are recognized. */
  readonly describe?: Describer;
}

/**
 * What an entry is: the command, as far as `describe` knows it, or the change of the configuration; in terms of
 * `configuration`, the one before it, if it is given.
 */
export function describeEntry(
  entry: Proposal,
  { describe = describeKvData }: TellOptions = {},
  configuration?: ConfigurationIds,
): string {
  const { data, type } = entry;
  if (isConfChange(entry)) {
    const change = decodeConfChange(entry);
    const what = E.isLeft(change) ? "cannot be read" : describeConfChange(change.right, configuration);
    return `a change of the configuration, which ${what}`;
  }
  if (type === "empty") return "an empty entry in the place of a refused change";
  if (data.length === 0) return "an entry without data";
  const bytes = `a command of ${many(data.length, "byte")}`;
  return data instanceof LeftOut ? `${bytes}, which the recording leaves out` : describe(data) ?? bytes;
}

/** What a change does to a configuration: the end of a sentence. */
export function describeConfChange(change: ConfChange, before?: ConfigurationIds): string {
  if (leavesJoint(change)) return "leaves the joint configuration";
  const all = change.changes.filter(({ id }) => id !== 0).map((one) => describeOneChange(one, before));
  const what = all.length === 0 ? "changes nothing" : listInWords(all);
  switch (change.transition) {
    case "auto":
      return what;
    case "jointImplicit":
      return `${what}, through a joint configuration`;
    case "jointExplicit":
      return `${what}, through a joint configuration that somebody has to leave`;
  }
}

function describeOneChange({ id, type }: Change, before?: ConfigurationIds): string {
  switch (type) {
    case "addNode":
      return before?.learners.includes(id) ? `makes learner ${id} a voter` : `adds node ${id} as a voter`;
    case "addLearnerNode":
      return before?.voters.includes(id) ? `makes voter ${id} a learner` : `adds node ${id} as a learner`;
    case "removeNode":
      return `removes node ${id}`;
    case "updateNode":
      return `updates what is known of node ${id}`;
  }
}
