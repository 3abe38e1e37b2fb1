/**
 * A store that does one thing after the other, written without a look at the model that the checker uses.
 *
 * @module
 */
import type { Request } from "../../effects/history/mod.ts";

/** Keys and their values. */
export class Store {
  readonly #values: Map<string, string>;

  /** A store with these values. */
  constructor(values: ReadonlyMap<string, string> = new Map()) {
    this.#values = new Map(values);
  }

  /** The value of a key. */
  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  /** Carries a request out, and tells what a client is told. */
  apply({ op, key, value, expect }: Request): string | null {
    const before = this.get(key);
    const text = value ?? "";
    switch (op) {
      case "get":
        return before;
      case "put":
        this.#values.set(key, text);
        return null;
      case "append":
        this.#values.set(key, (before ?? "") + text);
        return String(new TextEncoder().encode((before ?? "") + text).length);
      case "cas":
        if (before !== expect) return "0";
        this.#values.set(key, text);
        return "1";
      case "delete":
        return this.#values.delete(key) ? "1" : "0";
      case "incr":
        this.#values.set(key, String(Number(before ?? "0") + Number(value ?? "1")));
        return this.get(key);
    }
  }

  /** Another store with the same values. */
  copy(): Store {
    return new Store(this.#values);
  }
}
