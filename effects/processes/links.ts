/**
 * What the network does to what one node sends to another.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";

/** How a link is: what goes through it is lost, or comes so late. */
export interface Link {
  /** Whether everything is lost. */
  readonly isCut: boolean;
  /** How many milliseconds everything takes. */
  readonly delayMs: number;
}

/** A link that does nothing. */
export const GOOD_LINK: Link = { isCut: false, delayMs: 0 };

/** The links between nodes, each for one direction. */
export class Links {
  readonly #links = new Map<string, Link>();
  readonly #changed: (from: NodeId, to: NodeId) => void;

  /** All links are good. `changed` is called after one has changed. */
  constructor(changed: (from: NodeId, to: NodeId) => void) {
    this.#changed = changed;
  }

  /** How the link is. */
  get(from: NodeId, to: NodeId): Link {
    return this.#links.get(`${from} ${to}`) ?? GOOD_LINK;
  }

  /** Changes a link, as far as `change` says. */
  set(from: NodeId, to: NodeId, change: Partial<Link>): void {
    this.#links.set(`${from} ${to}`, { ...this.get(from, to), ...change });
    this.#changed(from, to);
  }

  /** Makes every link good. */
  clear(): void {
    const names = [...this.#links.keys()];
    this.#links.clear();
    for (const name of names) {
      const [from, to] = name.split(" ").map(Number);
      this.#changed(from, to);
    }
  }
}
