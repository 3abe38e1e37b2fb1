/**
 * What a file of a {@linkcode MemoryDisk} holds: what everybody reads, what would survive a crash for certain, and the
 * changes in between.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Random } from "../random/random.ts";

/** A disk writes so many bytes whole, or not at all. */
const SECTOR = 512;

/** A change that is not durable yet. */
type Change =
  | { readonly type: "write"; readonly at: number; readonly bytes: Bytes }
  | { readonly type: "size"; readonly size: number };

/** A file, whatever its name. */
export class MemoryFile {
  /** What everybody reads. */
  readonly content = new Content();
  private readonly durable = new Content();
  private changes: Change[] = [];
  /** How many changes there were before the first of `changes`. */
  private settled = 0;

  /** A file that durably holds `bytes`. */
  constructor(bytes?: Bytes) {
    if (bytes === undefined) return;
    this.content.write(bytes, 0);
    this.durable.write(bytes, 0);
  }

  /** Changes what everybody reads. */
  write(bytes: Bytes, at: number): void {
    this.change({ type: "write", at, bytes: bytes.slice() });
  }

  /** Cuts or extends it. */
  resize(size: number): void {
    this.change({ type: "size", size });
  }

  /** Stands for everything that was changed before this call. */
  mark(): number {
    return this.settled + this.changes.length;
  }

  /** Makes what was changed before `mark` durable. */
  settle(mark: number): void {
    for (const change of this.forget(mark)) apply(this.durable, change);
  }

  /** A sync of what was changed before `mark` has failed: everybody still reads it, and no later sync makes it durable. */
  lose(mark: number): void {
    this.forget(mark);
  }

  /** Flips a bit of the byte at `at`, as a failing disk does. */
  flip(at: number, bit: number): void {
    this.content.flip(at, bit);
    this.durable.flip(at, bit);
  }

  /** What a machine finds after a crash now: of the changes that are not durable, any part. */
  afterCrash(random: Random): MemoryFile {
    const left = this.durable.copy();
    const outcome = OUTCOMES[Math.floor(random.next() * OUTCOMES.length)];
    const last = Math.floor(random.next() * (this.changes.length + 1));
    this.changes.forEach((change, i) => {
      const fate = fateOf(outcome, i - last, random);
      if (fate === "whole") apply(left, change);
      else if (fate === "torn") tear(left, change, random);
    });
    return new MemoryFile(left.view());
  }

  private change(change: Change): void {
    apply(this.content, change);
    this.changes.push(change);
  }

  private forget(mark: number): readonly Change[] {
    const count = Math.max(mark - this.settled, 0);
    const forgotten = this.changes.slice(0, count);
    this.changes = this.changes.slice(count);
    this.settled += count;
    return forgotten;
  }
}

/** What becomes of the changes that are not durable: nothing of them, all, the first with the next one torn, or any. */
const OUTCOMES = ["none", "all", "first", "first", "some", "some"] as const;

/** What becomes of a change that comes so many after the last one to survive whole. */
function fateOf(outcome: typeof OUTCOMES[number], behind: number, random: Random): "whole" | "torn" | "lost" {
  switch (outcome) {
    case "none":
      return "lost";
    case "all":
      return "whole";
    case "first":
      return behind < 0 ? "whole" : behind === 0 ? "torn" : "lost";
    case "some":
      return random.next() < 0.5 ? "torn" : random.next() < 0.5 ? "whole" : "lost";
  }
}

function apply(content: Content, change: Change): void {
  if (change.type === "write") content.write(change.bytes, change.at);
  else content.resize(change.size);
}

// Sectors are written in any order; in some cases the one at which the power went off is written in part. The size of the
// file may have grown although nothing was written there.
function tear(content: Content, change: Change, random: Random): void {
  if (change.type === "size") return apply(content, change);
  const { at, bytes } = change;
  if (random.next() < 0.3) return content.write(bytes.subarray(0, Math.floor(random.next() * (bytes.length + 1))), at);
  const share = random.next();
  if (random.next() < 0.5) content.resize(Math.max(content.length, at + bytes.length));
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(from + SECTOR - (at + from) % SECTOR, bytes.length);
    if (random.next() < share) content.write(bytes.subarray(from, to), at + from);
    from = to;
  }
}

/** Bytes that grow. */
class Content {
  private bytes = new Uint8Array(0);
  private size = 0;

  get length(): number {
    return this.size;
  }

  view(): Bytes {
    return this.bytes.subarray(0, this.size);
  }

  copy(): Content {
    const copy = new Content();
    copy.write(this.view(), 0);
    return copy;
  }

  write(bytes: Bytes, at: number): void {
    if (bytes.length === 0) return;
    if (at + bytes.length > this.size) this.resize(at + bytes.length);
    this.bytes.set(bytes, at);
  }

  resize(size: number): void {
    if (size > this.bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.bytes.length * 2));
      grown.set(this.view());
      this.bytes = grown;
    }
    if (size < this.size) this.bytes.fill(0, size, this.size);
    this.size = size;
  }

  flip(at: number, bit: number): void {
    if (at < this.size) this.bytes[at] ^= 1 << bit;
  }
}
