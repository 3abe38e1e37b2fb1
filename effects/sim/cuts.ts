/**
 * Which nodes do not hear which other ones: several cuts can hold at the same time.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { MemoryNetwork } from "../transport/memory_network.ts";

/** Whether nothing gets through from a node to another one. */
export type Cut = (from: NodeId, to: NodeId) => boolean;

/** The cuts that hold on a network. */
export class Cuts {
  readonly #network: MemoryNetwork;
  readonly #ids: () => readonly NodeId[];
  readonly #cuts = new Set<Cut>();

  /** There are none. `ids` are all nodes that there are. */
  constructor(network: MemoryNetwork, ids: () => readonly NodeId[]) {
    this.#network = network;
    this.#ids = ids;
  }

  /** `cut` holds from now on, until the function that is returned is called. */
  make(cut: Cut): () => void {
    this.#cuts.add(cut);
    this.refresh();
    return () => {
      this.#cuts.delete(cut);
      this.refresh();
    };
  }

  /** None holds any more. */
  healAll(): void {
    this.#cuts.clear();
    this.refresh();
  }

  /** There may be a new node. */
  refresh(): void {
    this.#network.healAll();
    const ids = this.#ids();
    for (const cut of this.#cuts) {
      for (const from of ids) for (const to of ids) if (from !== to && cut(from, to)) this.#network.cut(from, to);
    }
  }
}

/** The group that `mask` puts a node into. */
export function groupOf(mask: number, id: NodeId): number {
  return mask >>> ((id - 1) & 31) & 1;
}
