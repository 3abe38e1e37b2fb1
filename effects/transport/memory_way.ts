/**
 * The way from one node to another on a network in memory, in one direction.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Parcel } from "./memory_conditions.ts";
import type { MemoryFabric } from "./memory_fabric.ts";

/** A way in one direction. */
export class MemoryWay {
  // What leaves later arrives later, unless it is to be overtaken.
  private lastArrival = 0;

  /** The way on `fabric` from `from` to `to`. */
  constructor(
    private readonly fabric: MemoryFabric,
    private readonly from: NodeId,
    private readonly to: NodeId,
  ) {}

  /** Whether nothing gets through. */
  get isCut(): boolean {
    return this.fabric.conditions.isCut(this.from, this.to);
  }

  /** How long the next one takes, in milliseconds. */
  delay(): number {
    const { leastDelayMs, mostDelayMs } = this.fabric.conditions.of(this.from, this.to);
    return leastDelayMs + (mostDelayMs > leastDelayMs ? this.fabric.random.next() * (mostDelayMs - leastDelayMs) : 0);
  }

  /** Calls `go` for every copy of a parcel that goes on its way, with whether it will be overtaken. */
  fate(parcel: Parcel, go: (late: boolean) => void): void {
    const { fabric: { conditions, mishaps, random }, from, to } = this;
    if (!this.fabric.passes(from, to, parcel)) return;
    const { loss, duplication, reordering } = conditions.of(from, to);
    if (loss > 0 && random.next() < loss) return void mishaps.lost++;
    const isDoubled = duplication > 0 && random.next() < duplication;
    if (isDoubled) mishaps.doubled++;
    for (let i = isDoubled ? 2 : 1; i > 0; i--) {
      const late = reordering > 0 && random.next() < reordering;
      if (late) mishaps.overtaken++;
      go(late);
    }
  }

  /** Calls `arrive` when something that leaves now is there, unless the way was cut meanwhile. */
  travel(late: boolean, arrive: () => void): void {
    const { fabric: { clock, random, conditions }, from, to } = this;
    let at = clock.now() + this.delay();
    if (late) at += random.next() * conditions.of(from, to).lateMs;
    else at = this.lastArrival = Math.max(at, this.lastArrival);
    clock.after(at - clock.now(), () => this.isCut || arrive());
  }
}
