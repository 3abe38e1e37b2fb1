/**
 * A network in one process, for tests and simulations. It loses, doubles, delays and reorders what is sent on it, on an
 * injected clock and with injected randomness: the same seed is the same run.
 *
 * Messages are encoded and decoded on the way, as on a real one: nodes share nothing.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import type { Filter, LinkConditions, Mishaps, Where } from "./memory_conditions.ts";
import { MemoryFabric } from "./memory_fabric.ts";
import type { Transport } from "./transport.ts";

/** A network in memory. */
export interface MemoryNetwork {
  /** What happened so far to what was sent. */
  readonly mishaps: Readonly<Mishaps>;
  /** A transport that listens at `address`, which can be any text of the form host:port. */
  transport(address: Address): Transport;
  /** From now on `conditions` hold, everywhere or only `where`. */
  set(conditions: Partial<LinkConditions>, where?: Where): void;
  /** Nothing gets through from `from` to `to` any more, and nobody is told. */
  cut(from: NodeId, to: NodeId): void;
  /** It gets through again. */
  heal(from: NodeId, to: NodeId): void;
  /** Only nodes of the same group reach each other; those that are in no group reach nobody. */
  partition(groups: readonly (readonly NodeId[])[]): void;
  /** Everything gets through again. */
  healAll(): void;
  /** Asks `filter` about everything that is sent from now on. */
  setFilter(filter: Filter): void;
}

/**
 * A network in memory, on which time passes with `clock` and chance comes from `random`. Without `conditions` nothing
 * happens to what is sent.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SimulatedClock } from "../clock/simulated_clock.ts";
 * import { seededRandom } from "../random/random.ts";
 * import { memoryNetwork } from "./memory_network.ts";
 *
 * const network = memoryNetwork(new SimulatedClock(), seededRandom(1), { mostDelayMs: 20, loss: 0.1 });
 * const transport = network.transport("node-1:7000"); // for `startNode`
 * network.cut(1, 2);
 * assertEquals(typeof transport.open, "function");
 * ```
 */
export function memoryNetwork(
  clock: Clock,
  random: Pick<Random, "next">,
  conditions: Partial<LinkConditions> = {},
): MemoryNetwork {
  return new MemoryFabric(clock, random, conditions);
}
