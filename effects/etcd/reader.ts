/**
 * Reads a file line by line, whether it is compressed or not, without ever holding all of it.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { BadInput } from "./bad_input.ts";

/** What a reader counts while it reads. */
export interface ReadCount {
  /** Bytes of the file, compressed as it may be. */
  bytes: number;
}

/** The lines of the file at `path`, in batches; a gzip file is known by its first two bytes. */
export async function* readLines(path: string, count: ReadCount = { bytes: 0 }): AsyncGenerator<readonly string[]> {
  await checkFile(path);
  const compressed = await isGzip(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let line = 0;
  const complain = (what: string): never => {
    throw new BadInput(`${path}:${line + 1}: ${what}`);
  };
  try {
    for await (const chunk of chunks(path, compressed, count)) {
      const text: string = rest + decoder.decode(chunk, { stream: true });
      const lines: string[] = [];
      let from = 0;
      for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
        lines.push(text.slice(from, to));
        from = to + 1;
      }
      rest = text.slice(from);
      yield lines;
      line += lines.length;
    }
    rest += decoder.decode();
  } catch (error) {
    if (error instanceof BadInput) throw error;
    if (error instanceof TypeError) complain("this is not UTF-8 text. Copy the file again.");
    const why = error instanceof Error ? error.message : String(error);
    if (compressed) complain(`the compressed data is cut off or damaged from here on (${why}). Copy the file again.`);
    complain(`cannot be read (${why}). Check the file and its permissions.`);
  }
  if (rest !== "") yield [rest];
}

async function* chunks(path: string, compressed: boolean, count: ReadCount): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  file.on("data", (chunk: string | Buffer) => count.bytes += chunk.length);
  if (!compressed) return yield* file;
  const gunzip = createGunzip({ chunkSize: CHUNK });
  file.on("error", (error: Error) => gunzip.destroy(error));
  yield* file.pipe(gunzip);
}

const CHUNK = 1 << 18;

/** Checks that there is a file at `path` that can be read, and returns its size in bytes. */
export async function checkFile(path: string): Promise<number> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new BadInput(`${path}: there is no such file. Check the path.`);
    }
    throw new BadInput(`${path}: cannot be read (${error instanceof Error ? error.message : error}).`);
  }
  if (info.isDirectory) throw new BadInput(`${path}: this is a directory. Name the files in it, one by one.`);
  if (info.size === 0) throw new BadInput(`${path}: the file is empty. Record the run again, or copy the file again.`);
  return info.size;
}

async function isGzip(path: string): Promise<boolean> {
  using file = await Deno.open(path).catch((error) => {
    throw new BadInput(`${path}: this file cannot be read (${error.message}). Check its permissions.`);
  });
  const magic = new Uint8Array(2);
  return await file.read(magic) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
}
