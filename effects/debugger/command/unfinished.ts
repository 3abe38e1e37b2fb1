/**
 * Runs that nobody has ended: their crash may be part of the story, or the end of a file was lost. Whoever reads has to know.
 *
 * @module
 */
import type { OpenRecording } from "../../recording/read_folder.ts";
import { describePlace, type PlacedRecord } from "../../recording/record.ts";
import type { Output } from "../../terminal/output.ts";
import { many } from "../words.ts";

/** So many are named, those at the end. */
const NAMED = 3;

/** Where runs end without an end, as far as something may be missing there. */
export class Unfinished {
  readonly #places = new Set<string>();

  /** The same recordings; what is read of them is looked at. */
  in(recordings: readonly OpenRecording[]): readonly OpenRecording[] {
    return recordings.map((recording) => ({
      ...recording,
      records: (count) => this.#watched(recording.records(count)),
    }));
  }

  /** Looks at a record that is read. */
  take({ place, record }: PlacedRecord): void {
    if (record.type === "Cut" && record.whole !== true) this.#places.add(describePlace(place));
  }

  /** Says where, on the stream that is no part of the result. */
  tell(output: Output): void {
    const places = [...this.#places];
    if (places.length === 0) return;
    const named = places.slice(-NAMED);
    const more = places.length > NAMED ? ` and ${many(places.length - NAMED, "place")} before` : "";
    output.err(
      `note: nobody has ended the run that is read up to ${named.join(", ")}${more}: ` +
        "the node has crashed, or it still runs, or the end of the file is missing.",
    );
  }

  async *#watched(records: AsyncIterable<readonly PlacedRecord[]>): AsyncGenerator<readonly PlacedRecord[]> {
    for await (const some of records) {
      for (const placed of some) this.take(placed);
      yield some;
    }
  }
}
