/**
 * After the faults: the cluster has to find a leader, to answer, and to agree, all within a bounded time.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { ProcessCluster } from "../processes/cluster.ts";
import { RespClient } from "../processes/resp_client.ts";
import type { Reply } from "../processes/resp_reply.ts";
import type { TortureClient } from "./client.ts";
import { deadline, pause } from "./pause.ts";

/** What settling works with. */
export interface SettleOptions {
  /** The cluster, with which nothing is done any more. */
  readonly cluster: ProcessCluster;
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds that each step may take. */
  readonly boundMs: number;
  /** Reads, and keeps the history. */
  readonly reader: TortureClient;
  /** The keys to read. */
  readonly keys: readonly string[];
}

/** What has become of the cluster. */
export interface Settled {
  /** Milliseconds until there was a leader. */
  readonly leaderAfterMs: number;
  /** What was read in the end. */
  readonly values: ReadonlyMap<string, string | null>;
  /** What went wrong, in sentences. */
  readonly failures: readonly string[];
}

/** Milliseconds between two looks at what is to become equal. */
const LOOK_AGAIN = 50;

/** Waits for a leader, reads every key, and waits until every node has the same. */
export async function settle(options: SettleOptions): Promise<Settled> {
  const { cluster, clock, boundMs } = options;
  const started = clock.now();
  const leader = await cluster.leader({ timeoutMs: boundMs });
  const leaderAfterMs = clock.now() - started;
  if (O.isNone(leader)) {
    return { leaderAfterMs, values: new Map(), failures: [`There was no leader ${boundMs} ms after the last fault.`] };
  }
  const values = await readAll(options);
  const failures = values.size < options.keys.length
    ? [
      `Of ${options.keys.length} keys ${values.size} could be read in the ${boundMs} ms after there was a leader again.`,
    ]
    : await differences(options);
  return { leaderAfterMs, values, failures };
}

async function readAll({ reader, keys, clock, boundMs }: SettleOptions): Promise<ReadonlyMap<string, string | null>> {
  const values = new Map<string, string | null>();
  const { signal, clear } = deadline(clock, boundMs);
  for (const key of keys) {
    const outcome = await reader.insist({ op: "get", key, value: null, expect: null }, signal);
    if (outcome === undefined) break;
    values.set(key, outcome.output);
  }
  clear();
  return values;
}

/** Each node is asked what it has applied, until all say the same: what is behind catches up. */
async function differences(options: SettleOptions): Promise<readonly string[]> {
  const { cluster: { ids }, clock, boundMs } = options;
  const { signal, clear } = deadline(clock, boundMs);
  for (;;) {
    const states = await Promise.all(ids.map((id) => localState(options, id)));
    const differing = ids.filter((_, i) => JSON.stringify(states[i]) !== JSON.stringify(states[0]));
    if (differing.length === 0 && states[0] !== undefined) {
      clear();
      return [];
    }
    if (signal.aborted) {
      return [`After ${boundMs} ms without faults, nodes ${ids[0]} and ${differing.join(", ")} still differ.`];
    }
    await pause(clock, LOOK_AGAIN, signal);
  }
}

/** What a node itself has under the keys; undefined if it does not say. */
async function localState(
  { cluster, clock, keys, boundMs }: SettleOptions,
  id: NodeId,
): Promise<readonly Reply[] | undefined> {
  const connected = await RespClient.connect(cluster.place(id).resp, clock);
  if (E.isLeft(connected)) return undefined;
  const client = connected.right;
  const words = [["READONLY"], ...keys.map((key) => ["GET", key])];
  const outcomes = await Promise.all(words.map((request) => client.ask(request, boundMs)));
  await client.close();
  const replies = outcomes.flatMap((outcome) => outcome.type === "Reply" ? [outcome.reply] : []);
  return replies.length === words.length ? replies : undefined;
}
