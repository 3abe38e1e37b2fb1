/**
 * Torture: clients work while nodes are killed and paused and their network fails, round after round; after each, the
 * cluster has to recover, and its clients' histories are checked.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Clock } from "../clock/clock.ts";
import type { Verdict } from "../history/linearizable.ts";
import type { Operation } from "../history/operation.ts";
import { ProcessCluster, type ProcessClusterOptions } from "../processes/cluster.ts";
import { lookBack } from "./look_back.ts";
import { countOperations, noFaults, noOperations, type TortureReport } from "./report.ts";
import { type Round, type RoundOptions, runRound } from "./round.ts";
import { isOwnKey } from "./workload.ts";

/** What to do to whom. */
export interface TortureOptions extends Omit<RoundOptions, "cluster" | "electionMs"> {
  /** The cluster; there always are proxies between its nodes. */
  readonly cluster: Omit<ProcessClusterOptions, "proxied" | "clock">;
  /** How long harm is done, in all rounds together. */
  readonly totalMs: number;
  /** How long it is done in one round. */
  readonly roundMs: number;
}

/** Is told how many milliseconds of harm are over, and how many requests were made. */
export type Watch = (doneMs: number, requests: number) => Promise<void>;

/** Tortures a cluster, and says what came of it. */
export async function runTorture(
  options: TortureOptions,
  watch: Watch = () => Promise.resolve(),
): Promise<TortureReport> {
  const cluster = new ProcessCluster({ ...options.cluster, proxied: true, clock: options.clock });
  const torture = new Torture(options, cluster, watch);
  try {
    const started = await cluster.startAll();
    return E.isLeft(started) ? torture.report([started.left]) : await torture.run();
  } finally {
    await cluster.close();
  }
}

class Torture {
  readonly #options: TortureOptions;
  readonly #clock: Clock;
  readonly #cluster: ProcessCluster;
  readonly #watch: Watch;
  readonly #started: number;
  readonly #faults = noFaults();
  readonly #operations = noOperations();
  // The appends to keys that only one client writes, of all rounds: they must be there for ever.
  readonly #own: Operation[] = [];
  #rounds = 0;
  #requests = 0;
  #keys = 0;
  #leaderAfterMs = 0;
  #verdict: Verdict["type"] = "Linearizable";

  constructor(options: TortureOptions, cluster: ProcessCluster, watch: Watch) {
    this.#options = options;
    this.#clock = options.clock;
    this.#cluster = cluster;
    this.#watch = watch;
    this.#started = this.#clock.now();
  }

  async run(): Promise<TortureReport> {
    const { totalMs, roundMs, cluster: { electionMs } } = this.#options;
    const options: RoundOptions = { ...this.#options, cluster: this.#cluster, electionMs };
    for (let doneMs = 0; doneMs < totalMs; doneMs += roundMs) {
      const lastsMs = Math.min(roundMs, totalMs - doneMs);
      const watch: Watch = (done, requests) => this.#watch(doneMs + done, this.#requests + requests);
      const round = await runRound(options, { number: this.#rounds, lastsMs, watch });
      this.#add(round);
      if (round.failures.length > 0) return this.report(round.failures, round.history);
    }
    return this.report(await lookBack(options, this.#own));
  }

  report(failures: readonly string[], history: readonly Operation[] = []): TortureReport {
    const { seed, clients } = this.#options;
    return {
      seed,
      nodes: this.#cluster.ids.length,
      clients,
      rounds: this.#rounds,
      elapsedMs: this.#clock.now() - this.#started,
      faults: this.#faults,
      operations: this.#operations,
      leaderAfterMs: this.#leaderAfterMs,
      verdict: this.#verdict,
      keys: this.#keys,
      acknowledged: this.#own.filter(({ ok }) => ok === true).length,
      failures,
      history,
    };
  }

  #add({ history, faults, settled, verdict }: Round): void {
    this.#rounds++;
    this.#requests += history.length;
    this.#keys += settled.values.size;
    this.#verdict = verdict.type;
    this.#leaderAfterMs = Math.max(this.#leaderAfterMs, settled.leaderAfterMs);
    for (const [kind, count] of faults) this.#faults[kind] += count;
    countOperations(this.#operations, history);
    for (const operation of history) {
      if (operation.op === "append" && isOwnKey(operation.key)) this.#own.push(operation);
    }
  }
}
