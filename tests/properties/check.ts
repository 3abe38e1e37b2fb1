/**
 * What can be said of a run while it happens. A check watches a world and objects by throwing a `Violation`.
 *
 * @module
 */
import type { Entry, Message, Node, Outbox, PeerMessage, Snapshot } from "../../core/mod.ts";
import type { Action } from "./action.ts";
import type { Host } from "./host.ts";
import type { World } from "./world.ts";

/** One call of the reducer by `host`. */
export interface Stepped {
  readonly host: Host;
  readonly before: Node;
  readonly message: Message;
  readonly after: Node;
  readonly outbox: Outbox;
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
  /** A node is about to be asked for a read. */
  asked?(ticket: number, context: Uint8Array, host: Host, world: World): void;
  /** An action is over. */
  acted?(world: World): void;
}

/** A property does not hold. */
export class Violation extends Error {
  override readonly name = "Violation";

  constructor(readonly check: string, readonly sentence: string) {
    super(`${check}: ${sentence}`);
  }
}

/** The property `check` does not hold, because of `sentence`. */
export function violated(check: string, sentence: string): never {
  throw new Violation(check, sentence);
}
