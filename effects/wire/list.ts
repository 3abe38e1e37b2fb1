/**
 * Lists: the number of elements, and each of them.
 *
 * @module
 */
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Writes how many elements there are, and each of them with `write`. */
export function writeList<A>(writer: Writer, list: readonly A[], write: (writer: Writer, element: A) => void): void {
  writer.varint(list.length);
  for (let i = 0; i < list.length; i++) write(writer, list[i]);
}

/** Reads as many elements as there are, each with `read`; none takes less than `least` bytes. */
export function readList<A>(reader: Reader, read: (reader: Reader) => A, least = 1): readonly A[] {
  const count = reader.count(least);
  const list = new Array<A>(count);
  for (let i = 0; i < count; i++) list[i] = read(reader);
  return list;
}
