/**
 * A network in memory: first in, first out, unless a command loses, doubles or reorders messages.
 *
 * @module
 */
import type { NodeId, PeerMessage } from "../../../core/mod.ts";

/** Which messages a command means. Whatever is left out does not matter. */
export interface Selection {
  /** The sender. */
  readonly from?: NodeId;
  /** The receiver. */
  readonly to?: NodeId;
  /** The name of the message. */
  readonly type?: string;
}

/** The messages on their way, and the lines that are cut. */
export class Network {
  #waiting: readonly PeerMessage[] = [];
  #cuts = new Set<string>();

  /** The messages on their way, oldest first. */
  get waiting(): readonly PeerMessage[] {
    return this.#waiting;
  }

  /** Takes a message; answers whether it is on its way, or lost because the line is cut. */
  send(message: PeerMessage): boolean {
    if (this.#cuts.has(line(message.from, message.to))) return false;
    this.#waiting = [...this.#waiting, message];
    return true;
  }

  /** Takes the selected messages off the network. */
  take(selection: Selection): readonly PeerMessage[] {
    const taken = this.#waiting.filter((message) => isSelected(message, selection));
    this.#waiting = this.#waiting.filter((message) => !taken.includes(message));
    return taken;
  }

  /** Sends the selected messages once more, behind all others. */
  double(selection: Selection): readonly PeerMessage[] {
    // A copy, because a message is known by its identity here.
    const copies = this.#waiting.filter((message) => isSelected(message, selection)).map((message) => ({ ...message }));
    this.#waiting = [...this.#waiting, ...copies];
    return copies;
  }

  /** The selected messages arrive in the opposite order. */
  reverse(selection: Selection): readonly PeerMessage[] {
    const reversed = this.#waiting.filter((message) => isSelected(message, selection)).reverse();
    let next = 0;
    this.#waiting = this.#waiting.map((message) => isSelected(message, selection) ? reversed[next++] : message);
    return reversed;
  }

  /** Whatever is sent from `from` to `to` from now on is lost. */
  cut(from: NodeId, to: NodeId): void {
    this.#cuts.add(line(from, to));
  }

  /** Every line works again. */
  heal(): void {
    this.#cuts.clear();
  }
}

function line(from: NodeId, to: NodeId): string {
  return `${from}→${to}`;
}

function isSelected(message: PeerMessage, { from, to, type }: Selection): boolean {
  return (from === undefined || message.from === from) && (to === undefined || message.to === to) &&
    (type === undefined || message.type === type);
}
