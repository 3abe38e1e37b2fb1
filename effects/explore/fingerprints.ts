/**
 * The states that were seen, by 64 bits of each.
 *
 * @module
 */

/** A set of 64-bit fingerprints in typed arrays: open addressing, at most three quarters full, 8 bytes a slot. */
export class Fingerprints {
  #mask = (1 << 16) - 1;
  #slots = new Int32Array(2 << 16);
  #count = 0;

  /** How many there are. */
  get size(): number {
    return this.#count;
  }

  /** The bytes that are taken up. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** How probable it is that two of the states had the same fingerprint, so that one was taken for the other. */
  get collisionProbability(): number {
    return this.#count ** 2 / 2 ** 65;
  }

  /** Adds the first `count` of `words`; false if they are there. */
  add(words: Int32Array, count: number): boolean {
    let a = 0x2545f491 ^ count;
    let b = 0x9e3779b9;
    for (let i = 0; i < count; i++) {
      const word = words[i];
      a = Math.imul(a ^ word, 0xcc9e2d51);
      b = Math.imul(b ^ word, 0x85ebca77);
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) ^ (b >>> 7);
      b = Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5;
    }
    a = mixed(a ^ Math.imul(b, 0x27d4eb2f));
    b = mixed(b ^ a);
    if (a === 0 && b === 0) b = 1; // an empty slot
    if (!this.#put(a, b)) return false;
    if (4 * ++this.#count > 3 * this.#mask) this.#grow();
    return true;
  }

  #put(a: number, b: number): boolean {
    const slots = this.#slots;
    let slot = a & this.#mask;
    while (true) {
      const at = 2 * slot;
      const [x, y] = [slots[at], slots[at + 1]];
      if (x === 0 && y === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        return true;
      }
      if (x === a && y === b) return false;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(2 * (this.#mask + 1));
    for (let at = 0; at < old.length; at += 2) if (old[at] !== 0 || old[at + 1] !== 0) this.#put(old[at], old[at + 1]);
  }
}

// Spreads every bit over all others; one to one.
function mixed(lane: number): number {
  let h = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
