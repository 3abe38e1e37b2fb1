/**
 * A machine that nobody else works with applies all commands one by one: the cluster must have replied and answered as it
 * does.
 *
 * @module
 */
import type { StateMachine } from "../../node/state_machine.ts";
import type { Objection } from "./judgement.ts";
import { nameOf } from "./judge_order.ts";
import type { ClientOperation, Read, Seen } from "./operation.ts";
import { isSame, show } from "./same.ts";
import { equalBytes } from "../../kv/bytes.ts";
import type { Applied } from "./sequence.ts";

/** Applies `commands` to `machine`, which is new, and compares replies, and the answers to the reads of `operations`. */
export async function judgeAlone<C, R, Q, A>(
  machine: StateMachine<C, R, Q, A>,
  commands: readonly Applied<C>[],
  operations: readonly ClientOperation<C, R, Q, A>[],
  object: Objection,
): Promise<void> {
  const reads = Map.groupBy(answered(operations), ({ seen }) => seen.from);
  let waiting: readonly Answered<Q, A>[] = [];
  for (let count = 0; count <= commands.length; count++) {
    if (count > 0) await applyOne(machine, commands[count - 1], count, object);
    waiting = await compare(machine, [...waiting, ...reads.get(count) ?? []], count, object);
  }
}

/** Applies one command alone; returns the reply as bytes. */
export async function applyAlone<C, R, Q, A>(
  machine: StateMachine<C, R, Q, A>,
  command: C,
  index: number,
): Promise<Uint8Array> {
  const [reply] = await machine.apply({ commands: [command], index, records: () => [] });
  return machine.codec.reply.encode(reply);
}

type Answered<Q, A> = Read<Q, A> & { readonly seen: Seen<A> };

function answered<C, R, Q, A>(operations: readonly ClientOperation<C, R, Q, A>[]): readonly Answered<Q, A>[] {
  return operations.flatMap((operation) =>
    operation.type === "Read" && operation.seen !== null ? [{ ...operation, seen: operation.seen }] : []
  );
}

async function applyOne<C, R, Q, A>(
  machine: StateMachine<C, R, Q, A>,
  { command, reply, by }: Applied<C>,
  count: number,
  object: Objection,
): Promise<void> {
  const alone = await applyAlone(machine, command, count);
  if (equalBytes(alone, reply)) return;
  const sentence = `node ${by} replied ${show(reply)} to command ${count}, ${show(command)}, a machine alone ${
    show(alone)
  }`;
  object("One Machine Alone", sentence);
}

/** Those that may have seen a later state, and have not seen this one. */
async function compare<C, R, Q, A>(
  machine: StateMachine<C, R, Q, A>,
  reads: readonly Answered<Q, A>[],
  count: number,
  object: Objection,
): Promise<readonly Answered<Q, A>[]> {
  const waiting: Answered<Q, A>[] = [];
  for (const read of reads) {
    const alone = await machine.query(read.query);
    if (isSame(alone, read.seen.answer)) continue;
    if (read.seen.to > count) waiting.push(read);
    else {
      const sentence = `${nameOf(read)} was answered ${show(read.seen.answer)} behind ${count} commands`;
      object("One Machine Alone", `${sentence}, a machine alone answers ${show(alone)}`);
    }
  }
  return waiting;
}
