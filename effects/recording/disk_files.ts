/**
 * The segments in a folder of a {@linkcode Disk}: how simulations read what they have recorded.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Disk } from "../disk/disk.ts";
import type { RecordingFile } from "./reader.ts";
import { sequenceOf } from "./segment_name.ts";

const CHUNK = 1 << 20;

/** The segments in `folder`, in order. */
export function diskFiles(disk: Disk, folder = ""): readonly RecordingFile[] {
  const segments = disk.list(folder).flatMap((name) => {
    const sequence = sequenceOf(name);
    return O.isSome(sequence) ? [{ name, sequence: sequence.value }] : [];
  });
  segments.sort((a, b) => a.sequence - b.sequence);
  return segments.map(({ name }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return { name: path, chunks: () => chunksOf(disk, path) };
  });
}

function* chunksOf(disk: Disk, path: string): Generator<Bytes> {
  const file = disk.open(path);
  try {
    for (let at = 0;;) {
      const chunk = new Uint8Array(CHUNK);
      const read = file.read(chunk, at);
      if (read > 0) yield chunk.subarray(0, read);
      if (read < CHUNK) return;
      at += read;
    }
  } finally {
    file.close();
  }
}
