import { assert, assertEquals, assertRejects } from "@std/assert";
import * as E from "fp-ts/Either";
import fc from "fast-check";
import { Log, type Message, type Node } from "../../core/mod.ts";
import { exportLines } from "../../effects/recording/export_jsonl.ts";
import { message as messageCodec } from "../../effects/recording/json_message.ts";
import { node as nodeCodec } from "../../effects/recording/json_node.ts";
import { real } from "../../effects/recording/json_values.ts";
import { type PlacedRecord, RecordingError } from "../../effects/recording/mod.ts";
import { readJsonLines } from "../../effects/recording/read_jsonl.ts";
import { canonical } from "../properties/canonical.ts";
import { nodesOfEachRole } from "../properties/pool.ts";
import { anyMessage } from "../wire/arbitraries.ts";
import { observable } from "../wire/round_trip.ts";
import * as samples from "../wire/samples.ts";
import { loneLife, record, recordsOn } from "./lives.ts";

const LIFE = loneLife({ commands: 20, compactEvery: 10 });
const LINES = await linesOf(await recordsOn(await record([LIFE], { hashEvery: 10, keyframeEvery: 40, msPerStep: 10 })));

Deno.test("every message has a JSON form, and comes back as it was", () => {
  const messages: readonly Message[] = Object.values(samples.MESSAGES);
  for (const message of messages) assertSame(messageCodec, message, canonical);
  fc.assert(fc.property(anyMessage, (message) => assertSame(messageCodec, message, canonical)));
});

Deno.test("a state in every role has a JSON form, and comes back as it was", () => {
  for (const node of [...Object.values(samples.NODES), ...nodesOfEachRole(10)]) {
    const bare: Node = { ...node, log: Log.after(node.log.snapshot) };
    assertSame(nodeCodec, bare, observable);
  }
});

Deno.test("numbers that JSON does not have are written as text", () => {
  const numbers = [0, -0, 0.1, 1e300, NaN, Infinity, -Infinity, 2 ** 53 - 1, 5e-324];
  assertEquals(numbers.map((n) => JSON.stringify(real.encode(n))), [
    ...["0", '"-0"', "0.1", "1e+300", '"NaN"', '"Infinity"', '"-Infinity"', "9007199254740991", "5e-324"],
  ]);
  for (const n of numbers) assertSame(real, n, canonical);
  for (const text of ["1", "", "infinity", "0x10"]) assert(E.isLeft(real.decode(text)), text);
});

Deno.test("the lines are what the documentation says", () => {
  assertEquals(LINES[0], '{"recording":{"major":1,"minor":0}}');
  const kinds = LINES.map((line) => Object.keys(JSON.parse(line)).join());
  assertEquals(kinds.slice(0, 4), ["recording", "segment", "keyframe", "step"]);
  assertEquals(kinds[kinds.length - 1], "end");
  assertEquals(kinds.filter((kind) => kind === "step").length, LIFE.steps.length);
  assert(kinds.includes("hashes") && kinds.includes("entries"));
  const tick = '{"step":{"number":1,"ms":0,"message":{"type":"Campaign"},"check":"';
  assert(LINES.some((line) => line.startsWith(tick)));
});

Deno.test("lines may come in any portions, and an empty one at the end is none", async () => {
  const whole = await read(LINES);
  const portions = LINES.map((line) => [line]);
  assertEquals(canonical(await collect(readJsonLines("run.jsonl", [...portions, [""]]))), canonical(whole));
});

Deno.test("every record says in which line it is", async () => {
  for (const { record, place } of await read(LINES)) {
    assertEquals([place.file, place.unit], ["run.jsonl", "line"]);
    const kind = Object.keys(JSON.parse(LINES[place.at - 1]))[0];
    assertEquals(kind, record.type === "Steps" ? "hashes" : record.type.toLowerCase());
  }
});

Deno.test("what is wrong with a line is an error that names file, line and member", async () => {
  const keyframe = JSON.parse(LINES[2]);
  const step = JSON.parse(LINES[3]);
  const cases: readonly [number, unknown, RegExp][] = [
    [
      1,
      { recording: { major: 2, minor: 0 } },
      /^run.jsonl:1: recording format 2\.0 is newer than 1\.x, which this version reads$/,
    ],
    [1, { recording: { major: 0, minor: 3 } }, /^run.jsonl:1: recording format 0\.3 is not known any more$/],
    [1, { recording: { major: "1", minor: 0 } }, /^run.jsonl:1: "recording\.major" is wrong: "1" is no /],
    [1, step, /^run.jsonl:1: a recording begins with a line that says so$/],
    [2, { recording: { major: 1, minor: 0 } }, /^run.jsonl:2: another recording begins here/],
    [
      2,
      { segment: { ...JSON.parse(LINES[1]).segment, version: { major: 9, minor: 0 } } },
      /^run.jsonl:2: segment format 9\.0 is newer than 1\.x, which this version reads$/,
    ],
    [
      2,
      { segment: { ...JSON.parse(LINES[1]).segment, version: { major: 0, minor: 9 } } },
      /^run.jsonl:2: segment format 0\.9 is not known any more$/,
    ],
    [
      2,
      { segment: { ...JSON.parse(LINES[1]).segment, payloads: "some" } },
      /^run.jsonl:2: "segment\.payloads" is wrong/,
    ],
    [
      3,
      { keyframe: { ...keyframe.keyframe, node: { ...keyframe.keyframe.node, term: 0.5 } } },
      /^run.jsonl:3: "keyframe\.node.*term" is wrong: 0\.5 is not a whole number/,
    ],
    [3, { keyframe: { ...keyframe.keyframe, node: { ...keyframe.keyframe.node, role: "king" } } }, /^run.jsonl:3: /],
    [3, { keyframe: { ...keyframe.keyframe, before: 7 } }, /^run.jsonl:3: step 1 was expected here, and not step 8$/],
    [
      4,
      { step: { ...step.step, message: { type: "Nonsense" } } },
      /^run.jsonl:4: "step\.message" is wrong: it is no message$/,
    ],
    [4, { step: { ...step.step, message: { type: "Tick" } } }, /^run.jsonl:4: "step\.message\.random" is wrong/],
    [4, { step: { ...step.step, check: "xyz" } }, /^run.jsonl:4: "step\.check" is wrong: "xyz" is no check$/],
    [4, { step: { ...step.step, number: 0 } }, /^run.jsonl:4: the number of a step counts from 1$/],
    [5, { step: { ...step.step, number: 5 } }, /^run.jsonl:5: step 2 was expected here, and not step 5$/],
    [5, { end: { before: 1 } }, /^run.jsonl:5: the hashes after the steps before are missing$/],
    [
      4,
      { hashes: { outboxes: "0".repeat(16), states: "0".repeat(16), state: null } },
      /^run.jsonl:4: there are no steps before these hashes$/,
    ],
    [4, { strange: 1 }, /^run.jsonl:4: this is no kind of line that this version knows$/],
    [4, { strange: 1, skippable: true }, /^run.jsonl:4: this is no kind of line that this version knows$/],
    [4, 17, /^run.jsonl:4: this is no kind of line/],
  ];
  for (const [line, value, message] of cases) await assertFails(LINES.with(line - 1, JSON.stringify(value)), message);
  await assertFails(LINES.with(3, "{"), /^run.jsonl:4: the line is no JSON/);
  const entries = JSON.parse(LINES.find((line) => line.startsWith('{"entries"')) ?? "");
  entries.entries.entries[0].data = "!";
  const at = LINES.findIndex((line) => line.startsWith('{"entries"'));
  await assertFails(
    LINES.with(at, JSON.stringify(entries)),
    new RegExp(`^run.jsonl:${at + 1}: "entries.entries.0.data" is wrong`),
  );
});

Deno.test("lines that are missing, doubled or cut off are errors", async () => {
  for (let at = 1; at < LINES.length; at++) {
    // Hashes say nothing of which steps they follow: without some of them the recording is whole, if less is compared.
    if (LINES[at].startsWith('{"hashes"')) continue;
    await assertFails(LINES.toSpliced(at, 1), /^run.jsonl:\d+: /);
    if (at < LINES.length - 1) {
      await assertFails(LINES.slice(0, at), /^run.jsonl:\d+: the recording is (cut off here|empty)/);
    }
    await assertFails(LINES.toSpliced(at, 0, LINES[at]), /^run.jsonl:\d+: /);
  }
  await assertFails([], /^run.jsonl:1: the file is empty$/);
});

Deno.test("of a later minor version, lines that may be passed over and members that are new are no error", async () => {
  const lines = [
    '{"recording":{"major":1,"minor":3},"new":1}',
    ...LINES.slice(1, 4),
    '{"weather":"fine","skippable":true}',
    ...LINES.slice(4),
  ];
  assertEquals((await read(lines)).length, (await read(LINES)).length);
  await assertFails(lines.with(4, '{"weather":"bad"}'), /^run.jsonl:5: this is no kind of line/);
});

Deno.test("payloads that were left out are described", async () => {
  for (
    const [payloads, expected] of [["hash", /"data":\{"length":20,"hash":"[0-9a-f]{16}"\}/], [
      "none",
      /"data":\{"length":20,"hash":null\}/,
    ]] as const
  ) {
    const lines = await linesOf(await recordsOn(await record([LIFE], { payloads })));
    assert(lines.some((line) => expected.test(line)), payloads);
    await read(lines);
  }
});

function assertSame<A>(
  codec: { encode(value: A): unknown; decode(value: unknown): E.Either<unknown, A> },
  value: A,
  text: (value: unknown) => string,
): void {
  const decoded = codec.decode(JSON.parse(JSON.stringify(codec.encode(value))));
  assert(E.isRight(decoded), text(value));
  assertEquals(text(decoded.right), text(value));
}

async function linesOf(records: readonly PlacedRecord[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const some of exportLines([records])) lines.push(...some);
  return lines;
}

async function read(lines: readonly string[]): Promise<readonly PlacedRecord[]> {
  return await collect(readJsonLines("run.jsonl", [lines]));
}

async function collect(records: AsyncIterable<readonly PlacedRecord[]>): Promise<readonly PlacedRecord[]> {
  const all: PlacedRecord[] = [];
  for await (const some of records) all.push(...some);
  return all;
}

async function assertFails(lines: readonly string[], message: RegExp): Promise<void> {
  const error = await assertRejects(() => read(lines), RecordingError);
  assert(message.test(error.message), `${error.message} is not ${message}`);
}
