/**
 * Writes recordings as JSON Lines: text that any program can read. `FORMAT.md` describes it.
 *
 * @module
 */
import type { PlacedRecord, RecordingRecord, StepsRecord } from "./record.ts";
import { JSON_VERSION, LINES } from "./json_record.ts";
import { digits } from "./hash.ts";
import { SEAL } from "./line_scanner.ts";
import { checkOf, LineText, NO_TEXT } from "./line_text.ts";

/** Writes the lines of one recording: the header, those of its records in order, and the end. */
export class LineWriter {
  readonly #text = new LineText();
  #sum = NO_TEXT;

  /** The first line. */
  header(): string {
    return this.#plain(LINES.recording.encode({ recording: JSON_VERSION }));
  }

  /** The lines of the next record, in order. */
  *record(record: RecordingRecord): Generator<string> {
    switch (record.type) {
      case "Segment": {
        const { type: _, ...segment } = record;
        return yield this.#sealed(LINES.segment.encode({ segment }));
      }
      case "Keyframe": {
        const { type: _, ...keyframe } = record;
        return yield this.#sealed(LINES.keyframe.encode({ keyframe }));
      }
      case "Entries": {
        const { prev, entries } = record;
        return yield this.#sealed(LINES.entries.encode({ entries: { prev, entries } }));
      }
      case "Steps":
        return yield* this.#steps(record);
      case "Gap": {
        const { before, steps } = record;
        return yield this.#sealed(LINES.gap.encode({ gap: { before, steps } }));
      }
      case "End":
        return yield this.#sealed(LINES.end.encode({ end: { before: record.before } }));
      case "Cut": {
        const { before, bytes, whole } = record;
        return yield this.#sealed(LINES.cut.encode({ cut: { before, bytes, whole } }));
      }
    }
  }

  /** The last line. */
  end(): string {
    return this.#sealed(LINES.complete.encode({ complete: true, skippable: true }));
  }

  *#steps({ before, ms, messages, checks, hashes }: StepsRecord): Generator<string> {
    for (let i = 0; i < messages.length; i++) {
      const step = { number: before + i + 1, ms, message: messages[i], check: checks[i] };
      yield this.#plain(LINES.step.encode({ step }));
    }
    yield this.#sealed(LINES.hashes.encode({ hashes }));
  }

  #plain(value: unknown): string {
    return this.#add(JSON.stringify(value));
  }

  /** The line ends with a check of all text up to there. */
  #sealed(value: unknown): string {
    const text = this.#add(JSON.stringify(value).slice(0, -1));
    return `${text}${SEAL}${digits(checkOf(this.#sum))}"}`;
  }

  #add(text: string): string {
    this.#text.set(text);
    this.#sum = this.#text.sum(this.#sum);
    return text;
  }
}

/** The lines of a whole recording, some at a time. */
export async function* exportLines(
  records: AsyncIterable<readonly PlacedRecord[]> | Iterable<readonly PlacedRecord[]>,
): AsyncGenerator<readonly string[]> {
  const writer = new LineWriter();
  yield [writer.header()];
  for await (const some of records) {
    const lines: string[] = [];
    for (const { record } of some) lines.push(...writer.record(record));
    yield lines;
  }
  yield [writer.end()];
}
