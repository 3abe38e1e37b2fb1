/**
 * Named collections of faults.
 *
 * @module
 */
import { CALM, type Faults } from "./faults.ts";

/** The name of a collection. */
export type ProfileName = "calm" | "network" | "disk" | "crash" | "members" | "chaos";

const NETWORK: Partial<Faults> = {
  loss: 0.03,
  duplication: 0.02,
  reordering: 0.03,
  delayMs: [1, 15],
  slowLinks: 2,
  partitions: 2,
  oneWayCuts: 2,
  partialCuts: 1,
  bridges: 1,
  clientRetries: 0.05,
};

const CRASH: Partial<Faults> = {
  freezes: 3,
  slowNodes: 1,
  clockDrift: 0.05,
  crashes: 5,
  blackouts: 0.5,
  snapshots: 3,
  transfers: 2,
};

const DISK: Partial<Faults> = {
  syncMs: [1, 20],
  failedSyncs: 1.5,
  fullDisks: 1,
  flippedBits: 1.5,
  wipedDisks: 1,
  snapshots: 3,
};

const MEMBERS: Partial<Faults> = { memberChanges: 6, transfers: 3, wipedDisks: 0.5, snapshots: 3 };

/** What goes wrong, by name: nothing; the network; disks; nodes; the membership changes all the time; all of it. */
export const PROFILES: Readonly<Record<ProfileName, Faults>> = {
  calm: CALM,
  network: { ...CALM, ...NETWORK },
  disk: { ...CALM, ...DISK, crashes: 3 },
  crash: { ...CALM, ...CRASH },
  members: { ...CALM, ...MEMBERS, crashes: 2, partitions: 1 },
  chaos: { ...CALM, ...NETWORK, ...CRASH, ...DISK, ...MEMBERS, wipedDisks: 1 },
};

/** The names. */
export const PROFILE_NAMES: readonly ProfileName[] = ["calm", "network", "disk", "crash", "members", "chaos"];
