/**
 * What recording costs for each step, and how fast a recording is replayed: `deno run -A tests/recording/recording_bench.ts`.
 *
 * Three nodes replicate payloads of 64 bytes, one at a time and 64 at once. Only the leader is recorded, on a disk that
 * forgets everything, so that the recorder alone is measured.
 *
 * @module
 */
import process from "node:process";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import {
  bootstrap,
  type Message,
  type Node,
  options,
  type Outbox,
  type PeerMessage,
  type Persisted,
  type Proposal,
  proposal,
  step,
} from "../../core/mod.ts";
import type { Clock } from "../../effects/clock/clock.ts";
import type { Bytes } from "../../core/entry.ts";
import type { Disk, DiskFile } from "../../effects/disk/disk.ts";
import { fileRecorder } from "../../effects/recording/file_recorder.ts";
import { type Payloads, readRecording, replayRecords } from "../../effects/recording/mod.ts";

/** One step of the leader. */
interface Recorded {
  readonly message: Message;
  readonly after: Node;
  readonly outbox: Outbox;
}

async function measure(first: Node, steps: readonly Recorded[], payloads: Payloads): Promise<void> {
  const nanoseconds: number[] = [];
  let disk = new Chunks();
  for (let round = 0; round < 9; round++) {
    disk = new Chunks();
    const clock = new ManualClock();
    const recorder = fileRecorder({ disk, clock, payloads });
    recorder.begin(first, []);
    const began = cpuMs();
    for (let i = 0; i < steps.length; i++) {
      const { message, after, outbox } = steps[i];
      recorder.folded(message, after, outbox);
      if (i % 64 === 0) clock.run();
    }
    nanoseconds.push((cpuMs() - began) * 1e6 / steps.length);
    await closed(recorder.close(), clock);
  }
  const perStep = Math.min(...nanoseconds);
  const began = cpuMs();
  const replayer = await replayRecords(readRecording([{ name: "bench", chunks: () => disk.chunks }]));
  const seconds = (cpuMs() - began) / 1000;
  if (replayer.differences.length > 0) throw new Error(JSON.stringify(replayer.differences));
  const bytes = disk.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  console.log(
    `  ${payloads.padEnd(5)} ${perStep.toFixed(0).padStart(6)} ns a step, ${
      (bytes / steps.length).toFixed(1)
    } B a step,` +
      ` replayed at ${Math.round(replayer.summary.steps / seconds).toLocaleString("en")} steps a second`,
  );
}

async function closed(promise: Promise<void>, clock: ManualClock): Promise<void> {
  let done = false;
  void promise.then(() => done = true);
  while (!done) {
    clock.run();
    await Promise.resolve();
  }
}

/** CPU time of this process in milliseconds: others use the machine too. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A clock that calls back when it is told to. */
class ManualClock implements Clock {
  private callbacks: (() => void)[] = [];

  now(): number {
    return 0;
  }

  after(): () => void {
    return () => {};
  }

  soon(callback: () => void): void {
    this.callbacks.push(callback);
  }

  run(): void {
    const { callbacks } = this;
    this.callbacks = [];
    for (const callback of callbacks) callback();
  }
}

/** A disk that keeps copies of what is written, in order. */
class Chunks implements Disk {
  readonly chunks: Bytes[] = [];

  makeFolder(): void {}

  list(): readonly string[] {
    return [];
  }

  open(): DiskFile {
    return {
      size: () => 0,
      read: () => 0,
      write: (bytes) => void this.chunks.push(bytes.slice()),
      sync: () => Promise.resolve(),
      truncate: () => {},
      close: () => {},
    };
  }

  rename(): void {}

  remove(): void {}

  syncFolder(): void {}

  lock(): Option<() => void> {
    return O.some(() => {});
  }
}

/** The steps of the leader of three nodes in memory, after it was elected. */
function leaderOf({ proposals, together }: { proposals: number; together: number }): {
  readonly first: Node;
  readonly steps: readonly Recorded[];
} {
  const checked = options({ maxSizePerMsg: 1 << 20 });
  if (E.isLeft(checked)) throw new Error(checked.left.message);
  const nodes = [1, 2, 3].map((id) => bootstrap({ id, options: checked.right }, [1, 2, 3]))
    .flatMap((node): Node[] => E.isRight(node) ? [node.right] : []);
  const steps: Recorded[] = [];
  let watched = false;
  const tell = (id: number, message: Message): void => {
    const inbox: [id: number, message: Message][] = [[id, message]];
    for (let at = 0; at < inbox.length; at++) {
      const [to, message] = inbox[at];
      const [after, outbox] = step(nodes[to - 1], message);
      nodes[to - 1] = after;
      if (watched && to === 1) steps.push({ message, after, outbox });
      for (const effect of outbox) {
        if (effect.type === "Send") inbox.push([effect.message.to, effect.message]);
        if (effect.type === "Persist") inbox.push(...effect.then.map((m) => addressed(m, to)));
        if (effect.type === "Apply") {
          const { index } = effect.entries[effect.entries.length - 1];
          if (index % 64 === 0 || together > 1) inbox.push([to, { type: "Applied", index }]);
        }
      }
    }
  };
  tell(1, { type: "Campaign" });
  watched = true;
  const first = nodes[0];
  for (let done = 0; done < proposals; done += together) {
    const entries = Array.from(
      { length: together },
      (_, i): Proposal => proposal(new Uint8Array(64).fill((done + i) & 255)),
    );
    tell(1, { type: "Propose", ticket: done, entries });
  }
  return { first, steps };
}

function addressed(message: PeerMessage | Persisted, self: number): [number, Message] {
  return ["to" in message ? message.to : self, message];
}

if (import.meta.main) {
  for (const together of [1, 32]) {
    const { first, steps } = leaderOf({ proposals: together * 10_000, together });
    console.log(`\n${steps.length} steps of a leader, ${together} proposals at a time`);
    for (const payloads of ["full", "hash", "none"] as const) await measure(first, steps, payloads);
  }
}
