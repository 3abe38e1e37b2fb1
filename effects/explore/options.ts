/**
 * What can be said to an exploration besides its bounds.
 *
 * @module
 */
import type { Proposal } from "../../core/entry.ts";
import type { App } from "../sim/app.ts";
import type { Goal } from "./goals.ts";
import type { Reducer } from "./outcome.ts";
import type { WorldView } from "./view.ts";

/** How far an exploration is. */
export interface ExploreProgress {
  /** Distinct states so far. */
  readonly states: number;
  /** States that wait to be looked at. */
  readonly frontier: number;
  /** Actions from the first state on. */
  readonly depth: number;
}

/** What else can be said to an exploration; with an application, its commands are what clients propose. */
export interface ExploreOptions<Command = never, Reply = never, Query = never, Answer = never> {
  /**
   * A state machine. Afterwards it is fed in all the ways in which logs were applied, and has to give the same replies in
   * each of them.
   */
  readonly app?: App<Command, Reply, Query, Answer>;
  /** The reducer, if it is not that of this module. */
  readonly step?: Reducer["step"];
  /** The start of a node, if it is not that of this module. */
  readonly start?: Reducer["start"];
  /** What must hold in every state: null, or a sentence that says what is wrong. */
  readonly invariant?: (world: WorldView) => string | null;
  /** States that should be reachable, besides the usual ones. */
  readonly goals?: readonly Goal[];
  /** What clients propose; commands of `app`, or of one byte, 1, 2 and so on, if it is not given. */
  readonly proposals?: readonly Proposal[];
  /**
   * Whether it is tried from all states that the cluster comes out of them: a leader is elected, and a command committed
   * and applied by everybody. That takes longer.
   */
  readonly recovery?: boolean;
  /** No more states than this are looked at; 50 million if it is not given. Nothing is known of the others then. */
  readonly maxStates?: number;
  /**
   * It ends when the states take so many bytes; 4 GiB if it is not given. They are counted now and then, and tables grow by
   * doubling, so that it may come to more.
   */
  readonly maxBytes?: number;
  /** Keeps messages that their receivers have no use for any more. */
  readonly keepUseless?: boolean;
  /** Whether states that only differ in the numbers of the nodes are one; true if it is not given. */
  readonly symmetry?: boolean;
  /** Is told now and then how far it is; the exploration goes on when that is done. */
  readonly progress?: (progress: ExploreProgress) => void | Promise<void>;
  /** A clock, in milliseconds, for `ms`; without it, that is 0. */
  readonly now?: () => number;
}
