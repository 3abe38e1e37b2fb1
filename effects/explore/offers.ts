/**
 * What may still happen, by what has not been spent.
 *
 * @module
 */
import type { Proposal } from "../../core/entry.ts";
import { type Budget, BUDGETS, type Limits, UNLIMITED } from "./bounds.ts";
import type { Input } from "./input.ts";
import { Interner } from "./interner.ts";

/** An input that may happen, and what is left afterwards. */
export interface Offer {
  /** The number of the input. */
  readonly input: number;
  /** What is left afterwards. */
  readonly left: number;
  /** Whether only leaders are asked. */
  readonly leadersOnly: boolean;
  /** The number of the read that begins; 0 if none does. */
  readonly read: number;
}

/** What is left to be spent, numbered. */
export class Offers {
  readonly #left = new Interner<readonly number[]>((left) => left.join());
  readonly #offers: (readonly Offer[] | undefined)[] = [];
  readonly #spent: (number | undefined)[][] = [];

  /** `numberOf` numbers inputs; `proposals` are what clients propose, in order. */
  constructor(
    private readonly limits: Limits,
    private readonly proposals: readonly Proposal[],
    private readonly numberOf: (input: Input) => number,
  ) {}

  /** Everything is left. */
  first(): number {
    return this.#left.numberOf(BUDGETS.map((name) => this.limits[name]));
  }

  /** What is left of `budget`. */
  leftOf(left: number, budget: Budget): number {
    return this.#left.at(left)[BUDGETS.indexOf(budget)];
  }

  /** What is left of everything. */
  all(left: number): Readonly<Record<Budget, number>> {
    const of = (name: Budget): number => this.leftOf(left, name);
    return {
      timeouts: of("timeouts"),
      proposals: of("proposals"),
      duplicates: of("duplicates"),
      crashes: of("crashes"),
      beats: of("beats"),
      changes: of("changes"),
      snapshots: of("snapshots"),
      reads: of("reads"),
      transfers: of("transfers"),
      checks: of("checks"),
      unreachable: of("unreachable"),
      drops: of("drops"),
    };
  }

  /** What is left after one of `budget` was spent; -1 if there was none. */
  spend(left: number, budget: Budget): number {
    const known = (this.#spent[left] ??= [])[BUDGETS.indexOf(budget)];
    if (known !== undefined) return known;
    const values = [...this.#left.at(left)];
    const position = BUDGETS.indexOf(budget);
    if (values[position] < UNLIMITED) values[position]--;
    const after = values[position] < 0 ? -1 : this.#left.numberOf(values);
    this.#spent[left][position] = after;
    return after;
  }

  /** What any node may be given. */
  of(left: number): readonly Offer[] {
    return this.#offers[left] ??= this.#make(left);
  }

  #make(left: number): readonly Offer[] {
    const { limits } = this;
    const offers: Offer[] = [];
    const offer = (budget: Budget, input: Input, leadersOnly: boolean, read = 0): void => {
      offers.push({ input: this.numberOf(input), left: this.spend(left, budget), leadersOnly, read });
    };
    const has = (budget: Budget): boolean => this.leftOf(left, budget) > 0;
    const next = (budget: Budget): number => limits[budget] - this.leftOf(left, budget) + 1;
    const ids = Array.from({ length: limits.nodes + limits.spares }, (_, i) => i + 1);
    const leadersOnly = !limits.forwarding;
    if (has("proposals")) {
      const number = next("proposals");
      offer("proposals", { type: "propose", number, proposal: this.proposals[number - 1] }, leadersOnly);
    }
    if (has("changes")) {
      for (const change of limits.alphabet) {
        offer("changes", { type: "change", number: 100 + next("changes"), change }, leadersOnly);
      }
    }
    if (has("reads")) {
      const number = next("reads");
      offer("reads", { type: "read", number }, leadersOnly, number);
    }
    if (has("transfers")) { for (const to of ids) offer("transfers", { type: "transfer", to }, leadersOnly); }
    if (has("unreachable")) { for (const peer of ids) offer("unreachable", { type: "unreachable", peer }, true); }
    if (has("beats")) offer("beats", { type: "beat" }, true);
    if (has("checks")) offer("checks", { type: "checkQuorum" }, true);
    if (has("snapshots")) offer("snapshots", { type: "snapshot" }, false);
    if (has("crashes")) offer("crashes", { type: "crash" }, false);
    return offers;
  }
}
