import { assert, assertEquals } from "@std/assert";
import { contentOf } from "../../effects/disk/content_of.ts";
import type { Message, Node } from "../../core/mod.ts";
import { exportLines } from "../../effects/recording/export_jsonl.ts";
import { LeftOut, type Payloads, type PlacedRecord } from "../../effects/recording/mod.ts";
import { readJsonLines } from "../../effects/recording/read_jsonl.ts";
import { canonical } from "../properties/canonical.ts";
import { type Life, type LifeStep, randomLives, record, recordsOn, replayed, seen } from "./lives.ts";

const RUNS = 40;

/** Small enough that in every run there are several segments and keyframes. */
const SMALL = { hashEvery: 5, keyframeEvery: 13, segmentBytes: 2_000, msPerStep: 40 };

const CLUSTERS = randomLives(RUNS);

Deno.test("what was recorded replays to the same states and outboxes", async () => {
  let steps = 0;
  for (const lives of ofEachNode()) {
    const { replayer, seen: got } = await replayed(await recordsOn(await record(lives, SMALL)));
    assertEquals(replayer.differences, []);
    assertEquals(got, seen(lives));
    assertEquals(replayer.summary.steps, got.length);
    assertEquals(replayer.summary.runs, lives.length);
    steps += got.length;
  }
  assert(steps > 3_000, `${steps} steps`);
});

Deno.test("what was exported replays to the same states and outboxes", async () => {
  for (const payloads of ["full", "hash", "none"] as const) {
    for (const lives of ofEachNode(20)) {
      const records = await recordsOn(await record(lives, { ...SMALL, payloads }));
      const again = await throughLines(records);
      assertEquals(canonical(again.map(({ record }) => record)), canonical(records.map(({ record }) => record)));
      const [binary, text] = [await replayed(records), await replayed(again)];
      assertEquals(text.replayer.differences, []);
      assertEquals(text.seen, binary.seen);
    }
  }
});

for (const payloads of ["hash", "none"] as const) {
  Deno.test(`without payloads, "${payloads}", it replays to the same but for them`, async () => {
    let leftOut = 0;
    for (const lives of ofEachNode(25)) {
      const records = await recordsOn(await record(lives, { ...SMALL, payloads }));
      const got: string[] = [];
      const { replayer } = await replayed(records, {
        watch: {
          stepped({ after, message, outbox }) {
            leftOut += countLeftOut(message);
            got.push(withoutData({ message, after, outbox }));
          },
        },
      });
      assertEquals(replayer.differences, []);
      assertEquals(got, lives.flatMap(({ steps }) => steps.map(withoutData)));
    }
    assert(leftOut > 100, `${leftOut} payloads were left out`);
  });
}

Deno.test("a recording that keeps hashes of payloads has the hashes of one that keeps them whole", async () => {
  let others = 0;
  for (const lives of ofEachNode(20)) {
    const [full, hash, none] = await Promise.all(
      (["full", "hash", "none"] as const).map((payloads) => hashesOf(lives, payloads)),
    );
    assertEquals(hash, full);
    if (canonical(none) !== canonical(full)) others++;
  }
  assert(others > 10, `${others} recordings have other hashes without payloads`);
});

Deno.test("a recording without payloads does not hold them", async () => {
  const secret = new TextEncoder().encode("correct horse battery staple");
  const message: Message = {
    type: "Propose",
    ticket: 1,
    entries: [{ type: "normal", data: secret, size: 2 + secret.length }],
  };
  const [lives] = ofEachNode();
  const life: Life = { ...lives[0], steps: [{ message, after: lives[0].first, outbox: [] }] };
  for (const payloads of ["full", "hash", "none"] as const) {
    const disk = await record([life], { payloads });
    const bytes = contentOf(disk.open(disk.list("")[0]));
    assertEquals(new TextDecoder().decode(bytes).includes("battery"), payloads === "full", payloads);
  }
});

/** The lives of every node of every run, where it took a step. */
function ofEachNode(runs: number = RUNS): readonly (readonly Life[])[] {
  return CLUSTERS.slice(0, runs).flatMap((lives) =>
    [...new Set(lives.map(({ id }) => id))]
      .map((id) => lives.filter((life) => life.id === id))
      .filter((lives) => lives.some(({ steps }) => steps.length > 0))
  );
}

async function throughLines(records: readonly PlacedRecord[]): Promise<readonly PlacedRecord[]> {
  const again: PlacedRecord[] = [];
  for await (const some of readJsonLines("run.jsonl", exportLines([records]))) again.push(...some);
  return again;
}

async function hashesOf(lives: readonly Life[], payloads: Payloads): Promise<unknown> {
  // Where keyframes come depends on how many bytes there are between, and the chains of hashes begin anew with each of them.
  const records = await recordsOn(await record(lives, { hashEvery: 5, payloads }));
  return records.flatMap(({ record }) => record.type === "Steps" ? [record.hashes, record.checks] : []);
}

/** A step as text, with the length of every payload in the place of it. */
function withoutData({ message, after, outbox }: LifeStep): string {
  return canonical(blanked({ message, after: { ...after, log: entriesOf(after) }, outbox }));
}

function blanked(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(blanked);
  const members = Object.entries(value).map(([name, member]) => [name, blanked(member)]);
  const isEntry = "data" in value && "size" in value && "type" in value && value.type === "normal";
  return isEntry && value.data instanceof Uint8Array
    ? { ...Object.fromEntries(members), data: value.data.length }
    : Object.fromEntries(members.map(([name, member]) => name === "inflights" ? [name, null] : [name, member]));
}

function entriesOf({ log }: Node): unknown {
  return { snapshot: log.snapshot, entries: log.slice(log.first, log.last.index) };
}

function countLeftOut(message: Message): number {
  return "entries" in message ? message.entries.filter(({ data }) => data instanceof LeftOut).length : 0;
}
