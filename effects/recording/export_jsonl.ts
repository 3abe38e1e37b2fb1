/**
 * Writes recordings as JSON Lines: text that any program can read. `FORMAT.md` describes it.
 *
 * @module
 */
import type { PlacedRecord, RecordingRecord, StepsRecord } from "./record.ts";
import { JSON_VERSION, LINES } from "./json_record.ts";

/** The first line of a recording. */
export function headerLine(): string {
  return JSON.stringify(LINES.recording.encode({ recording: JSON_VERSION }));
}

/** The lines of a record, in order. */
export function* linesOf(record: RecordingRecord): Generator<string> {
  switch (record.type) {
    case "Segment": {
      const { type: _, ...segment } = record;
      return yield JSON.stringify(LINES.segment.encode({ segment }));
    }
    case "Keyframe": {
      const { type: _, ...keyframe } = record;
      return yield JSON.stringify(LINES.keyframe.encode({ keyframe }));
    }
    case "Entries": {
      const { prev, entries } = record;
      return yield JSON.stringify(LINES.entries.encode({ entries: { prev, entries } }));
    }
    case "Steps":
      return yield* linesOfSteps(record);
    case "Gap": {
      const { before, steps } = record;
      return yield JSON.stringify(LINES.gap.encode({ gap: { before, steps } }));
    }
    case "End":
      return yield JSON.stringify(LINES.end.encode({ end: { before: record.before } }));
    case "Cut": {
      const { before, bytes } = record;
      return yield JSON.stringify(LINES.cut.encode({ cut: { before, bytes } }));
    }
  }
}

/** The lines of a whole recording, some at a time. */
export async function* exportLines(
  records: AsyncIterable<readonly PlacedRecord[]> | Iterable<readonly PlacedRecord[]>,
): AsyncGenerator<readonly string[]> {
  yield [headerLine()];
  for await (const some of records) {
    const lines: string[] = [];
    for (const { record } of some) lines.push(...linesOf(record));
    yield lines;
  }
}

function* linesOfSteps({ before, ms, messages, checks, hashes }: StepsRecord): Generator<string> {
  for (let i = 0; i < messages.length; i++) {
    const step = { number: before + i + 1, ms, message: messages[i], check: checks[i] };
    yield JSON.stringify(LINES.step.encode({ step }));
  }
  yield JSON.stringify(LINES.hashes.encode({ hashes }));
}
