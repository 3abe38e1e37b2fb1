/** The reader of frequent lines against the codecs: whatever it reads, the codecs read the same. */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import fc from "fast-check";
import type { Message } from "../../core/mod.ts";
import { seededRandom } from "../../effects/random/random.ts";
import { LineWriter } from "../../effects/recording/export_jsonl.ts";
import { LINES } from "../../effects/recording/json_record.ts";
import { LineScanner } from "../../effects/recording/line_scanner.ts";
import { LeftOut, type RecordingRecord } from "../../effects/recording/mod.ts";
import { LineReader } from "../../effects/recording/scan_line.ts";
import { encode, readMessage, writeMessage } from "../../effects/wire/mod.ts";
import { decode } from "../../effects/wire/reader.ts";
import { canonical } from "../properties/canonical.ts";
import { anyMessage } from "../wire/arbitraries.ts";
import * as samples from "../wire/samples.ts";

const READER = new LineReader();

/** Rare messages, which are left to the codec. */
const RARE: ReadonlySet<string> = new Set(["InstallSnapshot", "SnapshotAvailable", "ApplyConfChange"]);

const anyHash = fc.record({ high: fc.nat(), low: fc.integer({ min: 0, max: 2 ** 32 - 1 }) });

/** Messages as they come from a recording, whose members have the order in which they are read. */
const recordedMessage = anyMessage.map((message): Message => {
  const read = decode(encode(message, writeMessage), readMessage);
  assert(E.isRight(read));
  return read.right;
});

const steps: fc.Arbitrary<RecordingRecord> = fc.record({
  type: fc.constant("Steps" as const),
  before: fc.nat(),
  ms: fc.nat(),
  messages: fc.array(recordedMessage, { maxLength: 5 }),
  checks: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 5, maxLength: 5 }),
  hashes: fc.record({
    outboxes: anyHash,
    states: anyHash,
    state: fc.oneof(fc.constant(O.none), anyHash.map((hash) => O.some(hash))),
  }),
});

Deno.test("every frequent line that this program writes is read, and as the codec reads it", () => {
  fc.assert(
    fc.property(steps, (record) => {
      for (const line of linesOf(record)) {
        const message = JSON.parse(line).step?.message;
        assertSame(line, !RARE.has(message?.type) && typeof message?.random !== "string");
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("every message is read as the codec reads it, whatever is left out of it", () => {
  for (const message of Object.values<Message>(samples.MESSAGES)) {
    for (const hash of [O.none, O.some({ high: 0, low: 0xfedcba98 })]) {
      const left = "entries" in message
        ? { ...message, entries: message.entries.map((entry) => ({ ...entry, data: new LeftOut(9, hash) })) }
        : message;
      for (const told of [message, left] as Message[]) assertSame(stepLine(told), !RARE.has(told.type));
    }
  }
});

Deno.test("the entries of a keyframe are read as the codec reads them", () => {
  const { entries, prev } = samples.MESSAGES.Append;
  for (const line of linesOf({ type: "Entries", prev, entries })) assertSame(line, true);
  for (const line of linesOf({ type: "Entries", prev, entries: [] })) assertSame(line, true);
});

Deno.test("numbers are read to the last bit", () => {
  const numbers = [0, 1, 0.1, 0.5, 1e-7, 1.5e300, 5e-324, 2 ** 53, 123456789012345.6, 0.1234567890123456, 1e21, 1 / 3];
  const random = seededRandom(5);
  for (let i = 0; i < 5_000; i++) {
    numbers.push(random.next(), random.next() * 10 ** Math.floor(40 * random.next() - 20));
  }
  const line = new LineScanner();
  for (const number of [...numbers, ...numbers.map((n) => -n).filter((n) => n !== 0)]) {
    line.begin(JSON.stringify(number));
    assertEquals(line.real(), number);
    assert(line.complete, `${number}`);
  }
});

Deno.test("a line in which anything was changed is read as the codec reads it, or left to the codec", () => {
  const random = seededRandom(9);
  const lines = [...Object.values<Message>(samples.MESSAGES).map(stepLine), ...hashLines(), ...entryLines()];
  const alphabet = '0123456789-+.eE"{}[],:=/\\ abcdefnrtulsAZ\u00e9\u0000';
  const outcomes = { left: 0, read: 0 };
  for (let run = 0; run < 40_000; run++) {
    const line = lines[run % lines.length];
    const at = Math.floor(random.next() * line.length);
    const other = alphabet[Math.floor(random.next() * alphabet.length)];
    const kind = random.next();
    const changed = kind < 0.5
      ? line.slice(0, at) + other + line.slice(at + 1)
      : kind < 0.75
      ? line.slice(0, at) + other + line.slice(at)
      : kind < 0.9
      ? line.slice(0, at) + line.slice(at + 1)
      : line.slice(0, at);
    outcomes[assertSame(changed, false) ? "read" : "left"]++;
  }
  assert(outcomes.left > 20_000 && outcomes.read > 1_000, JSON.stringify(outcomes));
});

Deno.test("members in another order, spaces and escapes are left to the codec, and new members too", () => {
  const line = stepLine({ type: "Applied", index: 7 });
  const same = [
    line.replace('"type":"Applied","index":7', '"index":7,"type":"Applied"'),
    line.replace('"check":', '"check" :'),
    line.replace('"ms":', '"ms": '),
    line.replace('"Applied"', '"\\u0041pplied"'),
    `${line} `,
  ];
  for (const other of same) {
    assert(other !== line);
    assertEquals(READER.read(other), null);
    assertEquals(canonical(byCodec(other)), canonical(byCodec(line)));
  }
  assertEquals(READER.read(line.replace('"index":7', '"index":7,"new":[1]')), null);
});

/** Whether the line is read; if it is, the codec reads the same. */
function assertSame(line: string, mustBeRead: boolean): boolean {
  const read = READER.read(line);
  assert(read !== null || !mustBeRead, `${line} was not read`);
  if (read !== null) assertEquals(canonical(read), canonical(byCodec(line)), line);
  return read !== null;
}

function byCodec(line: string): unknown {
  const { text: _, ...value } = JSON.parse(line);
  const decoded: E.Either<unknown, unknown> = "step" in value
    ? LINES.step.decode(value)
    : "hashes" in value
    ? LINES.hashes.decode(value)
    : LINES.entries.decode(value);
  assert(E.isRight(decoded), `the codec refuses ${line}`);
  return decoded.right;
}

function* linesOf(record: RecordingRecord): Generator<string> {
  yield* new LineWriter().record(record);
}

function stepLine(message: Message): string {
  const hashes = { outboxes: { high: 1, low: 2 }, states: { high: 3, low: 4 }, state: O.none };
  const [line] = linesOf({ type: "Steps", before: 41, ms: 5, messages: [message], checks: [0xabcdef01], hashes });
  return line;
}

function hashLines(): readonly string[] {
  const hash = { high: 0xfedcba98, low: 1 };
  return [O.none, O.some(hash)].flatMap((state) => [...linesOf({
    type: "Steps",
    before: 0,
    ms: 0,
    messages: [],
    checks: [],
    hashes: { outboxes: hash, states: hash, state },
  })]);
}

function entryLines(): readonly string[] {
  const { entries, prev } = samples.MESSAGES.Append;
  return [...linesOf({ type: "Entries", prev, entries })];
}
