/**
 * What a scenario is written with: runs that are told action by action instead of drawn at random.
 *
 * @module
 */
import { AssertionError } from "@std/assert";
import { entryAt, type MessageType, type NodeId, type PeerMessage, proposal } from "../../core/mod.ts";
import type { Action } from "./action.ts";
import { type Check, Violation } from "./check.ts";
import { allChecks } from "./checks/mod.ts";
import type { Letter } from "./network.ts";
import type { Past, Setup } from "./setup.ts";
import { World } from "./world.ts";

type Settling = Extract<Action, { type: "settle" }>;

/** A cluster that a test leads through a story, under all checks. */
export class Scenario {
  readonly world: World;

  constructor(setup: Setup, checks: readonly Check[] = allChecks()) {
    this.world = new World(setup, checks);
  }

  /** Lets `actions` happen. */
  act(...actions: readonly Action[]): this {
    for (const action of actions) this.world.act(action);
    return this;
  }

  /** Lets every message arrive, every disk finish and everything be applied, so many times. */
  settle(rounds: number, otherwise: Partial<Omit<Settling, "type" | "rounds">> = {}): this {
    return this.act({ type: "settle", rounds, slow: 0, idle: 0, shuffle: 0, ticking: false, ...otherwise });
  }

  /** Lets the oldest message of `type` between the two arrive, and the disk of its receiver finish. */
  deliver(type: MessageType, from: NodeId, to: NodeId): this {
    this.world.arrive(this.#find(type, from, to));
    return this.act({ type: "flush", node: to, count: 9 });
  }

  /** Loses the oldest message of `type` between the two. */
  lose(type: MessageType, from: NodeId, to: NodeId): this {
    this.world.network.take(this.#find(type, from, to));
    return this;
  }

  /** Whether a message of `type` is on its way between the two. */
  isInFlight(type: MessageType, from: NodeId, to: NodeId): boolean {
    return this.world.network.deliverable(to).some(({ message }) => isFrom(message, type, from));
  }

  /** Only the links among `ids` work; everything that crosses the line is lost. */
  isolate(...ids: readonly NodeId[]): this {
    return this.act({ type: "partition", mask: maskOf(...ids), lossy: true });
  }

  /** The terms of the log of node `id`, from its first entry on. */
  terms(id: NodeId): readonly number[] {
    const log = this.world.host(id).log();
    return log.slice(log.first, log.last.index).map(({ term }) => term);
  }

  #find(type: MessageType, from: NodeId, to: NodeId): Letter {
    const letter = this.world.network.deliverable(to).find(({ message }) => isFrom(message, type, from));
    if (letter === undefined) throw new AssertionError(`There is no ${type} from ${from} to ${to} in flight.`);
    return letter;
  }
}

/** A disk whose log has the terms `terms`. The same term at the same index is the same entry everywhere. */
export function pastOf(terms: readonly number[], term: number, commit = 0): Past {
  const entries = terms.map((term, i) => entryAt(proposal(Uint8Array.of(i + 1, term)), i + 1, term));
  return { term, commit, entries };
}

/** The mask with the bits of `ids`. */
export function maskOf(...ids: readonly NodeId[]): number {
  return ids.reduce((mask, id) => mask | (1 << (id - 1)), 0);
}

/** The violation that `story` ends in. */
export function violationOf(story: () => void): Violation {
  try {
    story();
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
  throw new AssertionError("Nothing was violated.");
}

function isFrom(message: PeerMessage, type: MessageType, from: NodeId): boolean {
  return message.type === type && message.from === from;
}
