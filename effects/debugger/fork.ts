/**
 * Another future: a run that goes on in another way from an instant of its past.
 *
 * Of one node alone nobody knows what the others would have said: their messages stay as they were recorded, unless they
 * are edited. `fork_timeline.ts` lets a whole cluster go on.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Input, Run } from "./run.ts";

/** What is to be another way. */
export interface Edits {
  /** Up to this step everything stays as it was. */
  readonly at: number;
  /** These steps, which are later ones, do not happen. */
  readonly drop?: readonly number[];
  /** This is told to the node right behind step `at`. */
  readonly insert?: readonly Message[];
  /** In the place of what the node was told in a later step. */
  readonly edit?: ReadonlyMap<number, Message>;
}

/** An edit is not possible. */
export class EditError extends Error {
  /** The name of the error. */
  override readonly name = "EditError";
}

/** The run that `edits` make of `run`. Throws {@linkcode EditError}. */
export function forkRun(run: Run, edits: Edits): Run {
  const { at, drop = [], insert = [], edit = new Map<number, Message>() } = edits;
  const last = run.before + run.inputs.length;
  if (!Number.isSafeInteger(at) || at < run.before || at > last) {
    throw new EditError(
      `Step ${at} is not in the run: it has the steps ${run.before + 1} to ${last}, and begins at ${run.before}.`,
    );
  }
  for (const number of [...drop, ...edit.keys()]) {
    if (number > at && number <= last) continue;
    throw new EditError(`Step ${number} cannot be changed: only the steps ${at + 1} to ${last} are behind step ${at}.`);
  }
  const dropped = new Set(drop);
  const past = run.inputs.slice(0, at - run.before);
  const ms = past[past.length - 1]?.ms ?? 0;
  const inserted = insert.map((message): Input => ({ message, ms }));
  const future: Input[] = [];
  for (let number = at + 1; number <= last; number++) {
    const input = run.inputs[number - run.before - 1];
    if (!dropped.has(number)) future.push({ ms: input.ms, message: edit.get(number) ?? input.message });
  }
  return { ...run, inputs: [...past, ...inserted, ...future] };
}
