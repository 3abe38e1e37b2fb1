/**
 * What can be said of a run while it happens: a check of `effects/invariants/` that may also look at the disks and state
 * machines of this simulation.
 *
 * @module
 */
import type { Entry, Node, Outbox, PeerMessage, Snapshot } from "../../core/mod.ts";
import type { Stepped as SteppedNode } from "../../effects/invariants/mod.ts";
import type { Action } from "./action.ts";
import type { Host } from "./host.ts";
import type { World } from "./world.ts";

export { violated, Violation } from "../../effects/invariants/mod.ts";

/** One call of the reducer by `host`. */
export interface Stepped extends SteppedNode {
  readonly host: Host;
}

/** A named property. Each member is called at its moment; what a check does not care for it leaves out. */
export interface Check {
  readonly name: string;
  /** An action begins. */
  acting?(action: Action, world: World): void;
  /** A node has started from its disk. */
  started?(host: Host, node: Node, outbox: Outbox, world: World): void;
  /** A node has taken a message; nothing of its outbox was carried out yet. */
  stepped?(step: Stepped, world: World): void;
  /** A message leaves its node, at once or because its write is durable. */
  released?(message: PeerMessage, host: Host, world: World): void;
  /** A state machine is handed entries, or a snapshot. */
  handed?(work: readonly Entry[] | Snapshot, host: Host, world: World): void;
  /** A state machine has reached a further state. */
  applied?(host: Host, world: World): void;
  /** The machine of a node went down. */
  crashed?(host: Host, world: World): void;
  /** An action is over. */
  acted?(world: World): void;
}
