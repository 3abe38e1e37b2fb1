/**
 * What can be said of a cluster while it runs, in a simulation or in a test of the reducer alone. A check watches and
 * objects by throwing a {@linkcode Violation}.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Found } from "../storage/storage.ts";

/** A machine of the cluster, as checks see it. */
export interface HostView {
  /** Its node's number. */
  readonly id: NodeId;
  /** How often the node was started. */
  readonly incarnation: number;
  /** The node; null while the machine is down. */
  readonly node: Node | null;
  /** The log of the node; while it is down, what is known of its disk. */
  log(): Log;
}

/** A cluster, as checks see it. */
export interface ClusterView {
  /** All machines that there ever were. */
  readonly hosts: readonly HostView[];
}

/** One call of the reducer. */
export interface Stepped {
  /** Whose node. */
  readonly host: HostView;
  /** The node before. */
  readonly before: Node;
  /** What it was told. */
  readonly message: Message;
  /** The node after. */
  readonly after: Node;
  /** What it wants done. */
  readonly outbox: Outbox;
}

/** What a disk holds of a node. */
export type Recovered = Pick<Found, "hardState" | "log">;

/** A named property. Each member is called at its moment; what a check does not care for it leaves out. */
export interface Check {
  /** The name of the property. */
  readonly name: string;
  /** A node has started from its disk. */
  started?(host: HostView, node: Node, outbox: Outbox, cluster: ClusterView): void;
  /** A node has taken a message; nothing of its outbox was carried out yet. */
  stepped?(step: Stepped, cluster: ClusterView): void;
  /** A message leaves its node. */
  released?(message: PeerMessage, host: HostView, cluster: ClusterView): void;
  /** The machine of a node went down. */
  crashed?(host: HostView, cluster: ClusterView): void;
  /** A machine has lost its disk. Whatever its node had promised is lost with it, and its number is never used again. */
  wiped?(host: HostView, cluster: ClusterView): void;
  /** What the node of a machine would find if its power went off now. */
  audited?(found: Recovered, host: HostView, cluster: ClusterView): void;
}

/** A property does not hold. */
export class Violation extends Error {
  /** The name of the error. */
  override readonly name = "Violation";
  /** The name of the property. */
  readonly check: string;
  /** What was seen, in a sentence. */
  readonly sentence: string;

  /** The property `check` does not hold, because of `sentence`. */
  constructor(check: string, sentence: string) {
    super(`${check}: ${sentence}`);
    this.check = check;
    this.sentence = sentence;
  }
}

/** The property `check` does not hold, because of `sentence`. */
export function violated(check: string, sentence: string): never {
  throw new Violation(check, sentence);
}
