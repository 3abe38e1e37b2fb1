import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Entry, entryAt, Log, NO_MEMBERS, proposal } from "../../core/mod.ts";
import { Hasher, hexadecimal } from "../../effects/recording/hash.ts";
import { LogHash } from "../../effects/recording/log_hash.ts";

/** What a step may do to a log. */
type Change =
  | { readonly type: "append"; readonly back: number; readonly count: number; readonly term: number }
  | { readonly type: "compact"; readonly count: number }
  | { readonly type: "restore"; readonly ahead: number }
  | { readonly type: "advance"; readonly count: number };

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant("append" as const),
        back: fc.nat(3),
        count: fc.nat(40),
        term: fc.nat(9),
      }),
    },
    fc.record({ type: fc.constant("compact" as const), count: fc.nat(50) }),
    fc.record({ type: fc.constant("restore" as const), ahead: fc.integer({ min: -5, max: 20 }) }),
    fc.record({ type: fc.constant("advance" as const), count: fc.nat(30) }),
  ),
  { maxLength: 30 },
);

Deno.test("a sum that follows every change of a log is the sum from scratch", () => {
  fc.assert(fc.property(fc.nat(100), changes, (length, changes) => {
    const followed = new LogHash("full");
    let log = Log.of({ index: 5, term: 1 }, entries(6, length, 1));
    followed.reset(log);
    for (const change of changes) {
      if (change.type === "advance") followed.advance(change.count);
      else followed.follow(log = changed(log, change));
    }
    followed.advance();
    assertEquals(sumOf(followed), sumOf(fresh(log)));
  }));
});

Deno.test("what has changed is the same, however much of the log was summed up", () => {
  fc.assert(fc.property(fc.nat(100), changes, (length, changes) => {
    const [lazy, eager] = [new LogHash("full"), new LogHash("full")];
    let log = Log.of({ index: 5, term: 1 }, entries(6, length, 1));
    lazy.reset(log);
    eager.reset(log);
    eager.advance();
    for (const change of changes) {
      if (change.type === "advance") {
        lazy.advance(change.count);
      } else {
        log = changed(log, change);
        lazy.follow(log);
        eager.follow(log);
      }
      assertEquals(changesOf(lazy), changesOf(eager));
    }
  }));
});

Deno.test("a long log is summed up in pieces", () => {
  const log = Log.of({ index: 0, term: 0 }, entries(1, 10_000, 1));
  const hash = new LogHash("full");
  hash.reset(log);
  let pieces = 0;
  while (!hash.advance(1_000)) pieces++;
  assertEquals(pieces, 9);
  assertEquals(sumOf(hash), sumOf(fresh(log)));
  hash.reset(log);
  for (pieces = 0; !hash.advance(Infinity, 1_000);) pieces++;
  assert(pieces > 15, `${pieces} pieces by their bytes`);
});

Deno.test("an entry has the same hash, whether it is known already or not", () => {
  const log = Log.of({ index: 0, term: 0 }, entries(1, 20, 1));
  const hash = fresh(log);
  const empty = new LogHash("full");
  for (let index = 1; index <= 20; index++) {
    const [known, unknown] = [new Hasher(), new Hasher()];
    hash.entry(known, log.at(index));
    empty.entry(unknown, log.at(index));
    assertEquals(known.hash(), unknown.hash());
  }
});

Deno.test("an entry that only looks like one of the log is hashed for itself", () => {
  const log = Log.of({ index: 0, term: 0 }, entries(1, 3, 1));
  const hash = fresh(log);
  const [ours, other] = [new Hasher(), new Hasher()];
  hash.entry(ours, log.at(2));
  hash.entry(other, { ...log.at(2), data: Uint8Array.of(99) });
  assert(ours.hash().low !== other.hash().low);
});

Deno.test("a log that does not follow from the one before is summed up anew", () => {
  const hash = fresh(Log.of({ index: 0, term: 0 }, entries(1, 10, 1)));
  const other = Log.of({ index: 0, term: 0 }, entries(1, 30, 2)).append(entries(31, 1, 2));
  hash.follow(other);
  hash.advance();
  assertEquals(sumOf(hash), sumOf(fresh(other)));
});

function changed(log: Log, change: Exclude<Change, { type: "advance" }>): Log {
  const { last, snapshot } = log;
  switch (change.type) {
    case "append": {
      const from = Math.max(last.index - change.back, snapshot.index) + 1;
      return log.append(entries(from, change.count, Math.max(change.term, log.termAt(from - 1))));
    }
    case "compact":
      return log.compact(Math.min(snapshot.index + change.count, last.index));
    case "restore": {
      const index = Math.max(last.index + change.ahead, snapshot.index);
      return log.restore({ index, term: 9, configuration: NO_MEMBERS, data: new Uint8Array(0) });
    }
  }
}

let made = 0;

function entries(from: number, count: number, term: number): readonly Entry[] {
  return Array.from({ length: count }, (_, i) => entryAt(proposal(bytesOf(made++)), from + i, term));
}

function bytesOf(n: number): Uint8Array {
  return new TextEncoder().encode(`${n}`.repeat(n % 60));
}

function fresh(log: Log): LogHash {
  const hash = new LogHash("full");
  hash.reset(log);
  hash.advance();
  return hash;
}

function sumOf(hash: LogHash): string {
  assert(hash.complete);
  const hasher = new Hasher();
  hash.sum(hasher);
  return hexadecimal(hasher.hash());
}

function changesOf(hash: LogHash): string {
  const hasher = new Hasher();
  hash.changes(hasher);
  return hexadecimal(hasher.hash());
}
