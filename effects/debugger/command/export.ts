/**
 * `export`: writes recordings of nodes as text: JSON Lines, or a sequence diagram.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import { exportLines } from "../../recording/export_jsonl.ts";
import type { OpenRecording } from "../../recording/read_folder.ts";
import { type PlacedRecord, RecordingError } from "../../recording/record.ts";
import type { Output } from "../../terminal/output.ts";
import { answering, makeRoomFor, openNodes, withProgress } from "./common.ts";
import { Unfinished } from "./unfinished.ts";

/** How to export a recording. */
export interface ExportOptions {
  /** Where the lines go: a file, compressed if its name ends in `.gz`, or a folder for several recordings; else to `out`. */
  readonly out?: string;
  /** Whether to write one JSON object about what was exported; only with `out`. */
  readonly json?: boolean;
}

/** What was exported to where. */
interface Exported {
  readonly name: string;
  readonly file: string;
  readonly lines: number;
}

/** Writes the recordings at `paths` as JSON Lines. 0: done; 2: something cannot be read or written. */
export function exportRecording(
  paths: readonly string[],
  options: ExportOptions,
  output: Output,
): Promise<ExitCode> {
  return answering(output, async () => {
    const unfinished = new Unfinished();
    const recordings = unfinished.in(await openNodes(paths));
    if (options.out === undefined) {
      const [only, ...more] = recordings;
      if (more.length > 0) {
        throw new BadInput(`These are ${recordings.length} recordings. Name a folder for them with --out.`);
      }
      await print(only, output);
      unfinished.tell(output);
      return 0;
    }
    const exported = await exportAll(recordings, options.out, output);
    if (options.json) output.out(JSON.stringify({ exported }));
    else for (const { name, file, lines } of exported) output.out(`${name}: ${lines} lines in ${file}`);
    unfinished.tell(output);
    return 0;
  }, options);
}

async function print(recording: OpenRecording, output: Output): Promise<void> {
  const watching = { ...output, terminal: output.terminal && output.prints !== true };
  await withProgress([recording], watching, async (progress, count) => {
    let written = 0;
    await exportTo(recording.records(count), async (lines) => {
      lines.forEach(output.out);
      await progress.update(count.bytes, written += lines.length);
    });
  });
}

async function exportAll(recordings: readonly OpenRecording[], out: string, output: Output): Promise<Exported[]> {
  const exported: Exported[] = [];
  await withProgress(recordings, output, async (progress, count) => {
    let written = 0;
    const tell = (lines: number) => progress.update(count.bytes, written += lines);
    for (const { name, records } of recordings) {
      const file = recordings.length === 1 ? out : fileIn(out, name, exported);
      await makeRoomFor(file, recordings);
      exported.push({ name, file, lines: await exportToFile(records(count), file, tell) });
    }
  });
  return exported;
}

async function exportTo(
  records: AsyncIterable<readonly PlacedRecord[]>,
  take: (lines: readonly string[]) => void | Promise<void>,
): Promise<number> {
  let count = 0;
  for await (const lines of exportLines(records)) {
    count += lines.length;
    await take(lines);
  }
  return count;
}

async function exportToFile(
  records: AsyncIterable<readonly PlacedRecord[]>,
  path: string,
  tell: (lines: number) => Promise<void>,
): Promise<number> {
  const file = await created(path);
  const text = new TransformStream<string, string>();
  const encoded = text.readable.pipeThrough(new TextEncoderStream());
  const bytes = path.endsWith(".gz") ? encoded.pipeThrough(new CompressionStream("gzip")) : encoded;
  const written = bytes.pipeTo(file.writable);
  const writer = text.writable.getWriter();
  const lines = exportTo(records, async (some) => {
    await writer.write(some.map((line) => `${line}\n`).join(""));
    await tell(some.length);
  });
  try {
    const total = await lines;
    await writer.close();
    await written;
    return total;
  } catch (error) {
    await writer.abort(error).catch(() => {});
    await written.catch(() => {});
    await Deno.remove(path).catch(() => {}); // half a recording would look like a damaged one
    if (error instanceof RecordingError || error instanceof BadInput) throw error;
    throw new BadInput(`${path}: cannot be written (${error instanceof Error ? error.message : error}).`);
  }
}

async function created(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.create(path);
  } catch (error) {
    throw new BadInput(`${path}: cannot be written (${error instanceof Error ? error.message : error}).`);
  }
}

/** A file in `folder` with the last part of the recording's name, and a number where another one has it already. */
function fileIn(folder: string, name: string, before: readonly Exported[]): string {
  const base = name.replace(/^.*[/\\]/, "").replace(/\.jsonl(\.gz)?$/, "");
  for (let number = 1;; number++) {
    const file = `${folder}/${base}${number === 1 ? "" : `-${number}`}.jsonl`;
    if (before.every((exported) => exported.file !== file)) return file;
  }
}
