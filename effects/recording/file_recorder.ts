/**
 * Records a node into files.
 *
 * What was folded is encoded into a buffer at once; a while later, outside of the fold, the buffer is written. A disk that
 * is slow is written to less often, and when the buffer is full, steps are left out: the recording says so, and goes on with
 * a keyframe. So the node never waits for its recorder, and no turn of the loop takes long.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { payloadSize } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Disk } from "../disk/disk.ts";
import { type Logger, silentLogger } from "../logging/logger.ts";
import type { Recorder } from "../node/recorder.ts";
import { beginFrame, endFrame } from "../wire/frame.ts";
import { writeMessage } from "../wire/message.ts";
import { writeFormat } from "../wire/version.ts";
import { Writer } from "../wire/writer.ts";
import { LogSlices } from "./log_slices.ts";
import { Notes, type Payloads } from "./payload.ts";
import { PROGRAM_VERSION } from "./program.ts";
import type { KeyframeCause } from "./record.ts";
import { beginSteps, endSteps, writeEnd, writeGap, writeKeyframe, writeSegment } from "./record_codec.ts";
import { SegmentFiles } from "./segment_files.ts";
import { StepChecks } from "./step_checks.ts";

/** How to record. */
export interface FileRecorderOptions {
  /** Where the files are. */
  readonly disk: Disk;
  /** The folder on it; all of the disk if it is not given. Each node needs one of its own. */
  readonly folder?: string;
  /** Time, of the node that is recorded. */
  readonly clock: Clock;
  /** Hears of failures and gaps. */
  readonly logger?: Logger;
  /** What is kept of payloads; everything if it is not given. */
  readonly payloads?: Payloads;
  /** After so many bytes of steps another file is begun; 64 MiB if it is not given. */
  readonly segmentBytes?: number;
  /** With more bytes than this in all files, the oldest go; 1 GiB if it is not given. */
  readonly mostBytes?: number;
  /** After so many steps at the latest all hashes are written; 256 if it is not given. */
  readonly hashEvery?: number;
  /** After so many steps there is another keyframe, unless keyframes would take too much room; 20,000 if it is not given. */
  readonly keyframeEvery?: number;
  /** So many bytes may wait to be written before steps are left out; 16 MiB if it is not given. */
  readonly bufferBytes?: number;
  /** Milliseconds until what was recorded is written; 100 if it is not given. */
  readonly flushMs?: number;
  /** The cluster. */
  readonly cluster?: string;
  /** The time of day, as text, for people. */
  readonly wall?: () => string;
}

type Settings = Required<Omit<FileRecorderOptions, "cluster" | "wall">> & FileRecorderOptions;

/** From so many bytes on a frame ends, and what was recorded is written soon. */
const BLOCK = 1 << 16;
/** What is summed up of a long log in one turn. */
const SUM_ENTRIES = 8192;
const SUM_BYTES = 1 << 20;
/** Keyframes between those of segments take at most this share of the bytes. */
const KEYFRAME_SHARE = 4;
/** A write that took longer, in milliseconds, was slow: the next one waits so many times as long. */
const SLOW_MS = 2;
const REST = 9;
/** So many milliseconds after a failure the recorder tries again. */
const RETRY_MS = 5_000;
/** There is no gap, or no open frame. */
const NONE = -1;

/**
 * A recorder that writes files; the folder is locked until it is closed. Throws `DiskError` if the folder cannot be used;
 * later failures are logged and leave a gap in the recording.
 */
export function fileRecorder(options: FileRecorderOptions): Recorder {
  const segmentBytes = options.segmentBytes ?? 1 << 26;
  const mostBytes = options.mostBytes ?? 1 << 30;
  return new FileRecorder({
    folder: "",
    logger: silentLogger,
    payloads: "full",
    hashEvery: 256,
    keyframeEvery: 20_000,
    bufferBytes: 1 << 24,
    flushMs: 100,
    ...options,
    mostBytes,
    segmentBytes: Math.min(segmentBytes, Math.floor(mostBytes / 4)),
  });
}

class FileRecorder implements Recorder {
  readonly #settings: Settings;
  readonly #files: SegmentFiles;
  readonly #out = new Writer(2 * BLOCK);
  readonly #checks: StepChecks;
  readonly #notes: Notes;
  #node: Node | null = null;
  #slices: LogSlices | null = null;
  #began = 0;
  #run = 0;
  /** Steps of the run: all, and those that are written. */
  #steps = 0;
  #writtenSteps = 0;
  /** The open frame of steps, where the number of its steps stands, and how many there are. */
  #frame = NONE;
  #countAt = 0;
  #count = 0;
  /** The number of steps before those that are left out. */
  #gap = NONE;
  /** Steps before the last keyframe, its size, and what was written since. */
  #keyframeSteps = 0;
  #keyframeBytes = 0;
  #bytesSince = 0;
  #failed = false;
  #notBefore = 0;
  #timer: Cancel | null = null;
  #soon = false;
  #closed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#files = new SegmentFiles(settings.disk, settings.folder, settings.logger);
    this.#checks = new StepChecks(settings.payloads);
    this.#notes = new Notes(settings.payloads);
    this.#files.open();
  }

  begin(node: Node, outbox: Outbox): void {
    this.#closed = false;
    this.#failed = false;
    this.#gap = NONE;
    this.#run = 0;
    this.#steps = 0;
    this.#writtenSteps = 0;
    this.#node = node;
    this.#slices = null;
    this.#frame = NONE;
    this.#notBefore = 0;
    this.#out.reset();
    this.#began = this.#settings.clock.now();
    this.#attempt(() => {
      this.#files.open();
      this.#beginSegment(node, "start", appliedBy(outbox));
    });
    this.#pumpSoon();
  }

  folded(message: Message, after: Node, outbox: Outbox): void {
    const before = this.#node;
    if (before === null) return;
    this.#node = after;
    this.#steps++;
    if (this.#gap !== NONE) return;
    const out = this.#out;
    if (out.length + this.#payloadOf(message) > this.#settings.bufferBytes) {
      return this.#leaveOut(before, "The buffer is full");
    }
    if (this.#frame === NONE) this.#openFrame();
    try {
      writeMessage(out, this.#notes.message(message));
      out.u32(this.#checks.step(after, outbox));
    } catch (error) { // what is no number cannot be written; the reducer has refused it
      return this.#leaveOutFrame(String(error));
    }
    this.#count++;
    if (this.#count >= this.#settings.hashEvery || out.length - this.#frame >= BLOCK) this.#endFrame(after);
    if (out.length >= BLOCK) this.#pumpSoon();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    do {
      this.#notBefore = 0; // nobody waits for the node any more
      this.#pump();
      await new Promise<void>((resolve) => this.#settings.clock.soon(resolve));
    } while (this.#unfinished());
    this.#closed = true;
    this.#timer?.();
    this.#timer = null;
    if (this.#node !== null && !this.#failed) {
      this.#attempt(() => {
        this.#record(() => writeEnd(this.#out, { before: this.#steps }));
        this.#write();
      });
    }
    this.#node = null;
    this.#files.close();
  }

  /** There is more than the end to write, and the disk takes it. */
  #unfinished(): boolean {
    const waits = this.#frame !== NONE || this.#gap !== NONE || this.#slices !== null;
    return this.#node !== null && !this.#failed && waits;
  }

  /** Writes what waits, and one slice of whatever takes longer. */
  #pump(): void {
    const node = this.#node;
    if (node === null || this.#closed) return;
    const { clock } = this.#settings;
    const now = clock.now();
    if (now < this.#notBefore) return;
    this.#attempt(() => {
      if (this.#failed) return this.#beginAgain(node);
      this.#endFrame(node);
      this.#write();
      if (this.#gap !== NONE) this.#resume(node);
      if (!this.#checks.complete) this.#checks.advance(SUM_ENTRIES, SUM_BYTES);
      else if (this.#slices !== null) this.#writeSlice(this.#slices);
      else if (this.#files.length >= Math.max(this.#settings.segmentBytes, 2 * this.#keyframeBytes)) this.#rotate(node);
      else if (this.#keyframeDue()) this.#keyframe(node, "interval", 0);
      this.#write();
    });
    const took = clock.now() - now;
    if (took > SLOW_MS) this.#notBefore = Math.max(this.#notBefore, clock.now() + REST * took);
  }

  /** Bytes of payload that a message adds to the buffer; whatever else it carries is short. */
  #payloadOf(message: Message): number {
    if (this.#settings.payloads !== "full") return 0;
    switch (message.type) {
      case "Append":
      case "Propose":
      case "ForwardedPropose":
        return payloadSize(message.entries);
      default: // no other message has entries
        return 0;
    }
  }

  #openFrame(): void {
    const { clock, flushMs } = this.#settings;
    this.#frame = beginFrame(this.#out);
    this.#countAt = beginSteps(this.#out, this.#steps - 1, Math.round(clock.now() - this.#began));
    this.#count = 0;
    this.#pumpAfter(flushMs);
  }

  #endFrame(node: Node): void {
    if (this.#frame === NONE) return;
    const [out, at] = [this.#out, this.#frame];
    this.#frame = NONE;
    if (this.#count === 0) return out.reset(at);
    endSteps(out, this.#countAt, this.#count, this.#checks.hashes(node));
    endFrame(out, at);
  }

  /** The last step cannot be written. How far the chains of hashes came is not known, so that all of its frame goes. */
  #leaveOutFrame(why: string): void {
    const first = this.#steps - 1 - this.#count;
    this.#out.reset(this.#frame);
    this.#frame = NONE;
    this.#beginGap(first, why);
  }

  /** The last step is left out, and so is what follows until the buffer is empty. */
  #leaveOut(before: Node, why: string): void {
    this.#endFrame(before);
    this.#beginGap(this.#steps - 1, why);
  }

  #beginGap(before: number, why: string): void {
    this.#gap = before;
    this.#slices = null;
    this.#settings.logger.log("warn", "The recorder leaves out steps", { step: this.#steps, why });
    this.#pumpSoon();
  }

  /** The buffer is empty: the recording goes on from here. */
  #resume(node: Node): void {
    const before = this.#gap;
    this.#gap = NONE;
    this.#record(() => writeGap(this.#out, { before, steps: this.#steps - before }));
    this.#checks.begin(node);
    this.#keyframe(node, "gap", 0);
  }

  #rotate(node: Node): void {
    const { mostBytes, segmentBytes } = this.#settings;
    this.#write();
    this.#files.end();
    this.#files.prune(mostBytes - segmentBytes);
    this.#beginSegment(node, "segment", 0);
  }

  /** After a failure: another file, which begins with the gap. */
  #beginAgain(node: Node): void {
    this.#files.open();
    this.#out.reset();
    this.#segment(node, this.#gap);
    this.#failed = false;
    this.#resume(node);
    this.#write();
    this.#settings.logger.log("info", "The recorder goes on");
  }

  #beginSegment(node: Node, cause: KeyframeCause, applies: number): void {
    this.#segment(node, this.#steps);
    if (cause === "start") this.#checks.begin(node);
    this.#checks.advance(SUM_ENTRIES, SUM_BYTES);
    this.#keyframe(node, cause, applies);
    this.#write();
  }

  #segment(node: Node, before: number): void {
    const { cluster, payloads, wall } = this.#settings;
    const found = this.#run === 0 ? O.toUndefined(this.#files.found()) : undefined;
    const sequence = this.#files.begin();
    if (this.#run === 0) this.#run = sequence;
    writeFormat(this.#out, "recording");
    this.#record(() =>
      writeSegment(this.#out, {
        sequence,
        run: this.#run,
        before,
        node: node.id,
        payloads,
        cluster: O.fromNullable(cluster),
        program: PROGRAM_VERSION,
        began: O.fromNullable(wall?.()),
        found,
      })
    );
  }

  #keyframe(node: Node, cause: KeyframeCause, applies: number): void {
    const { log } = node;
    const at = this.#out.length;
    this.#record(() => writeKeyframe(this.#out, { cause, before: this.#steps, node, last: log.last, applies }));
    this.#checks.restart();
    this.#keyframeSteps = this.#steps;
    this.#keyframeBytes = this.#out.length - at;
    this.#bytesSince = -this.#keyframeBytes;
    this.#slices = new LogSlices(log, this.#notes);
    if (this.#slices.done) this.#keyframeDone();
    else if (this.#checks.complete) this.#writeSlice(this.#slices);
  }

  #writeSlice(slices: LogSlices): void {
    const at = this.#out.length;
    slices.write(this.#out);
    const bytes = this.#out.length - at;
    this.#keyframeBytes += bytes;
    this.#bytesSince -= bytes;
    if (slices.done) this.#keyframeDone();
  }

  /** The keyframe has taken room, which others have to make. */
  #keyframeDone(): void {
    const { mostBytes, segmentBytes } = this.#settings;
    this.#slices = null;
    this.#files.prune(mostBytes - segmentBytes);
  }

  #keyframeDue(): boolean {
    return this.#steps - this.#keyframeSteps >= this.#settings.keyframeEvery &&
      this.#bytesSince >= KEYFRAME_SHARE * this.#keyframeBytes;
  }

  #record(write: () => void): void {
    const at = beginFrame(this.#out);
    write();
    endFrame(this.#out, at);
  }

  #write(): void {
    const { length } = this.#out;
    if (length === 0) return;
    this.#files.append(this.#out.view());
    this.#out.reset();
    this.#bytesSince += length;
    this.#writtenSteps = this.#gap === NONE ? this.#steps : this.#gap;
  }

  /** Does what may fail; after a failure nothing is recorded until the recorder has begun another file. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#files.giveUp();
      this.#out.reset();
      this.#frame = NONE;
      this.#slices = null;
      this.#gap = this.#writtenSteps;
      this.#failed = true;
      this.#notBefore = this.#settings.clock.now() + RETRY_MS;
      this.#settings.logger.log("error", "The recorder cannot write", { error: String(error) });
    }
  }

  #pumpSoon(): void {
    if (this.#soon || this.#closed || this.#node === null) return;
    const wait = this.#notBefore - this.#settings.clock.now();
    if (wait > 0) return this.#pumpAfter(wait);
    this.#soon = true;
    this.#settings.clock.soon(() => {
      this.#soon = false;
      this.#pumped();
    });
  }

  #pumpAfter(ms: number): void {
    if (this.#closed) return;
    this.#timer ??= this.#settings.clock.after(ms, () => {
      this.#timer = null;
      this.#pumped();
    });
  }

  #pumped(): void {
    this.#pump();
    const waits = this.#failed || this.#frame !== NONE || this.#out.length > 0 || this.#gap !== NONE;
    if (waits || this.#slices !== null || !this.#checks.complete) this.#pumpSoon();
  }
}

/** Up to where the outbox of a start applies the log. */
function appliedBy(outbox: Outbox): number {
  for (const effect of outbox) if (effect.type === "Apply") return effect.entries[effect.entries.length - 1].index;
  return 0;
}
