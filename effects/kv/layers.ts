/**
 * Layers of changes above a database: one that grows, those that are on their way into the database, and the one that went
 * in last, which stays for a while because what was written is likely to be read.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { hashKey, Layer } from "./layer.ts";

/** The layers, of which a newer one covers an older one. */
export class Layers {
  /** The one that grows. */
  current: Layer = new Layer();
  private readonly seed: number;
  /** The oldest first. */
  private frozen: Layer[] = [];
  private written: Layer | null = null;

  /** Layers with nothing in them; nobody outside may know `seed`. */
  constructor(seed: number) {
    this.seed = seed | 0;
  }

  /** The value of `key`; null if it is removed, undefined if the database has to be asked. */
  get(family: number, key: Bytes): Bytes | null | undefined {
    const hash = hashKey(this.seed, family, key);
    let value = this.current.get(family, key, hash);
    for (let i = this.frozen.length - 1; i >= 0 && value === undefined; i--) {
      value = this.frozen[i].get(family, key, hash);
    }
    return value === undefined && this.written !== null ? this.written.get(family, key, hash) : value;
  }

  /** Sets the value of `key`, or removes it (null). */
  set(family: number, key: Bytes, value: Bytes | null): void {
    this.current.set(family, key, hashKey(this.seed, family, key), value);
  }

  /** Begins a new layer, and returns the one that does not change any more. */
  freeze(): Layer {
    const layer = this.current;
    this.current = new Layer(layer);
    if (!layer.isEmpty) this.frozen.push(layer);
    return layer;
  }

  /** `layer`, the oldest one, is in the database now. */
  wrote(layer: Layer): void {
    this.frozen.shift();
    this.written = layer;
  }

  /** Forgets all changes: the database was replaced. */
  clear(): void {
    this.current = new Layer();
    this.frozen = [];
    this.written = null;
  }
}
