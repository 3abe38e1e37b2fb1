/**
 * Faults of the shell around disks, state machines and snapshots.
 *
 * @module
 */
import type { Mutant } from "../mutant.ts";
import {
  CHAOS,
  DURABLE_MACHINES,
  DURABLE_MEMBERS,
  SLOW_DISKS,
  SNAPSHOTS,
  SNAPSHOTS_FOR_OTHERS,
  TORN_WRITES,
} from "../detectors.ts";

/** Faults around disks. */
export const DURABILITY: readonly Mutant[] = [
  {
    name: "acknowledges-before-the-sync",
    area: "shell",
    file: "effects/node/persistence.ts",
    find: "      await storage.sync();",
    replace: "      storage.sync().catch(() => {});\n      await null;",
    story:
      "What depends on a write leaves when the write has begun: a crash loses what was acknowledged. A usual default of " +
      "databases that want to be fast.",
    detector: SLOW_DISKS,
    expected: ["Promises are kept"],
  },
  {
    name: "goes-on-after-a-failed-sync",
    area: "shell",
    file: "effects/node/persistence.ts",
    find: "      this.#failed = true;\n      this.#syncing = null;\n      fold.stop({",
    replace: "      if (group.length < 0) fold.stop({",
    also: [{
      file: "effects/node/persistence.ts",
      find: "message: error instanceof Error ? error.message : String(error) });\n      return;",
      replace: "message: error instanceof Error ? error.message : String(error) });",
    }],
    story:
      "A sync that has failed is taken for one that was done, since the next one succeeds: what the failed one should " +
      "have written is lost. PostgreSQL did so until 2018.",
    detector: CHAOS,
    expected: ["Promises are kept"],
  },
  {
    name: "applies-before-the-sync",
    area: "shell",
    file: "core/changes.ts",
    find: "pendingSnapshot.value.index : Math.min(commit, stable);",
    replace: "pendingSnapshot.value.index : commit;",
    story:
      "What is committed is applied although it is not durable here, by a state machine that has a disk of its own: " +
      "after a crash the state machine is ahead of the log.",
    detector: DURABLE_MACHINES,
    expected: ["Nodes start"],
  },
  {
    name: "hard-state-after-messages",
    area: "shell",
    file: "effects/node/persistence.ts",
    find: "        this.#wantsSync ||= persist.sync;",
    replace: "        this.#wantsSync ||= persist.sync && persist.entries.length > 0;",
    story: "Only entries are synced; term and vote are written, and the vote leaves before they are durable.",
    detector: CHAOS,
    expected: ["Promises are kept"],
  },
  {
    name: "snapshot-merged",
    area: "shell",
    file: "effects/kv/memory_store.ts",
    find: "    const families = noFamilies();",
    replace: "    const families = copyOf(this.families);",
    story: "A snapshot is written over the state instead of replacing it: what was deleted meanwhile comes back.",
    detector: SNAPSHOTS,
    expected: ["Equal Replicas"],
  },
  {
    name: "sessions-not-in-the-snapshot",
    area: "shell",
    file: "effects/node/system_state.ts",
    find: "    return [this.#members(), ...this.sessions.records()];",
    replace: "    return [this.#members()];",
    story:
      "The table of sessions is not a part of the snapshot: who was restored from one applies a repeated command " +
      "again, or knows no session.",
    detector: SLOW_DISKS,
    expected: ["Equal Replicas", "Exactly Once"],
  },
  {
    name: "wiped-disk-votes-again",
    area: "shell",
    file: "effects/node/peer_handler.ts",
    find: "    if (known !== undefined) {",
    replace: "    if (known !== undefined && id < 0) {",
    story: "A node that has lost its disk comes back under its old number and votes once more, without what it has " +
      "acknowledged.",
    detector: CHAOS,
    expected: ["A node without its memory is refused"],
  },
  {
    name: "configuration-apart-from-the-applied-index",
    area: "shell",
    file: "effects/node/applier.ts",
    find: "records: () => system.changes() });",
    replace: "records: () => [] });",
    story:
      "That a change of the configuration is applied is stored, but not the configuration: after a restart the node " +
      "counts the majorities of the old one.",
    detector: DURABLE_MEMBERS,
    expected: ["The cluster recovers", "One configuration", "Nobody objects", "An election has", "A commit has"],
  },
  {
    name: "compacts-what-is-not-durable",
    area: "shell",
    file: "effects/node/snapshots.ts",
    find: "    } else this.#compactDurable(machine.durability.durable());",
    replace: "    } else this.#compactDurable(applier.index);",
    story:
      "The log is cut up to what the state machine has applied, and not up to what it has made durable: after a crash " +
      "the entries between are nowhere.",
    detector: DURABLE_MACHINES,
    expected: ["Nodes start"],
  },
  {
    name: "received-snapshot-not-synced",
    area: "shell",
    file: "effects/storage/snapshot_receiver.ts",
    find: "    await file.sync();\n",
    replace: "",
    story:
      "A snapshot that has arrived takes the place of the log before it is durable: after a crash it is torn, and the " +
      "log is gone.",
    detector: SNAPSHOTS_FOR_OTHERS,
    expected: ["A crash damages nothing", "Nodes start"],
  },
  {
    name: "made-snapshot-not-synced",
    area: "shell",
    file: "effects/storage/snapshot_writer.ts",
    find: "    await file.sync();\n",
    replace: "",
    story: "The log is cut behind a snapshot that is not durable yet.",
    detector: SNAPSHOTS,
    expected: ["A crash damages nothing", "Nodes start"],
  },
  {
    name: "snapshot-name-not-synced",
    area: "shell",
    file: "effects/storage/snapshots.ts",
    find: "      this.folder.rename(file.name, name);\n      this.folder.sync();",
    replace: "      this.folder.rename(file.name, name);",
    story:
      "A snapshot is renamed when it is complete, but the folder is not synced: after a crash there is no such name.",
    detector: SNAPSHOTS,
    expected: ["A crash damages nothing", "Nodes start"],
  },
  {
    name: "applies-again-after-a-restart",
    area: "shell",
    file: "effects/node/start_node.ts",
    find: "    return durability.index;",
    replace: "    return Math.max(found.log.snapshot.index, durability.index - 3);",
    story: "After a restart a state machine with a disk of its own is given entries that it has applied before.",
    detector: DURABLE_MACHINES,
    expected: ["Exactly Once", "Equal Replicas"],
  },
  {
    name: "torn-tail-accepted",
    area: "shell",
    file: "effects/wire/frame.ts",
    find: "  if (checksum(bytes, begin, next) !== u32(bytes, at + CRC_AT)) return BAD_CHECKSUM;\n",
    replace: "",
    also: [{
      file: "effects/storage/segment_reader.ts",
      find:
        "  return record !== null && record.position === header.start + at && record.previous === chain ? record : null;",
      replace: "  void [header, chain];\n  return record;",
    }],
    story: "A record of which a crash has left only a part is read as if it were whole.",
    detector: TORN_WRITES,
    expected: [
      "Log Matching",
      "A crash damages nothing",
      "Nodes start",
      "Promises are kept",
      "Nobody objects",
      "State Machine Safety",
      "Leader Completeness",
    ],
  },
];
