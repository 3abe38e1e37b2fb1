/**
 * One round of torture: clients work while harm is done, the cluster recovers, and everything is judged.
 *
 * @module
 */
import type { Clock } from "../clock/clock.ts";
import { HistoryRecorder } from "../history/history.ts";
import { checkLinearizable, type Verdict } from "../history/linearizable.ts";
import type { Operation } from "../history/operation.ts";
import type { ProcessCluster } from "../processes/cluster.ts";
import { type Random, seededRandom } from "../random/random.ts";
import { TortureClient } from "./client.ts";
import { drawFaults, type FaultKind, NETWORK_FAULTS, PROCESS_FAULTS } from "./faults.ts";
import { missingWrites } from "./missing.ts";
import { Nemesis } from "./nemesis.ts";
import { deadline, pause } from "./pause.ts";
import { settle, type Settled } from "./settle.ts";
import { isOwnKey, Workload } from "./workload.ts";

/** What every round works with. */
export interface RoundOptions {
  /** The cluster. */
  readonly cluster: ProcessCluster;
  /** Its election timeout. */
  readonly electionMs: number;
  /** How many clients. */
  readonly clients: number;
  /** What may happen. */
  readonly faults: readonly FaultKind[];
  /** Milliseconds that a client thinks between two requests, on average. */
  readonly thinkMs: number;
  /** Milliseconds that each step of the recovery may take. */
  readonly recoveryMs: number;
  /** The seed of the torture. */
  readonly seed: number;
  /** Time. */
  readonly clock: Clock;
  /** Ends it early, which is a failure. */
  readonly signal?: AbortSignal;
}

/** Which round. */
export interface RoundNumber {
  /** Its number, from 0. */
  readonly number: number;
  /** Milliseconds that harm is done. */
  readonly lastsMs: number;
  /** Is told how many milliseconds of it are over, and how many requests were made. */
  readonly watch: (doneMs: number, requests: number) => Promise<void>;
}

/** What came of a round. */
export interface Round {
  /** Everything that clients asked for. */
  readonly history: readonly Operation[];
  /** How many faults of each kind there were. */
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** The recovery. */
  readonly settled: Settled;
  /** Whether the history is linearizable. */
  readonly verdict: Verdict;
  /** What was not as promised, in sentences. */
  readonly failures: readonly string[];
}

/** How often somebody who watches is told, in milliseconds. */
const TELL = 500;
/** A cluster that does nothing breaks no promise either: so many operations a second are the least for a life. */
const ALIVE = 1;

/** Runs a round. */
export async function runRound(options: RoundOptions, round: RoundNumber): Promise<Round> {
  const { cluster, clock, recoveryMs } = options;
  const recorder = new HistoryRecorder(clock);
  const nemesis = new Nemesis(cluster, clock);
  await harass(options, round, { recorder, nemesis });
  if (options.signal?.aborted) return stopped(recorder, nemesis);
  await nemesis.endAll();
  const keys = [...new Set(recorder.operations().map(({ key }) => key))];
  const reader = newClient(options, { client: options.clients, recorder, number: round.number });
  const settled = await settle({ cluster, clock, boundMs: recoveryMs, reader, keys });
  await reader.close();
  const history = recorder.operations();
  const verdict = checkLinearizable(history);
  const failures = [
    ...nemesis.failures,
    ...settled.failures,
    ...describeVerdict(verdict),
    ...missingIn(history, settled.values),
    ...life(history, round.lastsMs),
  ];
  return { history, faults: nemesis.counts, settled, verdict, failures };
}

function stopped(recorder: HistoryRecorder, { counts: faults }: Nemesis): Round {
  return {
    history: recorder.operations(),
    faults,
    settled: { leaderAfterMs: 0, values: new Map(), failures: [] },
    verdict: { type: "GaveUp", keys: [], steps: 0 },
    failures: ["It was stopped before it was over."],
  };
}

/** The chances of one part of a round. */
function chances({ seed }: RoundOptions, round: number, part: number): Random {
  return seededRandom(seed + Math.imul(round + 1, 0x9e3779b1) + Math.imul(part + 1, 0x85ebca6b));
}

async function harass(
  options: RoundOptions,
  { number, lastsMs, watch }: RoundNumber,
  { recorder, nemesis }: { readonly recorder: HistoryRecorder; readonly nemesis: Nemesis },
): Promise<void> {
  const { clock, faults, electionMs, cluster: { ids } } = options;
  const { signal: over, clear } = deadline(clock, lastsMs);
  const signal = options.signal === undefined ? over : AbortSignal.any([over, options.signal]);
  // What happens to processes and what happens to the network are drawn apart, so that both can happen at once.
  const lanes = [PROCESS_FAULTS, NETWORK_FAULTS].map((lane) => lane.filter((kind) => faults.includes(kind)));
  const harm = lanes.map(async (kinds, part) => {
    if (kinds.length > 0) {
      await nemesis.run(drawFaults({ ids, kinds, electionMs }, chances(options, number, part)), signal);
    }
  });
  const clients = Array.from({ length: options.clients }, (_, client) => client);
  const workload = new Workload(`r${number}-`, clients.map((client) => chances(options, number, 100 + client)));
  const work = clients.map(async (client) => {
    const one = newClient(options, { client, recorder, number });
    await one.run(() => workload.next(client), (request, outcome) => workload.learn(request, outcome), signal);
  });
  const started = clock.now();
  const tell = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(clock, TELL, signal);
      await watch(Math.min(lastsMs, clock.now() - started), recorder.size);
    }
  };
  await Promise.all([...harm, ...work, tell()]);
  clear();
}

function newClient(
  options: RoundOptions,
  { client, recorder, number }: {
    readonly client: number;
    readonly recorder: HistoryRecorder;
    readonly number: number;
  },
): TortureClient {
  const { cluster, clock, electionMs, thinkMs } = options;
  return new TortureClient({
    client,
    addresses: cluster.ids.map((id) => cluster.place(id).resp),
    timeoutMs: 3 * electionMs,
    thinkMs,
    clock,
    random: chances(options, number, 10_000 + client),
    history: recorder,
  });
}

function describeVerdict(verdict: Verdict): readonly string[] {
  switch (verdict.type) {
    case "Linearizable":
      return [];
    case "NotLinearizable":
      return verdict.counterexample.story;
    case "GaveUp":
      return [
        `It is not clear whether the history is linearizable: the limit was reached for ${verdict.keys.join(", ")}.`,
      ];
  }
}

function missingIn(history: readonly Operation[], values: ReadonlyMap<string, string | null>): readonly string[] {
  const appends = Map.groupBy(history.filter(({ key, op }) => op === "append" && isOwnKey(key)), ({ key }) => key);
  return [...appends].flatMap(([key, own]) => values.has(key) ? missingWrites(own, values.get(key) ?? null) : []);
}

function life(history: readonly Operation[], lastsMs: number): readonly string[] {
  const done = history.filter(({ ok }) => ok === true).length;
  return done >= ALIVE * lastsMs / 1000 ? [] : [`Only ${done} operations were carried out in ${lastsMs} ms.`];
}
