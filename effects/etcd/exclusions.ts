/**
 * What is not judged, and why. A rule is asked only where the reducer and the recording differ.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Node } from "../../core/mod.ts";
import type { Difference } from "./difference.ts";
import type { Expected } from "./expected.ts";
import { sameEntry, toEntry } from "./entries.ts";
import type { RunKind, TransitionLine } from "./recorded.ts";
import type { RecordedMessage } from "./recorded_message.ts";
import { isForeign } from "./foreign.ts";
import type { RunMemory } from "./run_memory.ts";

/** The name of a rule. */
export type RuleName = "ForeignTerm" | "ForeignMember" | "ForeignReport" | "StateSetByHand";

/** A reason not to judge. */
export interface Rule {
  readonly name: RuleName;
  readonly kind: RunKind;
  readonly reason: string;
}

/** Every rule. */
export const RULES: { readonly [N in RuleName]: Rule } = {
  ForeignTerm: {
    name: "ForeignTerm",
    kind: "fuzz",
    reason: "a request of the node's own host carries a term; our host messages have none, and the library panics",
  },
  ForeignMember: {
    name: "ForeignMember",
    kind: "fuzz",
    reason: "a message has a member that its type does not have, and the library echoes it, keeps it or trips over it",
  },
  ForeignReport: {
    name: "ForeignReport",
    kind: "fuzz",
    reason: "the entries reported as applied are not those that come next, or not the node's own; ours names an index",
  },
  StateSetByHand: {
    name: "StateSetByHand",
    kind: "suite",
    reason: "a test has set a state by hand that the types of the roles forbid",
  },
};

/** The largest share of the transitions that may be excluded in runs of each kind. */
export const ALLOWED: { readonly [K in RunKind]: number } = { example: 0, random: 0, suite: 0.002, fuzz: 0.01 };

/** A transition in which the reducer and the recording differ. */
export interface Case {
  readonly kind: RunKind;
  readonly line: TransitionLine;
  readonly before: Node;
  /** The recorded state: after the transition, or before it where the library panicked. */
  readonly expected: Expected;
  readonly differences: readonly Difference[];
  readonly memory: RunMemory;
}

/** The rule by which the differences are excused, if there is one. */
export function excuse({ kind, line, before, expected, differences, memory }: Case): Option<Rule> {
  if (kind !== "fuzz") return O.none;
  if (differences.every(({ echo }) => echo) && carriesForeign(line, before, expected)) {
    return O.some(RULES.ForeignMember);
  }
  if (line.panic?.includes("index out of range") && hasReadWithoutEntry(line, expected)) {
    return O.some(RULES.ForeignMember);
  }
  if (!("step" in line)) return O.none;
  const { step } = line;
  if (line.panic !== undefined && carriesTerm(step, before)) return O.some(RULES.ForeignTerm);
  if (step.type === "MsgStorageApplyResp" && !isOwnReport(step, before, memory)) return O.some(RULES.ForeignReport);
  return O.none;
}

/** Whether a member that its type does not have came in with the message, or with a read that the node has kept. */
function carriesForeign(line: TransitionLine, before: Node, { readOnly, pendingReadIndex }: Expected): boolean {
  if ("step" in line && isForeign(line.step)) return true;
  const asksForReads = before.role === "leader" || before.heldReads.length > 0;
  return asksForReads && [...pendingReadIndex, ...readOnly.pending.map(({ request }) => request)].some(isForeign) ||
    asksForReads && "step" in line && line.step.type === "MsgHeartbeatResp";
}

/** Whether there is a read request that does not say what is to be read: the library trips over it when it answers. */
function hasReadWithoutEntry(line: TransitionLine, { readOnly, pendingReadIndex }: Expected): boolean {
  const requests = [...pendingReadIndex, ...readOnly.pending.map(({ request }) => request)];
  if ("step" in line && line.step.type === "MsgReadIndex") requests.push(line.step);
  return requests.some(({ entries = [] }) => entries.length === 0);
}

/** Whether a request that only a host makes carries a term. */
function carriesTerm({ type, from, term = 0 }: RecordedMessage, { id }: Node): boolean {
  if (term === 0) return false;
  return type === "MsgProp" ? from === undefined || from === id : type === "MsgReadIndex" && from === undefined;
}

/** Whether the entries reported as applied are those that come next, as they are in the log. */
function isOwnReport({ entries = [] }: RecordedMessage, { log, applied }: Node, memory: RunMemory): boolean {
  return entries.every((recorded, i) => {
    const entry = toEntry(recorded, memory);
    const { index } = entry;
    if (index !== applied + 1 + i || index < log.first || index > log.last.index) return false;
    return sameEntry(entry, log.at(index));
  });
}
