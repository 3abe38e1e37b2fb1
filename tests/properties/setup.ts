/**
 * What a simulated cluster begins with.
 *
 * @module
 */
import type { Entry, Options } from "../../core/mod.ts";

/** A cluster and the habits of its hosts. */
export interface Setup {
  /** Nodes 1 to `voters` are the first voters. */
  readonly voters: number;
  /** So many further nodes run, and wait to be added. */
  readonly spare: number;
  readonly options: Partial<Options>;
  /** The first voters begin with a snapshot at this index, so that others need one; 0 begins with an empty log. */
  readonly genesis: number;
  /** A write that need not be synced waits for the next one that has to be. */
  readonly lazyCommit: boolean;
  /** A state machine loses nothing that it has applied; otherwise it goes back to its last snapshot. */
  readonly durableApplies: boolean;
  /** Of the `Persisted` of several writes that become durable together, only the last is delivered. */
  readonly groupCommit: boolean;
  /** A host duty: what was handed over and not yet applied is forgotten when a snapshot begins to be written. */
  readonly forgetsSuperseded: boolean;
  /** What the disks of nodes 1, 2, … hold instead. */
  readonly past?: readonly Past[];
}

/** What a disk holds. */
export interface Past {
  readonly term: number;
  readonly commit: number;
  readonly entries: readonly Entry[];
}

/** Three voters with the shortest timers, and disks and state machines without peculiarities. */
export const PLAIN: Setup = {
  voters: 3,
  spare: 0,
  options: { electionTick: 3 },
  genesis: 0,
  lazyCommit: false,
  durableApplies: true,
  groupCommit: false,
  forgetsSuperseded: true,
};

/** The number of nodes. */
export function sizeOf(setup: Setup): number {
  return setup.voters + setup.spare;
}

/** The setup in words: what is not as in `PLAIN`. */
export function describeSetup(setup: Setup): string {
  const { voters, spare, genesis, lazyCommit, durableApplies, groupCommit, past, forgetsSuperseded } = setup;
  const words = [`${voters} voters`];
  if (spare > 0) words.push(`${spare} spare nodes`);
  if (genesis > 0) words.push(`a first snapshot at ${genesis}`);
  if (lazyCommit) words.push("lazy commits");
  if (!durableApplies) words.push("volatile state machines");
  if (groupCommit) words.push("group commit");
  if (!forgetsSuperseded) words.push("hosts that apply what a snapshot supersedes");
  if (past !== undefined) words.push("a past");
  const options = Object.entries(setup.options).map(([name, value]) => `${name} ${value}`);
  return `${words.join(", ")}; ${options.join(", ")}`;
}
