/**
 * The log against a plain array: whatever is appended, cut off, compacted and forked, every version says what its array
 * says.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type Entry, entryAt, type EntryId, Log, NO_MEMBERS, ORIGIN, proposal } from "../core/mod.ts";

/** The chunks of the log have so many entries; what is of interest happens around multiples of it. */
const CHUNK = 1024;

/** What a log is: a position whose entry is gone, and the entries behind it. */
interface Model {
  readonly snapshot: EntryId;
  readonly entries: readonly Entry[];
}

/** One version of the log and what it has to say. */
interface Version {
  readonly log: Log;
  readonly model: Model;
}

/** What makes a new version of the version `of` (modulo their number). */
type Operation =
  | {
    readonly type: "append";
    readonly of: number;
    readonly back: number;
    readonly count: number;
    readonly term: number;
  }
  | { readonly type: "compact"; readonly of: number; readonly ahead: number }
  | { readonly type: "restore"; readonly of: number; readonly ahead: number };

const operations: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("append" as const),
      of: fc.nat({ max: 30 }),
      back: fc.oneof(fc.constant(0), fc.nat({ max: 4 }), fc.nat({ max: 1100 })),
      count: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 4 }) }, {
        weight: 1,
        arbitrary: fc.integer({ min: CHUNK - 2, max: 2 * CHUNK + 2 }),
      }),
      term: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("compact" as const),
      of: fc.nat({ max: 30 }),
      ahead: fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 1100 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("restore" as const), of: fc.nat({ max: 30 }), ahead: fc.nat({ max: 4 }) }),
  },
);

describe("Log", () => {
  it("says in every version what an array would say, in the first versions still after the last ones were made", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 7),
        fc.constantFrom(0, 3, CHUNK - 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK),
        fc.array(operations, { maxLength: 25 }),
        (snapshotIndex, count, list) => {
          const snapshot = { index: snapshotIndex, term: snapshotIndex === 0 ? 0 : 1 };
          const entries = entriesFrom(snapshot.index + 1, count, 1);
          const versions: Version[] = [{ log: Log.of(snapshot, entries), model: { snapshot, entries } }];
          for (const operation of list) versions.push(operate(versions[operation.of % versions.length], operation));
          for (const version of versions) assertAgrees(version);
        },
      ),
      { seed: 1, numRuns: 400 },
    );
  });

  it("is empty behind the position at which it starts", () => {
    const log = Log.after({ index: 5, term: 2 });
    assertEquals([log.first, log.length, log.last, log.snapshot], [6, 0, { index: 5, term: 2 }, { index: 5, term: 2 }]);
    assertEquals(Log.after().last, ORIGIN);
  });

  it("knows the term at the position of its snapshot, and none before it", () => {
    const log = Log.of({ index: 5, term: 2 }, entriesFrom(6, 2, 3));
    assertEquals([4, 5, 6, 7, 8].map((index) => log.knows(index)), [false, true, true, true, false]);
    assertEquals([4, 5, 6, 7, 8].map((index) => log.termAt(index)), [0, 2, 3, 3, 0]);
  });

  it("prefers the log with the higher last term, whatever the lengths (§5.4.1)", () => {
    const log = Log.of(ORIGIN, [...entriesFrom(1, 3, 1), ...entriesFrom(4, 1, 2)]);
    assertEquals(log.isUpToDate({ index: 1, term: 3 }), true);
    assertEquals(log.isUpToDate({ index: 9, term: 1 }), false);
  });

  it("prefers the longer log if the last terms are equal (§5.4.1)", () => {
    const log = Log.of(ORIGIN, entriesFrom(1, 3, 1));
    assertEquals([2, 3, 4].map((index) => log.isUpToDate({ index, term: 1 })), [false, true, true]);
  });

  it("finds how many of the given entries it holds already, whatever lies behind them", () => {
    const log = Log.of(ORIGIN, entriesFrom(1, 5, 1));
    assertEquals(log.agreement(entriesFrom(2, 2, 1)), 2);
    assertEquals(log.agreement([...entriesFrom(4, 2, 1), ...entriesFrom(6, 1, 1)]), 2);
    assertEquals(log.agreement(entriesFrom(2, 2, 2)), 0);
    assertEquals(log.agreement([]), 0);
  });

  it("finds the last position of at most a term, to leave out a whole term at once (end of §5.3)", () => {
    const log = Log.of({ index: 2, term: 1 }, [...entriesFrom(3, 2, 1), ...entriesFrom(5, 2, 4)]);
    assertEquals(log.lastWithTermUpTo(4, 6), { index: 6, term: 4 });
    assertEquals(log.lastWithTermUpTo(3, 6), { index: 4, term: 1 });
    // Where the term is not known, it may be any.
    assertEquals(log.lastWithTermUpTo(0, 6), { index: 1, term: 0 });
    assertEquals(log.lastWithTermUpTo(3, 9), { index: 9, term: 0 });
    assertEquals(Log.of(ORIGIN, entriesFrom(1, 2, 3)).lastWithTermUpTo(2, 2), ORIGIN);
  });

  it("gives out at least one entry, and then as many as fit", () => {
    const log = Log.of(ORIGIN, entriesFrom(1, 5, 1));
    const { size } = log.at(1);
    assertEquals([0, size, 2 * size, 3 * size - 1, Infinity].map((max) => log.page(2, max).length), [1, 1, 2, 2, 4]);
    assertEquals(log.page(6, Infinity), []);
  });

  it("forgets everything up to the end if it is compacted there, and goes on behind it", () => {
    const log = Log.of(ORIGIN, entriesFrom(1, 3, 2)).compact(3);
    assertEquals([log.first, log.length, log.last], [4, 0, { index: 3, term: 2 }]);
    assertEquals(log.append(entriesFrom(4, 1, 2)).slice(4, 4), entriesFrom(4, 1, 2));
  });

  it("is the same log after compaction to where it begins already, and after appending nothing", () => {
    const log = Log.of({ index: 5, term: 2 }, entriesFrom(6, 2, 3));
    assertEquals(log.compact(5) === log && log.compact(3) === log && log.append([]) === log, true);
  });
});

function operate({ log, model }: Version, operation: Operation): Version {
  const { snapshot, entries } = model;
  const last = snapshot.index + entries.length;
  switch (operation.type) {
    case "append": {
      const first = Math.max(last + 1 - operation.back, snapshot.index + 1);
      const kept = entries.slice(0, first - snapshot.index - 1);
      const term = (kept.length > 0 ? kept[kept.length - 1].term : snapshot.term) + operation.term;
      const added = entriesFrom(first, operation.count, term);
      return { log: log.append(added), model: { snapshot, entries: [...kept, ...added] } };
    }
    case "compact": {
      const index = Math.min(snapshot.index + operation.ahead, last);
      const count = index - snapshot.index;
      const at = count === 0 ? snapshot : { index, term: entries[count - 1].term };
      return { log: log.compact(index), model: { snapshot: at, entries: entries.slice(count) } };
    }
    case "restore": {
      const at = { index: last + operation.ahead, term: 9 };
      return {
        log: log.restore({ ...at, configuration: NO_MEMBERS, data: new Uint8Array(0) }),
        model: { snapshot: at, entries: [] },
      };
    }
  }
}

function assertAgrees({ log, model: { snapshot, entries } }: Version): void {
  const last = snapshot.index + entries.length;
  const lastTerm = entries.length > 0 ? entries[entries.length - 1].term : snapshot.term;
  assertEquals([log.first, log.length], [snapshot.index + 1, entries.length]);
  assertEquals({ index: log.last.index, term: log.last.term }, { index: last, term: lastTerm });
  assertEquals({ index: log.snapshot.index, term: log.snapshot.term }, snapshot);
  // Whole logs are compared entry by entry without the price of a deep comparison.
  const wrong = entries.findIndex((entry) => log.at(entry.index) !== entry || log.termAt(entry.index) !== entry.term);
  assertEquals(wrong, -1, "at() and termAt() differ from the array");
  const slice = log.slice(log.first, last);
  assertEquals(slice.length === entries.length && slice.every((entry, i) => entry === entries[i]), true);
  for (const index of [snapshot.index - 1, snapshot.index, snapshot.index + 1, last - 1, last, last + 1, CHUNK]) {
    const held = index > snapshot.index && index <= last ? entries[index - snapshot.index - 1].term : 0;
    const term = index === snapshot.index ? snapshot.term : held;
    const known = index >= snapshot.index && index <= last;
    assertEquals([log.knows(index), log.termAt(index)], [known, term]);
    assertEquals([log.matches(index, term), log.matches(index, term + 1)], [known, false]);
    if (!known) continue;
    const { index: at, term: of } = log.idAt(index);
    assertEquals([at, of], [index, term]);
    if (index > snapshot.index) assertEquals(log.slice(index, last).length, last - index + 1);
  }
}

/** `count` entries from `first` on; each is an object of its own, so that versions can be told apart. */
function entriesFrom(first: number, count: number, term: number): readonly Entry[] {
  return Array.from({ length: count }, (_, i) => entryAt(proposal(Uint8Array.of(i & 255)), first + i, term));
}
