/**
 * The pairs of a snapshot as a stream of bytes: the same for every store.
 *
 * ```text
 * stream  "RFKV" · major (1) · minor (1) · pairs · end
 * pair    family (1) · length of the key (4) · length of the value (4) · key · value
 * end     255 · number of pairs (8)
 * ```
 *
 * Pairs come in the order of their families and keys, each key once. The stream is cut into chunks without regard to pairs.
 * The system records are no part of it: they travel with the snapshot's metadata.
 *
 * @module
 */

/** The largest chunk. */
export const CHUNK = 1 << 20;

/** How a stream begins. */
export const MAGIC: readonly number[] = [0x52, 0x46, 0x4b, 0x56];

/** The version that is written. A larger major version is refused; a larger minor one has nothing that must be understood. */
export const VERSION: readonly [major: number, minor: number] = [1, 0];

/** The length of what stands before the first pair. */
export const HEADER = 6;

/** In place of a family: the end. */
export const END = 255;

/** The length of what stands before the key of a pair, and that of the end. */
export const FIXED = 9;
