/**
 * Starting from what is durable (§5.2: "when servers start up, they begin as followers"; Figure 2: persistent state).
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { type ConfChangeError, restoreConfiguration } from "./conf_change.ts";
import { type ConfigurationIds, NO_MEMBERS } from "./configuration.ts";
import { isWhole, type NodeId } from "./entry.ts";
import { Log } from "./log.ts";
import type { Follower, Node } from "./node.ts";
import type { Options } from "./options.ts";
import { type Effect, type HardState, NO_EFFECTS } from "./outbox.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Step } from "./step.ts";

/** Who a node is, and how it behaves. */
export interface Settings {
  /** The node. */
  readonly id: NodeId;
  /** Its fixed settings. */
  readonly options: Options;
}

/** What a node finds on its disk. */
export interface Durable {
  /** None if nothing was ever written. */
  readonly hardState: Option<HardState>;
  /** All of it is durable. */
  readonly log: Log;
  /** A snapshot that can be sent to peers. */
  readonly snapshot: Option<Snapshot>;
  /** Up to where the state machine has durably applied the log; 0 if it does not say. */
  readonly applied: number;
  /**
   * The configuration as of `applied`: for a new node, the first one of its cluster, not one that it is in. With another
   * one it would count majorities that never were, until it has applied the changes since.
   */
  readonly configuration: ConfigurationIds;
}

/** Why a node cannot start: what is on its disk contradicts itself. */
export type StartError =
  | { readonly type: "InvalidId"; readonly id: number }
  | { readonly type: "NotAWholeNumber"; readonly applied: number }
  | { readonly type: "LogHasGap"; readonly index: number }
  | { readonly type: "InvalidConfiguration"; readonly error: ConfChangeError }
  | { readonly type: "CommitOutOfRange"; readonly commit: number; readonly first: number; readonly last: number }
  | { readonly type: "AppliedOutOfRange"; readonly applied: number; readonly first: number; readonly last: number };

/** Makes a follower of what is durable. Its outbox applies what is committed and not yet applied. */
export function start(settings: Settings, durable: Durable): Either<StartError, Step> {
  const { id, options } = settings;
  const { hardState, log, snapshot } = durable;
  if (!isWhole(durable.applied)) return E.left({ type: "NotAWholeNumber", applied: durable.applied });
  if (!Number.isSafeInteger(id) || id <= 0) return E.left({ type: "InvalidId", id });
  const configuration = restoreConfiguration(durable.configuration);
  for (let index = log.first; index <= log.lastIndex; index++) {
    const entry = log.at(index);
    if (entry === undefined || entry.index !== index) return E.left({ type: "LogHasGap", index });
  }
  if (E.isLeft(configuration)) return E.left({ type: "InvalidConfiguration", error: configuration.left });
  const [first, last] = [log.snapshot.index, log.lastIndex];
  const stored = O.isSome(hardState) ? hardState.value : { term: 0, vote: O.none, commit: first };
  if (stored.commit < first || stored.commit > last) {
    return E.left({ type: "CommitOutOfRange", commit: stored.commit, first, last });
  }
  const applied = durable.applied === 0 ? first : durable.applied;
  if (applied < first || applied > last) return E.left({ type: "AppliedOutOfRange", applied, first, last });
  // What was applied was committed, even if the commit index was not written any more.
  const commit = Math.max(stored.commit, applied);
  const node: Follower = {
    role: "follower",
    id,
    options,
    configuration: configuration.right,
    snapshot,
    term: stored.term,
    vote: stored.vote,
    lead: O.none,
    log,
    stable: last,
    pendingSnapshot: O.none,
    commit,
    applied,
    electionElapsed: 0,
    timeout: O.none,
    heldReads: [],
    own: null,
  };
  const apply: Effect = { type: "Apply", entries: log.slice(applied + 1, commit) };
  return E.right([node, applied < commit ? [apply] : NO_EFFECTS]);
}

/**
 * The first start of a new cluster: an empty log, and `voters` who know of each other.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { DEFAULT_OPTIONS } from "./options.ts";
 * import { bootstrap } from "./start.ts";
 *
 * const node = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1, 2, 3]);
 * assertEquals(E.isRight(node) && node.right.configuration.voters, [1, 2, 3]);
 * ```
 */
export function bootstrap(settings: Settings, voters: readonly NodeId[]): Either<StartError, Node> {
  const nothing: Durable = {
    hardState: O.none,
    log: Log.after(),
    snapshot: O.none,
    applied: 0,
    configuration: { ...NO_MEMBERS, voters },
  };
  return E.map(([node]: Step) => node)(start(settings, nothing));
}
