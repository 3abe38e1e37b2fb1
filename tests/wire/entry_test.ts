/**
 * Entries, proposals, and the other parts that messages and records are made of.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  type ConfChange,
  type ConfigurationIds,
  type Entry,
  entryAt,
  type EntryId,
  type EntryType,
  type HardState,
  ORIGIN,
  type Proposal,
  proposal,
  type Snapshot,
} from "../../core/mod.ts";
import {
  encode,
  readConfChange,
  readConfiguration,
  readEntries,
  readEntry,
  readEntryId,
  readHardState,
  readProposal,
  readProposals,
  readSnapshot,
  writeConfChange,
  writeConfiguration,
  writeEntries,
  writeEntry,
  writeEntryId,
  writeHardState,
  writeProposal,
  writeProposals,
  writeSnapshot,
} from "../../effects/wire/mod.ts";
import { anyEntry, anyProposal, entryId, hardState, messages } from "./arbitraries.ts";
import { assertRefused, assertRoundTrip, type Codec } from "./round_trip.ts";
import { CHANGE, CONFIGURATION, ENTRIES, SNAPSHOT } from "./samples.ts";

const TYPES: readonly EntryType[] = ["normal", "confChange", "confChangeV2", "empty"];

const behind = (before: EntryId): Codec<Entry> => ({
  write: (writer, entry) => writeEntry(writer, entry, before),
  read: (reader) => readEntry(reader, before),
});
const entries: Codec<readonly Entry[]> = { write: writeEntries, read: readEntries };
const anyProposals: Codec<readonly Proposal[]> = { write: writeProposals, read: readProposals };
const oneProposal: Codec<Proposal> = { write: writeProposal, read: readProposal };
const position: Codec<EntryId> = { write: writeEntryId, read: readEntryId };
const hardStates: Codec<HardState> = { write: writeHardState, read: readHardState };
const configurations: Codec<ConfigurationIds> = { write: writeConfiguration, read: readConfiguration };
const snapshots: Codec<Snapshot> = { write: writeSnapshot, read: readSnapshot };
const changes: Codec<ConfChange> = { write: writeConfChange, read: readConfChange };

describe("An entry", () => {
  it("comes back, behind any position", () => {
    fc.assert(
      fc.property(anyEntry, entryId, (entry, before) => assertRoundTrip(behind(before), entry)),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("takes two bytes besides its data where it follows in the same term", () => {
    const before = { index: 5_000_000, term: 70_000 };
    for (const type of TYPES) {
      for (const length of [0, 1, 64, 127]) {
        const entry = entryAt(proposal(new Uint8Array(length), type), before.index + 1, before.term);
        assertRoundTrip(behind(before), entry);
        assertEquals(encode(entry, behind(before).write).length, 2 + length);
      }
    }
  });

  it("has its size written only where the core would not compute it, at every length of its numbers", () => {
    for (
      const n of [1, 127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 35, 2 ** 42, 2 ** 49, 2 ** 53 - 2]
    ) {
      const usual = entryAt(proposal(Uint8Array.of(1)), n, n);
      const before = { index: n - 1, term: n };
      assertEquals(encode(usual, behind(before).write).length, 3, String(n));
      for (const size of [0, usual.size - 1, usual.size + 1]) {
        assertRoundTrip(behind(before), { ...usual, size });
      }
    }
  });

  it("is refused if it says what follows from the position before it", () => {
    const before = { index: 6, term: 2 };
    const data = [1, 9];
    for (const flags of [4, 8, 16]) {
      const written = flags === 4 ? 7 : flags === 8 ? 2 : entryAt(proposal(Uint8Array.of(9)), 7, 2).size;
      const bytes = Uint8Array.of(flags, written, ...data);
      assertMatch(assertRefused(bytes, behind(before).read), /longer than it has to be/);
    }
  });

  it("is refused behind the last position that there is", () => {
    const last = { index: Number.MAX_SAFE_INTEGER, term: 1 };
    for (const bytes of [[0, 0], [8, 2, 0]]) {
      assertMatch(assertRefused(Uint8Array.from(bytes), behind(last).read), /an index is too large/);
    }
  });

  it("is refused with flags that have no meaning", () => {
    for (const flags of [32, 64, 128, 255]) {
      assertMatch(assertRefused(Uint8Array.of(flags, 0, 0, 0), behind(ORIGIN).read), /is no kind of entry/);
    }
  });
});

describe("A list of entries", () => {
  it("comes back, in order or not", () => {
    assertRoundTrip(entries, []);
    assertRoundTrip(entries, ENTRIES);
    assertRoundTrip(entries, ENTRIES.toReversed());
    fc.assert(fc.property(fc.array(anyEntry, { maxLength: 5 }), (list) => assertRoundTrip(entries, list)), {
      seed: 1,
      numRuns: 500,
    });
  });

  it("is refused where so many entries cannot be", () => {
    assertMatch(assertRefused(Uint8Array.of(3, 0, 0, 0, 0, 0), entries.read), /3 elements cannot be/);
  });
});

describe("A proposal", () => {
  it("comes back, alone or in a list", () => {
    fc.assert(fc.property(anyProposal, (one) => assertRoundTrip(oneProposal, one)), { seed: 1, numRuns: 1000 });
    fc.assert(
      fc.property(fc.array(anyProposal, { maxLength: 5 }), (list) => assertRoundTrip(anyProposals, list)),
      { seed: 1, numRuns: 500 },
    );
  });

  it("is refused with the size that it has anyway, or with flags that have no meaning", () => {
    assertMatch(assertRefused(Uint8Array.of(16, 3, 1, 9), oneProposal.read), /does not have to be/);
    for (const flags of [4, 8, 32]) {
      assertMatch(assertRefused(Uint8Array.of(flags, 1, 1, 9), oneProposal.read), /is no kind of proposal/);
    }
  });
});

describe("The parts of messages and records come back:", () => {
  it("positions and hard states", () => {
    fc.assert(fc.property(entryId, (id) => assertRoundTrip(position, id)), { seed: 1, numRuns: 300 });
    fc.assert(fc.property(hardState, (state) => assertRoundTrip(hardStates, state)), { seed: 1, numRuns: 300 });
  });

  it("configurations and snapshots", () => {
    assertRoundTrip(configurations, CONFIGURATION);
    assertRoundTrip(snapshots, SNAPSHOT);
    fc.assert(
      fc.property(messages.InstallSnapshot, ({ snapshot }) => {
        assertRoundTrip(snapshots, snapshot);
        assertRoundTrip(configurations, snapshot.configuration);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("configuration changes", () => {
    assertRoundTrip(changes, CHANGE);
    fc.assert(fc.property(messages.ApplyConfChange, ({ change }) => assertRoundTrip(changes, change)), {
      seed: 1,
      numRuns: 500,
    });
    assertMatch(assertRefused(Uint8Array.of(3, 0, 0), changes.read), /3 is no transition/);
    assertMatch(assertRefused(Uint8Array.of(0, 1, 4, 1, 0), changes.read), /4 is no change/);
  });
});
