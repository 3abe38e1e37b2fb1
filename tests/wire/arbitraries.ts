/**
 * Random values that the codec has to carry: every number is a whole one.
 *
 * @module
 */
import fc from "fast-check";
import * as O from "fp-ts/Option";
import {
  type Entry,
  type EntryId,
  type EntryType,
  type HardState,
  type Message,
  type MessageType,
  type Proposal,
  proposal,
  type Tick,
} from "../../core/mod.ts";
import { arbitraries } from "../properties/messages.ts";

/** Whole numbers of all lengths; the messages' generators add a little to some of them. */
export const whole: fc.Arbitrary<number> = fc.oneof(
  fc.nat({ max: 12 }),
  fc.nat({ max: 300 }),
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.maxSafeNat().map((n) => Math.min(n, Number.MAX_SAFE_INTEGER - 100)),
);

/** Bytes, often none, sometimes more than a length of one byte can say. */
export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.nat({ max: 300 }).map((length) => new Uint8Array(length).fill(length)),
);

/** A position. */
export const entryId: fc.Arbitrary<EntryId> = fc.record({ index: whole, term: whole }).map((id) => ({ ...id }));

const type: fc.Arbitrary<EntryType> = fc.constantFrom("normal", "confChange", "confChangeV2", "empty");

/** A proposal with the size that the core gives it, or with another one. */
export const anyProposal: fc.Arbitrary<Proposal> = fc.oneof(
  fc.tuple(bytes, type).map(([data, type]) => proposal(data, type)),
  fc.tuple(bytes, type, whole).map(([data, type, size]) => ({ type, data, size })),
);

/** An entry anywhere, whatever its size. */
export const anyEntry: fc.Arbitrary<Entry> = fc.tuple(entryId, anyProposal).map(([{ index, term }, proposal]) => {
  const { type, data, size } = proposal;
  return { index, term, type, data, size };
});

/** A hard state. */
export const hardState: fc.Arbitrary<HardState> = fc.tuple(whole, fc.option(whole), whole).map(
  ([term, vote, commit]) => ({ term, vote: O.fromNullable(vote), commit }),
);

/** A message of each type. */
export const messages: { readonly [K in MessageType]: fc.Arbitrary<Extract<Message, { type: K }>> } = {
  ...arbitraries(whole),
  Tick: fc.double().map((random): Tick => ({ type: "Tick", random })),
};

/** Any message. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(...Object.values(messages));
