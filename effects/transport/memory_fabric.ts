/**
 * What the nodes on a network in memory share: who is where, and what happens on the ways between them.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import {
  Conditions,
  type Filter,
  GOOD_CONDITIONS,
  type LinkConditions,
  type Mishaps,
  type Parcel,
  type Where,
} from "./memory_conditions.ts";
import type { MemoryNetwork } from "./memory_network.ts";
import { OpenMemoryTransport } from "./memory_transport.ts";
import type { Transport } from "./transport.ts";

/** A network in memory. */
export class MemoryFabric implements MemoryNetwork {
  /** What holds on each way. */
  readonly conditions: Conditions;
  /** What the conditions have done so far. */
  readonly mishaps: Mishaps = { lost: 0, doubled: 0, overtaken: 0 };
  private readonly open = new Map<Address, OpenMemoryTransport>();
  private filter: Filter = () => true;
  private sessions = 0;

  /** A network on which time passes with `clock` and chance comes from `random`. */
  constructor(
    /** Time. */
    readonly clock: Clock,
    /** Chance. */
    readonly random: Pick<Random, "next">,
    conditions: Partial<LinkConditions> = {},
  ) {
    this.conditions = new Conditions({ ...GOOD_CONDITIONS, ...conditions });
  }

  /** A transport that listens at `address`. */
  transport(address: Address): Transport {
    return {
      open: (local, handler) => {
        if (this.open.has(address)) {
          const message = `Cannot listen on ${address}: somebody does already.`;
          return Promise.resolve(E.left({ type: "TransportError", message }));
        }
        const session = (++this.sessions).toString(16).padStart(16, "0");
        const opened = new OpenMemoryTransport(this, { address, session, local, handler });
        this.open.set(address, opened);
        return Promise.resolve(E.right(opened));
      },
    };
  }

  /** From now on `conditions` hold, everywhere or only `where`. */
  set(conditions: Partial<LinkConditions>, where: Where = {}): void {
    this.conditions.set(conditions, where);
  }

  /** Nothing gets through from `from` to `to` any more, and nobody is told. */
  cut(from: NodeId, to: NodeId): void {
    this.conditions.cut(from, to);
  }

  /** It gets through again. */
  heal(from: NodeId, to: NodeId): void {
    this.conditions.heal(from, to);
  }

  /** Only nodes of the same group reach each other; those that are in no group reach nobody. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.conditions.healAll();
    const ids = [...this.open.values()].map(({ id }) => id).concat(groups.flat());
    const groupOf = (id: NodeId) => groups.findIndex((group) => group.includes(id));
    for (const from of ids) {
      for (const to of ids) {
        if (from !== to && (groupOf(from) < 0 || groupOf(from) !== groupOf(to))) this.conditions.cut(from, to);
      }
    }
  }

  /** Everything gets through again. */
  healAll(): void {
    this.conditions.healAll();
  }

  /** Asks `filter` about everything that is sent from now on. */
  setFilter(filter: Filter): void {
    this.filter = filter;
  }

  /** Whether a parcel goes on its way. */
  passes(from: NodeId, to: NodeId, parcel: Parcel): boolean {
    return !this.conditions.isCut(from, to) && this.filter(from, to, parcel);
  }

  /** Who listens at `address`. */
  at(address: Address): Option<OpenMemoryTransport> {
    return O.fromNullable(this.open.get(address));
  }

  /** Nobody listens at `address` any more. */
  leave(address: Address): void {
    this.open.delete(address);
  }
}
