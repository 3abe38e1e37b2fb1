/** A cluster that is recorded through all that can happen to it, and replayed. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Message, Node, NodeId, Outbox } from "../../core/mod.ts";
import { type Disk, DiskError, type DiskFile } from "../../effects/disk/disk.ts";
import { type MemoryDisk, memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { ProposeError } from "../../effects/node/raft_node.ts";
import type { Recorder } from "../../effects/node/recorder.ts";
import { exportLines } from "../../effects/recording/export_jsonl.ts";
import { fileRecorder } from "../../effects/recording/file_recorder.ts";
import { type Payloads, type PlacedRecord, replayRecords } from "../../effects/recording/mod.ts";
import { readJsonLines } from "../../effects/recording/read_jsonl.ts";
import { addSummary, emptySummary } from "../../effects/recording/summary.ts";
import { encode, writeMessage, writeNode, writeOutbox } from "../../effects/wire/mod.ts";
import { Cluster, type Wishes } from "../node/cluster.ts";
import { recordsOn } from "./lives.ts";

const LIMITS: Wishes = { compaction: { entries: 20, keep: 5 } };

Deno.test("a cluster is recorded through elections, snapshots, restarts and a change of members, and replayed", async () => {
  const recorded = await recordedCluster("full");
  const total = emptySummary();
  for (const [id, { disk, runs }] of recorded) {
    const records = await recordsOn(disk);
    const seen: string[] = [];
    const starts: string[] = [];
    const { differences, summary } = await replayRecords([records], {
      watch: {
        started: ({ before, node, outbox }) => before === 0 && void starts.push(text(node, outbox)),
        stepped: ({ message, after, outbox }) =>
          void seen.push(`${encode(message, writeMessage).toBase64()} ${text(after, outbox)}`),
      },
    });
    assertEquals(differences, [], `node ${id}`);
    assertEquals(starts, runs.map(({ node, outbox }) => text(node, outbox)));
    assertEquals(seen.length, summary.steps);
    assertEquals(seen, runs.flatMap(({ steps, lost }) => lost ? steps.slice(0, seenOf(records, steps.length)) : steps));
    addSummary(total, summary);
  }
  // All of it has happened, or nothing is proven.
  assertEquals([...total.nodes].sort(), [1, 2, 3, 4]);
  assert(total.runs >= 7 && total.elected >= 3, JSON.stringify([total.runs, total.elected]));
  assert(total.snapshotsMade > 0 && total.snapshotsSent > 0 && total.snapshotsInstalled > 0);
  assert(total.configurations >= 4 && total.committed > 400);
  assertEquals([total.cut, total.gaps, total.faults.size], [1, 0, 0]);
  for (const reason of ["ElectionTimeout", "PreVoteWon"]) assert((total.campaigns.get(reason) ?? 0) > 0, reason);
});

for (const payloads of ["hash", "none"] as const) {
  Deno.test(`a cluster that is recorded without payloads, "${payloads}", replays to the same hashes`, async () => {
    for (const { disk, runs } of (await recordedCluster(payloads)).values()) {
      const { differences, summary } = await replayRecords([await recordsOn(disk)]);
      assertEquals([differences, summary.runs], [[], runs.length]);
      assert(summary.steps > 100);
    }
  });
}

Deno.test("the exported recording of a cluster replays like the binary one", async () => {
  for (const { disk } of (await recordedCluster("full")).values()) {
    const records = await recordsOn(disk);
    const again: PlacedRecord[] = [];
    for await (const some of readJsonLines("run.jsonl", exportLines([records]))) again.push(...some);
    assertEquals(await outcomes(again), await outcomes(records));
  }
});

Deno.test("a broken reducer is found at the first step where it does something else", async () => {
  const { step } = await import("../../core/mod.ts");
  const [, { disk }] = [...await recordedCluster("full")][0];
  const records = await recordsOn(disk);
  let count = 0;
  let wrong = 0;
  const { differences } = await replayRecords([records], {
    step(node, message) {
      const [after, outbox] = step(node, message);
      count++;
      // It forgets to vote for whom it has granted its vote.
      const granted = outbox.some((effect) =>
        effect.type === "Persist" && effect.then.some((m) => m.type === "RequestVoteResponse" && m.granted)
      );
      if (!granted) return [after, outbox];
      if (wrong === 0) wrong = count;
      return [{ ...after, vote: O.none }, outbox];
    },
  });
  assert(wrong > 0);
  assertEquals([differences[0].step, differences[0].what, differences[0].message], [wrong, "state", "RequestVote"]);
});

/** A run of a node, as it happened. */
interface Run {
  readonly node: Node;
  readonly outbox: Outbox;
  readonly steps: string[];
  /** The process was killed: what was not written yet is lost. */
  lost: boolean;
}

/** What was recorded of one node, and what happened. */
interface Recorded {
  readonly disk: MemoryDisk;
  readonly runs: Run[];
}

/** Leads a cluster through everything. */
async function recordedCluster(payloads: Payloads): Promise<ReadonlyMap<NodeId, Recorded>> {
  const recorded = new Map<NodeId, Recorded>();
  const disks = new Map<NodeId, Killable>();
  const cluster = new Cluster(3);
  const start = async (id: NodeId, wishes: Wishes = {}): Promise<void> => {
    const of = recorded.get(id) ?? { disk: memoryDisk(), runs: [] };
    recorded.set(id, of);
    const disk = new Killable(of.disk);
    disks.set(id, disk);
    const options = { segmentBytes: 8_000, hashEvery: 32, keyframeEvery: 300, payloads, cluster: "test" };
    const recorder = fileRecorder({ disk, clock: cluster.clock, ...options });
    await cluster.start(id, { ...LIMITS, recorder: witnessed(recorder, of.runs), ...wishes });
  };
  for (const id of [1, 2, 3]) await start(id);
  const write = async (count: number): Promise<void> => {
    const leader = await cluster.leader();
    for (let i = 0; i < count; i++) right(await cluster.waitFor(leader.propose(1)));
  };
  await write(30);
  // A follower is away for so long that it is sent a snapshot.
  const { id: away } = await cluster.follower();
  await cluster.stop(away);
  await write(60);
  await start(away);
  await write(10);
  await cluster.clock.advance(2_000);
  // Another node joins.
  await start(4, { join: true });
  const leader = await cluster.leader();
  right(await cluster.waitFor(leader.changeMembers({ add: new Map([[4, "node-4"]]) })));
  await write(20);
  // The leader is killed in the middle of it, and comes back.
  const killed = (await cluster.leader()).id;
  disks.get(killed)?.kill();
  const run = recorded.get(killed)?.runs.at(-1);
  if (run !== undefined) run.lost = true;
  await cluster.stop(killed);
  await write(20);
  await start(killed);
  await cluster.clock.advance(3_000);
  // A member leaves, and everybody is restarted.
  const leaves = [1, 2, 3].find((id) => id !== killed && id !== away) ?? 0;
  right(await cluster.waitFor((await cluster.leader()).changeMembers({ remove: [leaves] })));
  await write(10);
  const rest = [1, 2, 3, 4].filter((id) => id !== leaves);
  for (const id of rest) await cluster.stop(id);
  for (const id of rest) await start(id, id === 4 ? { join: true } : {});
  const last = await cluster.leader(rest);
  right(await cluster.waitFor(last.propose(1)));
  await cluster.close();
  return recorded;
}

/** Hands everything to a recorder, and keeps what it was. */
function witnessed(recorder: Recorder, runs: Run[]): Recorder {
  return {
    begin(node, outbox) {
      runs.push({ node, outbox, steps: [], lost: false });
      recorder.begin(node, outbox);
    },
    folded(message: Message, after, outbox) {
      runs[runs.length - 1].steps.push(`${encode(message, writeMessage).toBase64()} ${text(after, outbox)}`);
      recorder.folded(message, after, outbox);
    },
    close: () => recorder.close(),
  };
}

/** A disk that a process which was killed does not reach any more. */
class Killable implements Disk {
  private killed = false;

  constructor(private readonly disk: Disk) {}

  kill(): void {
    this.killed = true;
  }

  makeFolder(folder: string): void {
    this.living().makeFolder(folder);
  }

  list(folder: string): readonly string[] {
    return this.disk.list(folder);
  }

  open(path: string, options?: { readonly create?: boolean }): DiskFile {
    const file = this.living().open(path, options);
    return {
      size: () => file.size(),
      read: (into, at) => file.read(into, at),
      sync: () => file.sync(),
      close: () => file.close(),
      truncate: (size) => void (this.living() && file.truncate(size)),
      write: (bytes, at) => void (this.living() && file.write(bytes, at)),
    };
  }

  rename(from: string, to: string): void {
    this.living().rename(from, to);
  }

  remove(path: string): void {
    this.living().remove(path);
  }

  syncFolder(folder: string): void {
    this.living().syncFolder(folder);
  }

  /** The system unlocks what a process has locked when it is killed. */
  lock(): Option<() => void> {
    return O.some(() => {});
  }

  private living(): Disk {
    if (this.killed) throw new DiskError("Failed", "", "The process was killed");
    return this.disk;
  }
}

/** How many steps of the run that was killed are there. */
function seenOf(records: readonly PlacedRecord[], most: number): number {
  const cut = records.map(({ record }) => record).find((record) => record.type === "Cut");
  assert(cut !== undefined && cut.type === "Cut" && cut.before <= most && cut.before > most / 2, JSON.stringify(cut));
  return cut.before;
}

async function outcomes(records: readonly PlacedRecord[]): Promise<readonly string[]> {
  const seen: string[] = [];
  const { differences } = await replayRecords([records], {
    watch: { stepped: ({ after, outbox }) => void seen.push(text(after, outbox)) },
  });
  assertEquals(differences, []);
  return seen;
}

/** All of a state and an outbox. Their encodings are the same for equal values only. */
function text(node: Node, outbox: Outbox): string {
  return `${encode(node, writeNode).toBase64()} ${encode(outbox, writeOutbox).toBase64()}`;
}

function right<A>(either: E.Either<ProposeError, A>): A {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
}
