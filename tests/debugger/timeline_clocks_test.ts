import { assert, assertEquals } from "@std/assert";
import { bootstrap, DEFAULT_OPTIONS } from "../../core/mod.ts";
import { offsetsOf, type Pair } from "../../effects/debugger/timeline_clocks.ts";
import type { TrackRun } from "../../effects/debugger/timeline_track.ts";
import { right } from "../wire/round_trip.ts";

const STATE = right(bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1]));

function run(number: number, began: number | null, changes: Partial<TrackRun> = {}): TrackRun {
  return {
    run: number,
    before: 0,
    state: STATE,
    outbox: [],
    began,
    payloads: "full",
    place: { file: "", at: 0, unit: "byte" },
    first: 0,
    behind: 0,
    end: "cut",
    leftOut: 0,
    ...changes,
  };
}

/** Messages between runs whose clocks stand at `offsets`, as they arrive after `delays` milliseconds. */
function talk(offsets: readonly number[], a: number, b: number, delays: readonly number[]): readonly Pair[] {
  return delays.flatMap((delay, i) => {
    const at = 100_000 + 50 * i;
    return [
      { from: a, sent: at - offsets[a], to: b, received: at + delay - offsets[b] },
      { from: b, sent: at - offsets[b], to: a, received: at + delay - offsets[a] },
    ];
  });
}

Deno.test("without times of day, clocks are set by the quickest messages there and back", () => {
  const truth = [0, 60_000, -3_000];
  const pairs = [...talk(truth, 0, 1, [40, 4, 90]), ...talk(truth, 1, 2, [7, 30])];
  const offsets = offsetsOf([run(1, null), run(1, null), run(1, null)], [0, 0, 0], [null, null, null], pairs);
  assertEquals(offsets, truth);
});

Deno.test("a time of day counts unless a message would be received before it was sent", () => {
  const truth = [1e12, 1e12 + 500];
  const pairs = talk(truth, 0, 1, [10]);
  const begun = (second: number) => offsetsOf([run(1, 1e12), run(1, second)], [0, 0], [null, null], pairs);
  assertEquals(begun(1e12 + 506), [1e12, 1e12 + 506]);
  assertEquals(begun(1e12 + 900), [1e12, 1e12 + 510]);
  assertEquals(begun(1e12 - 900), [1e12, 1e12 + 490]);
});

Deno.test("a run begins after the one before it of the same node has ended", () => {
  assertEquals(offsetsOf([run(1, null), run(2, null)], [700, 90], [null, 0], []), [0, 700]);
  assertEquals(offsetsOf([run(1, null), run(2, 5)], [700, 90], [null, 0], []), [0, 700]);
  // Its messages say when that was.
  const truth = [0, 0, 9_000];
  const pairs = [...talk(truth, 0, 1, [5]), ...talk(truth, 0, 2, [5])];
  const offsets = offsetsOf([run(1, null), run(1, null), run(2, null)], [90_000, 700, 90], [null, null, 1], pairs);
  assertEquals(offsets, truth);
});

Deno.test("behind a gap the clock goes on", () => {
  const parts = [run(1, 1e12, { end: "gap" }), run(1, null), run(1, 1e12 + 40)];
  assertEquals(offsetsOf(parts, [700, 1_000, 1], [null, 0, null], []), [1e12, 1e12, 1e12 + 40]);
});

Deno.test("a run that nobody hears of has a place all the same", () => {
  const offsets = offsetsOf([run(1, null), run(1, null), run(1, 77)], [0, 0, 0], [null, null, null], []);
  assert(offsets.every((offset) => Number.isFinite(offset)));
  assertEquals(offsets[2], 77);
});
