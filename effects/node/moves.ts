/**
 * Members that have moved: where a node is reached now is a part of the replicated state.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Address } from "../storage/storage.ts";
import type { Fold } from "./fold.ts";
import type { Membership } from "./membership.ts";
import type { SystemState } from "./system_state.ts";

/** What it takes to notice them. */
export interface MovesParts<Reply> {
  /** The node. */
  readonly fold: Fold;
  /** Where the members are, as far as the cluster knows. */
  readonly system: SystemState;
  /** Where nodes say that they are. */
  readonly announced: ReadonlyMap<NodeId, Address>;
  /** Has a change replicated. */
  readonly membership: Membership<Reply>;
}

/** Follows members to where they are now. */
export class Moves<Reply> {
  readonly #parts: MovesParts<Reply>;
  #following = false;

  /** Nobody has moved. */
  constructor(parts: MovesParts<Reply>) {
    this.#parts = parts;
  }

  /**
   * Where a member says that it is elsewhere, its leader has that replicated. The member itself could not: nobody reaches it
   * to tell it who leads.
   */
  async follow(): Promise<void> {
    const { announced, fold, membership, system: { addresses, configuration } } = this.#parts;
    if (fold.node.role !== "leader" || this.#following) return;
    const moved = [...announced].find(([id, at]) => addresses.has(id) && addresses.get(id) !== at);
    if (moved === undefined) return;
    this.#following = true;
    const there = new Map([moved]);
    await membership.change(configuration.learners.includes(moved[0]) ? { learners: there } : { add: there }, {});
    this.#following = false;
  }
}
