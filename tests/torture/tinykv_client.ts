/**
 * A client of real processes as TinyKV's tests have one: it tries until it gets what it wants, and it can look into each
 * node's own store.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as O from "fp-ts/Option";
import { systemClock } from "../../effects/clock/clock.ts";
import type { ProcessCluster } from "../../effects/processes/cluster.ts";
import { pause } from "../../effects/torture/pause.ts";

/** What a node says of its log. */
export interface LogStatus {
  /** The first entry that is still there. */
  readonly first: number;
  /** The last entry that is applied. */
  readonly applied: number;
  /** The newest snapshot. */
  readonly snapshot: number;
}

/** A pair in a column family. */
export interface Name {
  /** The column family. */
  readonly cf: "default" | "lock" | "write";
  /** The key. */
  readonly key: string;
}

/** So often something is tried again, at most. */
const TRIES = 600;
const PAUSE = 50;

/** A client. */
export class TinyKvClient {
  readonly #cluster: ProcessCluster;
  #at = 0;

  /** A client of `cluster`. */
  constructor(cluster: ProcessCluster) {
    this.#cluster = cluster;
  }

  /** The node that leads, among `among`. */
  async leader(among: readonly number[] = this.#cluster.ids): Promise<number> {
    const leader = await this.#cluster.leader({ timeoutMs: TRIES * PAUSE, among });
    assert(O.isSome(leader), "there is a leader");
    return leader.value;
  }

  /** Stores a value. */
  async mustPut(name: Name, value: string): Promise<void> {
    await this.#insist(async (id) => {
      const response = await this.#fetch(id, `${path(name)}?timeoutMs=1000`, { method: "PUT", body: value });
      return response?.status === 204;
    });
  }

  /** Removes a key. */
  async mustDelete(name: Name): Promise<void> {
    await this.#insist(async (id) => {
      const response = await this.#fetch(id, `${path(name)}?timeoutMs=1000`, { method: "DELETE" });
      return response?.status === 200;
    });
  }

  /** Reads a value, which must be `expected`: the read is linearizable, so the first answer counts. */
  async mustGet(name: Name, expected: string): Promise<void> {
    await this.#insist(async (id) => {
      const response = await this.#fetch(id, `${path(name)}?timeoutMs=1000`);
      if (response?.status !== 200) return false;
      assert(response.body === expected, `${name.key} is ${response.body}, not ${expected}`);
      return true;
    });
  }

  /** Waits until a node's own store has the value. */
  async mustHave(id: number, name: Name, value: string): Promise<void> {
    await this.until(`node ${id} has ${name.key}=${value}`, async () => await this.local(id, name) === value);
  }

  /** Waits until a node's own store does not have the key. */
  async mustLack(id: number, name: Name): Promise<void> {
    await this.until(`node ${id} has no ${name.key}`, async () => await this.local(id, name) === null);
  }

  /** What a node's own store has; null if the key is not there, undefined if the node does not say. */
  async local(id: number, name: Name): Promise<string | null | undefined> {
    const response = await this.#fetch(id, `${path(name)}?consistency=stale`);
    return response?.status === 404 ? null : response?.status === 200 ? response.body : undefined;
  }

  /** What a node says of its log. */
  async status(id: number): Promise<LogStatus> {
    const response = await this.#fetch(id, "/status");
    assert(response?.status === 200, `node ${id} answers`);
    return JSON.parse(response.body);
  }

  /** Waits until `test` holds. */
  async until(what: string, test: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < TRIES; i++) {
      if (await test()) return;
      await pause(systemClock, PAUSE);
    }
    assert(false, `Waited in vain until ${what}.`);
  }

  /** Asks the node that has answered last, or the next one if it does not any more. */
  async #insist(attempt: (id: number) => Promise<boolean>): Promise<void> {
    await this.until("a request is answered", async () => {
      const { ids } = this.#cluster;
      const isDone = await attempt(ids[this.#at % ids.length]);
      if (!isDone) this.#at++;
      return isDone;
    });
  }

  async #fetch(
    id: number,
    path: string,
    init?: RequestInit,
  ): Promise<{ readonly status: number; readonly body: string } | undefined> {
    try {
      const response = await fetch(`http://${this.#cluster.place(id).http}${path}`, init);
      return { status: response.status, body: await response.text() };
    } catch {
      return undefined; // it does not run, or ends
    }
  }
}

function path({ cf, key }: Name): string {
  return `/raw/${cf}/${key}`;
}
