/**
 * Histories of clients of a real store: every operation takes effect at an instant between its call and its return.
 *
 * @module
 */
import type { Operation, OperationName } from "../../effects/history/mod.ts";
import type { Random } from "../../effects/random/random.ts";
import { Store } from "./store.ts";

/** What kind of history. */
export interface Shape {
  /** How many clients there are. Each does one thing after the other. */
  readonly clients: number;
  /** How many operations. */
  readonly operations: number;
  /** On how many keys. */
  readonly keys: number;
  /** What is done, as often as it is listed. */
  readonly names: readonly OperationName[];
  /** Of how many no outcome is known: a number in [0, 1]. Half of them take effect. */
  readonly unknown: number;
  /** How many different values there are; each is new if it is not given. */
  readonly values?: number;
}

/** Everything that a client can do. */
export const ALL: readonly OperationName[] = ["get", "get", "get", "put", "put", "append", "cas", "delete"];

interface Planned {
  readonly operation: Operation;
  readonly at: number;
  readonly happens: boolean;
}

/** A history that is linearizable because it was made so. */
export function generate(shape: Shape, random: Random): readonly Operation[] {
  const planned = plan(shape, random).sort((a, b) => a.at - b.at);
  const store = new Store();
  const seen = new Map<string, string[]>();
  const operations: Operation[] = [];
  for (const { operation, happens } of planned) {
    // A cas that guesses what is there often succeeds.
    const values = seen.get(operation.key) ?? [];
    const expect = operation.op === "cas" ? values.at(-1 - below(random, 2)) ?? null : null;
    const asked = { ...operation, expect };
    const output = happens ? store.apply(asked) : null;
    if (operation.value !== null) seen.set(operation.key, [...values.slice(-4), store.get(operation.key) ?? ""]);
    operations.push(asked.return === null ? asked : { ...asked, ok: true, output });
  }
  return operations.sort((a, b) => a.call - b.call);
}

function plan({ clients, operations, keys, names, unknown, values }: Shape, random: Random): Planned[] {
  const free = Array.from({ length: clients }, () => random.next() * 10);
  return Array.from({ length: operations }, (_, number) => {
    const client = below(random, clients);
    const op = names[below(random, names.length)];
    const call = free[client] + random.next() * 10;
    const at = call + random.next() * 20;
    const end = at + random.next() * 20;
    const open = random.next() < unknown;
    free[client] = open ? call + random.next() * 10 : end + 0.001;
    const late = open ? random.next() * 200 : 0;
    const written = op === "incr" ? "1" : values === undefined ? `v${number}.` : `v${below(random, values)}.`;
    return {
      operation: {
        client,
        op,
        key: `k${below(random, keys)}`,
        value: op === "get" || op === "delete" ? null : written,
        expect: null,
        call,
        return: open ? null : end,
        ok: null,
        output: null,
      },
      at: at + late,
      happens: !open || random.next() < 0.5,
    };
  });
}

/** A whole number from 0 to `limit` − 1. */
export function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}
