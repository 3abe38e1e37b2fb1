/**
 * The recordings that the server has, as sources of a timeline.
 *
 * @module
 */
import type { Bytes } from "../../../core/entry.ts";
import type { TimelineSource } from "../../debugger/timeline_build.ts";
import { readJsonLines } from "../../recording/read_jsonl.ts";
import { readRecording, type RecordingFile } from "../../recording/reader.ts";
import type { SourceInfo } from "../protocol.ts";

/** The sources, or the first `share` of each of them; `read` is told how many bytes have come. */
export function sourcesOf(
  infos: readonly SourceInfo[],
  read: (bytes: number) => void,
  share = 1,
): readonly TimelineSource[] {
  return infos.map((info) => ({ name: info.name, records: () => recordsOf(info, intakeOf(info, read, share)) }));
}

/** The lines of a source, or the first `share` of them. */
export function linesOf(
  info: SourceInfo,
  read: (bytes: number) => void,
  share = 1,
): AsyncGenerator<readonly string[]> {
  return linesAt(info.segments[0], intakeOf(info, read, share));
}

function intakeOf({ bytes }: SourceInfo, read: (bytes: number) => void, share: number): Intake {
  return new Intake(share < 1 ? Math.ceil(bytes * share) : Infinity, read);
}

function recordsOf({ format, name, segments }: SourceInfo, intake: Intake): ReturnType<TimelineSource["records"]> {
  if (format === "lines") return readJsonLines(name, linesAt(segments[0], intake));
  return readRecording(filesOf(name, segments, intake));
}

// A recording may end within a record, as that of a node that has crashed does; so its beginning is a recording, too.
function* filesOf(folder: string, segments: readonly string[], intake: Intake): Generator<RecordingFile> {
  for (const url of segments) {
    if (intake.left <= 0) return;
    const name = `${folder}/${decodeURIComponent(url.slice(url.lastIndexOf("/") + 1))}`;
    yield { name, chunks: () => intake.chunks(url) };
  }
}

async function* linesAt(url: string, intake: Intake): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const bytes of intake.chunks(url)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield lines;
  }
  if (rest !== "" && intake.left > 0) yield [rest];
}

/** Takes bytes from the server, up to a limit. */
class Intake {
  constructor(public left: number, private readonly read: (bytes: number) => void) {}

  async *chunks(url: string): AsyncGenerator<Bytes> {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw new Error(`The server does not have ${url} any more.`);
    const bytes = response.body.pipeThrough(this.#limit());
    const reader = (/\.gz$/.test(url) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes).getReader();
    for (;;) {
      const chunk = await this.#next(reader);
      if (chunk === null) return;
      yield chunk;
    }
  }

  #limit(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    return new TransformStream({
      transform: (chunk, controller) => {
        const taken = chunk.subarray(0, Math.min(chunk.length, this.left));
        this.left -= taken.length;
        this.read(taken.length);
        if (taken.length > 0) controller.enqueue(taken);
        if (this.left <= 0) controller.terminate();
      },
    });
  }

  // What is compressed ends in the middle where only a part of it was asked for.
  async #next(reader: ReadableStreamDefaultReader<Bytes>): Promise<Bytes | null> {
    try {
      const { done, value } = await reader.read();
      return done ? null : value;
    } catch (error) {
      if (this.left <= 0) return null;
      throw error;
    }
  }
}
