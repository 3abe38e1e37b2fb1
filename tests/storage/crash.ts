/**
 * Lives of a storage: a random workload on a disk on which the machine crashes at every operation.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { Random } from "../../effects/random/random.ts";
import { EMPTY } from "./model.ts";
import { check, type Promises, storageOn, Workload } from "./workload.ts";

/** What a crash has left, and what had been promised before it. */
export interface Crash {
  readonly disk: MemoryDisk;
  readonly promises: Promises;
}

/** How long a life is, and how often it crashes. */
export interface Life {
  readonly random: Random;
  readonly steps: number;
  /** How many crashes there are at each operation of the disk, on average. */
  readonly crashes: number;
  /** Is told what the operator is told. */
  readonly notice?: (notice: string) => void;
}

/** A disk on which nothing has happened. */
export function birth(): Crash {
  const promises = { history: [EMPTY], complete: new Map(), perhaps: new Map(), applied: 0 };
  return { disk: memoryDisk(), promises };
}

/** Opens what a crash has left, checks it, works on, and returns what crashes on the way would have left. */
export async function live({ disk: before, promises }: Crash, life: Life): Promise<readonly Crash[]> {
  const { random, steps, crashes, notice = () => {} } = life;
  const left: Crash[] = [];
  let now = (): Promises => promises;
  const disk: MemoryDisk = before.crash(random, {
    onOperation() {
      for (let share = crashes; random.next() < share; share--) {
        left.push({ disk: disk.crash(random), promises: now() });
      }
    },
    async onSync() {
      for (let turns = Math.floor(random.next() * 4); turns > 0; turns--) await Promise.resolve();
    },
  });
  const opened = await storageOn(disk, random).open();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const { found } = opened.right;
  found.notices.forEach(notice);
  const workload = new Workload(opened.right, random, await check(found, opened.right, promises));
  now = () => workload.promises;
  for (let i = 0; i < steps; i++) await workload.step(disk);
  await workload.close();
  return left;
}
