/**
 * Finds recordings among the files of this machine, and opens them.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import { BadInput } from "../etcd/bad_input.ts";
import { checkFile, type ReadCount, readLines } from "../etcd/reader.ts";
import { beginsWith, FORMATS } from "../wire/version.ts";
import { HEADER_MEMBER, readJsonLines } from "./read_jsonl.ts";
import { readRecording, type RecordingFile } from "./reader.ts";
import type { PlacedRecord } from "./record.ts";
import { sequenceOf } from "./segment_name.ts";

/** The recording of one node, wherever it is. */
export interface OpenRecording {
  /** What it is called: the folder, or the file. */
  readonly name: string;
  /** The paths of its files, in order. */
  readonly files: readonly string[];
  /** What they hold: segments, or one file of JSON Lines. */
  readonly format: "segments" | "lines";
  /** The size of its files. */
  readonly bytes: number;
  /** Its records; bytes that were read are added to `count`. */
  records(count?: ReadCount): AsyncIterable<readonly PlacedRecord[]>;
}

const CHUNK = 1 << 17;
/** Enough to see what kind of file it is. */
const HEAD = 64;

/** Whether there is a recording of this program at `path`: a segment, a folder with segments, or JSON Lines. */
export async function isRecording(path: string): Promise<boolean> {
  return await kindOf(path) !== "other";
}

/**
 * The recordings at `paths`. A folder with segments is one recording, and a folder with such folders is several; segments
 * that are named one by one are one recording for each folder, in this order. Throws {@linkcode BadInput}.
 */
export async function openRecordings(paths: readonly string[]): Promise<readonly OpenRecording[]> {
  const found: OpenRecording[] = [];
  const named = new Map<string, string[]>();
  for (const path of paths) {
    switch (await kindOf(path)) {
      case "segment": {
        const folder = folderOf(path);
        const segments = named.get(folder) ?? [];
        if (segments.length === 0) named.set(folder, segments);
        segments.push(path);
        break;
      }
      case "lines":
        found.push(await openLines(path));
        break;
      case "folder":
        found.push(...await openFolder(path));
        break;
      case "other":
        throw await notARecording(path);
    }
  }
  for (const [folder, segments] of named) found.push(await openSegments(folder, segments));
  return found;
}

type Kind = "segment" | "lines" | "folder" | "other";

async function kindOf(path: string): Promise<Kind> {
  const info = await Deno.stat(path).catch(() => null);
  if (info === null) return "other";
  if (info.isDirectory) return (await recordingsIn(path)).length > 0 ? "folder" : "other";
  const head = await headOf(path);
  if (beginsWith(head, FORMATS.recording.magic, 4)) return "segment";
  const text = new TextDecoder().decode(head);
  return text.startsWith(`{"${HEADER_MEMBER}":{`) ? "lines" : "other";
}

async function notARecording(path: string): Promise<BadInput> {
  const info = await Deno.stat(path).catch(() => null);
  if (info?.isDirectory) {
    return new BadInput(
      `${path}: there is no recording in this folder. Those of etcd-io/raft are named file by file.`,
    );
  }
  await checkFile(path); // throws if it is missing or empty
  return new BadInput(
    `${path}: this is no recording. Name a folder with segments, or a file that was exported from one.`,
  );
}

/** The segments in `folder`, in order; or else the folders in it that hold some, and the exported files. */
async function recordingsIn(folder: string): Promise<readonly string[]> {
  const { folders, files } = await listed(folder);
  if (files.some(isSegment)) return [folder];
  const recordings: string[] = [];
  for (const name of files) {
    if (/\.jsonl(\.gz)?$/.test(name) && await kindOf(`${folder}/${name}`) === "lines") {
      recordings.push(`${folder}/${name}`);
    }
  }
  for (const name of folders) {
    if ((await listed(`${folder}/${name}`)).files.some(isSegment)) recordings.push(`${folder}/${name}`);
  }
  return recordings.sort();
}

async function openFolder(folder: string): Promise<readonly OpenRecording[]> {
  const opened: OpenRecording[] = [];
  for (const path of await recordingsIn(folder.replace(/\/+$/, ""))) {
    if (/\.jsonl(\.gz)?$/.test(path)) opened.push(await openLines(path));
    else opened.push(await openSegments(path, await segmentsIn(path)));
  }
  return opened;
}

async function segmentsIn(folder: string): Promise<readonly string[]> {
  const numbered: { name: string; sequence: number }[] = [];
  for (const name of (await listed(folder)).files) {
    const sequence = sequenceOf(name);
    if (O.isSome(sequence)) numbered.push({ name, sequence: sequence.value });
  }
  return numbered.sort((a, b) => a.sequence - b.sequence).map(({ name }) => `${folder}/${name}`);
}

async function openSegments(name: string, paths: readonly string[]): Promise<OpenRecording> {
  let bytes = 0;
  for (const path of paths) bytes += (await Deno.stat(path)).size;
  return {
    name,
    files: paths,
    format: "segments",
    bytes,
    records: (count = { bytes: 0 }) => readRecording(paths.map((path) => segmentAt(path, count))),
  };
}

async function openLines(path: string): Promise<OpenRecording> {
  const bytes = await checkFile(path);
  const records = (count = { bytes: 0 }) => readJsonLines(path, readLines(path, count));
  return { name: path, files: [path], format: "lines", bytes, records };
}

function segmentAt(path: string, count: ReadCount): RecordingFile {
  return { name: path, chunks: () => chunksOf(path, count) };
}

async function* chunksOf(path: string, count: ReadCount): AsyncGenerator<Bytes> {
  using file = await Deno.open(path).catch((error) => {
    throw new BadInput(`${path}: this file cannot be read (${error.message}). Check its permissions.`);
  });
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const read = await file.read(chunk);
    if (read === null) return;
    count.bytes += read;
    yield chunk.subarray(0, read);
  }
}

/** The first bytes of a file; of a compressed one, those that were compressed. */
async function headOf(path: string): Promise<Bytes> {
  using file = await Deno.open(path).catch(() => null);
  if (file === null) return new Uint8Array(0);
  const head = new Uint8Array(HEAD);
  const read = await file.read(head) ?? 0;
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head.subarray(0, read);
  const beginning = new Uint8Array(1 << 16);
  beginning.set(head.subarray(0, read));
  const more = await file.read(beginning.subarray(read)) ?? 0;
  return await inflated(beginning.subarray(0, read + more));
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const chunk of stream) return chunk.subarray(0, HEAD);
  } catch {
    // The end of what was read is in the middle of the file, or the file is damaged: whoever reads it all will say so.
  }
  return new Uint8Array(0);
}

async function listed(
  folder: string,
): Promise<{ readonly folders: readonly string[]; readonly files: readonly string[] }> {
  const folders: string[] = [];
  const files: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isDirectory) folders.push(name);
    else if (isFile) files.push(name);
  }
  return { folders: folders.sort(), files: files.sort() };
}

function isSegment(name: string): boolean {
  return O.isSome(sequenceOf(name));
}

function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "." : path.slice(0, cut);
}
