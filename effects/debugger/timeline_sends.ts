/**
 * Which message that was received is which of those that were sent. Equal messages are told from each other by when they
 * were received: the newest one that nobody has received yet is taken, since older ones were probably lost. If one of these
 * arrives after all, all of them arrived in the order in which they were sent, as far as anybody can tell.
 *
 * @module
 */
import type { Track } from "./timeline_track.ts";

const NONE = -1;

/** What became of all messages, which are numbered from 0 on: those of the first track, then those of the next one. */
export interface Fates {
  /** The number of the step that received it; 0 if there is none. */
  readonly received: Int32Array<ArrayBuffer>;
  /** The numbers of steps that received a message once more. */
  readonly duplicates: ReadonlyMap<number, readonly number[]>;
  /** The message that is the first one of each track. */
  readonly bases: readonly number[];
}

/** What becomes of all messages that were sent, while the steps of all nodes are put in order. */
export class Sends {
  /** The number of the step that received it, by the message; 0 if there is none. */
  readonly received: Int32Array<ArrayBuffer>;
  /** The numbers of steps that received a message once more. */
  readonly duplicates: Map<number, number[]> = new Map();
  /** The message that is the first one of each track. */
  readonly bases: readonly number[];
  /** The number of the step that sent it. */
  readonly #sentBy: Int32Array<ArrayBuffer>;
  /** The messages by their keys, each key's in order; and where those of a key begin. */
  readonly #byKey: Int32Array<ArrayBuffer>;
  readonly #begins: Int32Array<ArrayBuffer>;
  /** How many of a key's messages were sent so far. */
  readonly #sent: Int32Array<ArrayBuffer>;
  /** For each key the newest message that nobody has received, and for each message the next older one. */
  readonly #waiting: Int32Array<ArrayBuffer>;
  readonly #older: Int32Array<ArrayBuffer>;
  /** For each key the newest message that was received, and for each message the next older one. */
  readonly #lastReceived: Int32Array<ArrayBuffer>;
  readonly #receivedBefore: Int32Array<ArrayBuffer>;

  /** Nothing is sent yet; `keys` is the number of keys. */
  constructor(private readonly tracks: readonly Track[], keys: number) {
    const bases: number[] = [];
    let count = 0;
    for (const track of tracks) {
      bases.push(count);
      count += track.sends.length;
    }
    this.bases = bases;
    this.received = new Int32Array(count);
    this.#sentBy = new Int32Array(count);
    this.#byKey = new Int32Array(count);
    this.#begins = new Int32Array(keys + 1);
    this.#sent = new Int32Array(keys);
    this.#waiting = new Int32Array(keys).fill(NONE);
    this.#older = new Int32Array(count);
    this.#lastReceived = new Int32Array(keys).fill(NONE);
    this.#receivedBefore = new Int32Array(count);
    this.#sortByKey();
  }

  /** What became of all of them. */
  get fates(): Fates {
    const { bases, duplicates, received } = this;
    return { received, duplicates, bases };
  }

  /** The next message with this key that is not sent yet; -1 if there is none. */
  next(key: number): number {
    const at = this.#begins[key] + this.#sent[key];
    return at < this.#begins[key + 1] ? this.#byKey[at] : NONE;
  }

  /** The only message with this key; -1 if there are none or several. */
  only(key: number): number {
    return this.#begins[key + 1] - this.#begins[key] === 1 ? this.#byKey[this.#begins[key]] : NONE;
  }

  /** Whether a message with this key is on its way. */
  waits(key: number): boolean {
    return this.#waiting[key] !== NONE;
  }

  /** Whether a message with this key was received before. */
  wasReceived(key: number): boolean {
    return this.#lastReceived[key] !== NONE;
  }

  /** The step `local` of `track`, which has the number `number`, sends its messages. */
  send(track: number, local: number, number: number): void {
    const { sends, sendsBefore } = this.tracks[track];
    const to = local + 1 < sendsBefore.length ? sendsBefore.at(local + 1) : sends.length;
    for (let i = sendsBefore.at(local); i < to; i++) {
      const key = sends.at(i);
      const message = this.bases[track] + i;
      this.#sent[key]++;
      this.#sentBy[message] = number;
      this.#older[message] = this.#waiting[key];
      this.#waiting[key] = message;
    }
  }

  /** The step with the number `number` receives a message with this key. */
  receive(key: number, number: number): void {
    const message = this.#waiting[key];
    if (message !== NONE) {
      this.#waiting[key] = this.#older[message];
      return this.#arrives(message, key, number);
    }
    const again = this.#lastReceived[key];
    if (again === NONE) return;
    const duplicates = this.duplicates.get(again);
    if (duplicates === undefined) this.duplicates.set(again, [number]);
    else duplicates.push(number);
  }

  /** What was received earlier is an older one of equal messages: `message` may be older than some that were received. */
  #arrives(message: number, key: number, number: number): void {
    const before = this.#receivedBefore;
    let [newer, older, receipt] = [NONE, this.#lastReceived[key], number];
    while (older > message) {
      [this.received[older], receipt] = [receipt, this.received[older]];
      [newer, older] = [older, before[older]];
    }
    this.received[message] = receipt;
    before[message] = older;
    if (newer === NONE) this.#lastReceived[key] = message;
    else before[newer] = message;
  }

  /** The number of the step that sent `message`. */
  sentBy(message: number): number {
    return this.#sentBy[message];
  }

  #sortByKey(): void {
    const begins = this.#begins;
    for (const { sends } of this.tracks) for (let i = 0; i < sends.length; i++) begins[sends.at(i) + 1]++;
    for (let key = 1; key < begins.length; key++) begins[key] += begins[key - 1];
    const next = begins.slice();
    this.tracks.forEach(({ sends }, track) => {
      for (let i = 0; i < sends.length; i++) this.#byKey[next[sends.at(i)]++] = this.bases[track] + i;
    });
  }
}
