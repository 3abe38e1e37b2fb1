/**
 * What was acknowledged in an early round must be there after the last one, too.
 *
 * @module
 */
import type { Operation } from "../history/operation.ts";
import { HistoryRecorder } from "../history/history.ts";
import { TortureClient } from "./client.ts";
import { missingWrites } from "./missing.ts";
import { deadline } from "./pause.ts";
import type { RoundOptions } from "./round.ts";
import { seededRandom } from "../random/random.ts";

/** Reads the keys of `appends`, each of which one client has written, and says what is missing. */
export async function lookBack(options: RoundOptions, appends: readonly Operation[]): Promise<readonly string[]> {
  const { cluster, clock, electionMs, thinkMs, recoveryMs, clients, seed } = options;
  const reader = new TortureClient({
    client: clients,
    addresses: cluster.ids.map((id) => cluster.place(id).resp),
    timeoutMs: 3 * electionMs,
    thinkMs,
    clock,
    random: seededRandom(seed),
    history: new HistoryRecorder(clock),
  });
  const { signal, clear } = deadline(clock, recoveryMs);
  const problems: string[] = [];
  for (const [key, own] of Map.groupBy(appends, ({ key }) => key)) {
    const outcome = await reader.insist({ op: "get", key, value: null, expect: null }, signal);
    if (outcome === undefined) problems.push(`${key} could not be read in the end.`);
    else problems.push(...missingWrites(own, outcome.output));
  }
  clear();
  await reader.close();
  return problems;
}
