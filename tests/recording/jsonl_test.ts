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
import { sealed } from "./sealed_lines.ts";

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
  assertEquals(LINES[0], '{"recording":{"major":1,"minor":1}}');
  const kinds = LINES.map((line) => Object.keys(JSON.parse(line)).join());
  assertEquals(kinds.slice(0, 4), ["recording", "segment,text", "keyframe,text", "step"]);
  assertEquals(kinds.slice(-2), ["end,text", "complete,skippable,text"]);
  assertEquals(kinds.filter((kind) => kind === "step").length, LIFE.steps.length);
  assert(kinds.includes("hashes,text") && kinds.includes("entries,text"));
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
  const segment = JSON.parse(LINES[1]);
  const keyframe = JSON.parse(LINES[2]);
  const step = JSON.parse(LINES[3]);
  const text = "00000000";
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
      { segment: { ...segment.segment, version: { major: 9, minor: 0 } }, text },
      /^run.jsonl:2: segment format 9\.0 is newer than 1\.x, which this version reads$/,
    ],
    [
      2,
      { segment: { ...segment.segment, version: { major: 0, minor: 9 } }, text },
      /^run.jsonl:2: segment format 0\.9 is not known any more$/,
    ],
    [
      2,
      { segment: { ...segment.segment, payloads: "some" }, text },
      /^run.jsonl:2: "segment\.payloads" is wrong/,
    ],
    [
      3,
      { keyframe: { ...keyframe.keyframe, node: { ...keyframe.keyframe.node, term: 0.5 } }, text },
      /^run.jsonl:3: "keyframe\.node.*term" is wrong: 0\.5 is not a whole number/,
    ],
    [
      3,
      { keyframe: { ...keyframe.keyframe, node: { ...keyframe.keyframe.node, role: "king" } }, text },
      /^run.jsonl:3: "/,
    ],
    [
      3,
      { keyframe: { ...keyframe.keyframe, before: 7 }, text },
      /^run.jsonl:3: step 1 was expected here, and not step 8$/,
    ],
    [
      4,
      { step: { ...step.step, message: { type: "Nonsense" } } },
      /^run.jsonl:4: "step\.message" is wrong: it is no message$/,
    ],
    [4, { step: { ...step.step, message: { type: "Tick" } } }, /^run.jsonl:4: "step\.message\.random" is wrong/],
    [4, { step: { ...step.step, check: "xyz" } }, /^run.jsonl:4: "step\.check" is wrong: "xyz" is no check$/],
    [4, { step: { ...step.step, number: 0 } }, /^run.jsonl:4: the number of a step counts from 1$/],
    [5, { step: { ...step.step, number: 5 } }, /^run.jsonl:5: step 2 was expected here, and not step 5$/],
    [5, { end: { before: 1 }, text }, /^run.jsonl:5: the hashes after the steps before are missing$/],
    [
      4,
      { hashes: { outboxes: "0".repeat(16), states: "0".repeat(16), state: null }, text },
      /^run.jsonl:4: there are no steps before these hashes$/,
    ],
    [4, { strange: 1 }, /^run.jsonl:4: this is no kind of line that this version knows$/],
    [4, { strange: 1, skippable: true }, /^run.jsonl:4: this is no kind of line that this version knows$/],
    [4, 17, /^run.jsonl:4: this is no kind of line/],
  ];
  for (const [line, value, message] of cases) {
    await assertFails(sealed(LINES.with(line - 1, JSON.stringify(value))), message);
  }
  await assertFails(LINES.with(3, "{"), /^run.jsonl:4: the line is no JSON/);
  const entries = JSON.parse(LINES.find((line) => line.startsWith('{"entries"')) ?? "");
  entries.entries.entries[0].data = "!";
  const at = LINES.findIndex((line) => line.startsWith('{"entries"'));
  await assertFails(
    sealed(LINES.with(at, JSON.stringify(entries))),
    new RegExp(`^run.jsonl:${at + 1}: "entries.entries.0.data" is wrong`),
  );
});

Deno.test("lines that are missing, doubled or cut off are errors", async () => {
  for (let at = 0; at < LINES.length; at++) {
    await assertFails(LINES.toSpliced(at, 1), /^run.jsonl:\d+: /);
    await assertFails(LINES.slice(0, at), /^run.jsonl:\d+: the (recording is cut off here|file is empty)/);
    await assertFails(LINES.toSpliced(at, 0, LINES[at]), /^run.jsonl:\d+: /);
  }
  await assertFails([], /^run.jsonl:1: the file is empty$/);
});

Deno.test("of a later minor version, lines that may be passed over and members that are new are no error", async () => {
  for (const text of ["", ',"text":"00000000"']) {
    const lines = sealed([
      '{"recording":{"major":1,"minor":3},"new":1}',
      ...LINES.slice(1, 4).map((line) => line.replace("}", ',"new":{"a":[1]}}')),
      `{"weather":"fine","skippable":true${text}}`,
      ...LINES.slice(4),
    ]);
    assertEquals((await read(lines)).length, (await read(LINES)).length);
    await assertFails(lines.with(4, '{"weather":"bad"}'), /^run.jsonl:5: this is no kind of line/);
    await assertFails(lines.with(4, lines[4].replace("fine", "hail")), /^run.jsonl:\d+: .*"text" differs$/);
  }
});

Deno.test("a line whose check is not that of the text before it is an error that names the lines", async () => {
  const ms = LINES.with(3, LINES[3].replace('"ms":0', '"ms":1'));
  const hashes = LINES.findIndex((line) => line.startsWith('{"hashes"')) + 1;
  await assertFails(
    ms,
    new RegExp(`^run.jsonl:${hashes}: lines 4 to ${hashes} are not as written, or a line is missing`),
  );
  await assertFails(
    LINES.with(2, LINES[2].replace('"applies":0', '"applies":1')),
    /^run.jsonl:3: this line is not as /,
  );
  const unsealed = LINES[2].replace(/,"text":.*/, "}");
  await assertFails(LINES.with(2, unsealed), /^run.jsonl:3: the line does not end with its check, "text"$/);
  await assertFails([...LINES, LINES[4]], /there is another line, although the recording has ended before$/);
  await assertFails(LINES.slice(0, -1), /^run.jsonl:\d+: the recording is cut off here$/);
  await read([...LINES, ""]);
});

Deno.test("lines of version 1.0 have no checks, and are read without; those that are there have to be right", async () => {
  const first = '{"recording":{"major":1,"minor":0}}';
  const old = LINES.slice(1, -1).map((line) => line.replace(/,"text":.*/, "}"));
  assertEquals(
    canonical((await read([first, ...old])).map(({ record }) => record)),
    canonical((await read(LINES)).map(({ record }) => record)),
  );
  await assertFails([first, ...LINES.slice(1)], /^run.jsonl:2: lines 1 to 2 are not as written/);
  await assertFails([LINES[0], ...old], /^run.jsonl:2: the line does not end with its check/);
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
