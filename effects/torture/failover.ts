/**
 * How long clients wait when the leader is killed: from `kill -9` to the first write that is acknowledged.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";
import type { ProcessCluster } from "../processes/cluster.ts";
import { RespClient } from "../processes/resp_client.ts";
import { pause } from "./pause.ts";

/** What to measure. */
export interface FailoverOptions {
  /** A cluster that runs. */
  readonly cluster: ProcessCluster;
  /** Its election timeout. */
  readonly electionMs: number;
  /** How often to kill the leader. */
  readonly times: number;
  /** Milliseconds that each wait may take, for a leader, for a write, and for the killed node to be there again. */
  readonly boundMs: number;
  /** Time. */
  readonly clock: Clock;
  /** Is told how often it was done. */
  readonly watch?: (done: number) => Promise<void>;
}

/** What was measured. */
export interface Failover {
  /** Milliseconds without a write, in the order in which they were measured. */
  readonly waits: readonly number[];
  /** The one in the middle. */
  readonly medianMs: number;
  /** The one in the middle, in election timeouts. */
  readonly median: number;
}

/** Kills the leader time and again, and measures how long it is until a client can write; on the left what went wrong. */
export async function measureFailover(options: FailoverOptions): Promise<Either<string, Failover>> {
  const { electionMs, times } = options;
  const waits: number[] = [];
  for (let i = 0; i < times; i++) {
    const wait = await failOver(options, `failover-${i}`);
    if (E.isLeft(wait)) return wait;
    waits.push(wait.right);
    await options.watch?.(i + 1);
  }
  const medianMs = median(waits);
  return E.right({ waits, medianMs, median: medianMs / electionMs });
}

/** The value in the middle; of an even number of values, halfway between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function failOver(options: FailoverOptions, key: string): Promise<Either<string, number>> {
  const { cluster, clock, boundMs } = options;
  const leader = await cluster.leader({ timeoutMs: boundMs });
  if (O.isNone(leader)) return E.left(`There was no leader within ${boundMs} ms.`);
  // A first write shows that the leader works, and every follower has heard of it.
  if (await firstWrite(options, cluster.ids, `${key}-before`) === undefined) return E.left("The leader took no write.");
  const killed = clock.now();
  await cluster.kill(leader.value);
  const others = cluster.ids.filter((id) => id !== leader.value);
  const acknowledged = await firstWrite(options, others, key);
  if (acknowledged === undefined) return E.left(`There was no write within ${boundMs} ms after the leader was killed.`);
  const again = await cluster.start(leader.value);
  if (E.isLeft(again)) return again;
  const hasCaughtUp = await firstWrite(options, [leader.value], `${key}-after`);
  if (hasCaughtUp === undefined) return E.left(`Node ${leader.value} did not come back within ${boundMs} ms.`);
  return E.right(acknowledged - killed);
}

/** Tries to write on all of the nodes, until one says that it is done: when that was; undefined if it takes too long. */
async function firstWrite(
  options: FailoverOptions,
  ids: readonly NodeId[],
  key: string,
): Promise<number | undefined> {
  const { clock, boundMs } = options;
  const stop = new AbortController();
  const cancel = clock.after(boundMs, () => stop.abort());
  let first: number | undefined;
  await Promise.all(ids.map(async (id) => {
    if (!await write(options, { id, key, signal: stop.signal })) return;
    first ??= clock.now();
    stop.abort();
  }));
  cancel();
  return first;
}

/** A client of one node: writes until that has worked, or until `signal` aborts. */
async function write(
  { cluster, clock, electionMs }: FailoverOptions,
  { id, key, signal }: { readonly id: NodeId; readonly key: string; readonly signal: AbortSignal },
): Promise<boolean> {
  let isDone = false;
  while (!isDone && !signal.aborted) {
    const client = await RespClient.connect(cluster.place(id).resp, clock);
    if (E.isRight(client)) {
      const close = (): void => void client.right.close();
      signal.addEventListener("abort", close);
      const outcome = await client.right.ask(["SET", key, "x"], electionMs);
      signal.removeEventListener("abort", close);
      await client.right.close();
      isDone = outcome.type === "Reply" && outcome.reply === "OK";
    }
    // A client that is told at once that there is no leader waits a little, as any client would.
    if (!isDone) await pause(clock, electionMs / 50, signal);
  }
  return isDone;
}
