/**
 * What RaftKV's stores cost: `deno run -A tests/kv/kv_bench.ts [ROWS] [VALUE_BYTES]`. With 200,000 rows of 1,000 bytes, the
 * snapshot has 200 MB.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { kvCommandCodec, kvStateMachine, type KvStore, memoryStore, sqliteStore } from "../../effects/kv/mod.ts";
import type { KvCommand } from "../../effects/kv/mod.ts";
import { seededRandom } from "../../effects/random/random.ts";

const ROWS = Number(Deno.args[0] ?? 100_000);
const VALUE_BYTES = Number(Deno.args[1] ?? 64);
const BATCH = 64;
const random = seededRandom(1);
const ENCODER = new TextEncoder();
const keys = Array.from({ length: ROWS }, (_, i) => ENCODER.encode(`key:${String(i).padStart(12, "0")}`));

/** Values that differ, since SQLite does not write a page that stays the same. */
const values = Array.from({ length: 997 }, () => random.bytes(VALUE_BYTES));

function setOf(key: Uint8Array, value: Uint8Array): KvCommand {
  return { type: "Set", cf: "default", key, value, condition: "always", returnOld: false };
}

function anyKey(): Uint8Array {
  return keys[Math.floor(random.next() * ROWS)];
}

/** Prints time and CPU of the whole process per operation, and the longest turn of the loop meanwhile. */
async function measure(name: string, count: number, work: () => void | Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 2));
  clearInterval(timer);
  const { user, system } = process.cpuUsage(cpu);
  const each = (1000 * ms / count).toFixed(2).padStart(10);
  const eachCpu = ((user + system) / count).toFixed(2).padStart(10);
  console.log(`${name.padEnd(40)}${each} µs ${eachCpu} µs CPU   longest turn ${longest.toFixed(1).padStart(6)} ms`);
  return ms;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function benchCodec(): Promise<void> {
  const command = setOf(keys[7], values[0]);
  const bytes = kvCommandCodec.encode(command);
  for (let round = 0; round < 3; round++) {
    await measure("codec: encode a SET", 1_000_000, () => {
      for (let i = 0; i < 1_000_000; i++) kvCommandCodec.encode(command);
    });
    await measure("codec: decode a SET", 1_000_000, () => {
      for (let i = 0; i < 1_000_000; i++) kvCommandCodec.decode(bytes);
    });
  }
}

async function benchStore(name: string, store: KvStore): Promise<void> {
  const machine = kvStateMachine(store);
  let index = 0;
  const write = async (count: number, keyAt: (i: number) => Uint8Array) => {
    for (let i = 0; i < count; i += BATCH) {
      const commands = Array.from({ length: BATCH }, (_, j) => setOf(keyAt(i + j), values[(i + j) % values.length]));
      await machine.apply({ commands, index: ++index, records: () => [] });
      await turn();
    }
  };
  const sync = async () => void await store.durability?.sync();
  await measure(`${name}: first SETs in order`, ROWS, () => write(ROWS, (i) => keys[i % ROWS]));
  await measure(`${name}: sync`, 1, sync);
  for (let round = 0; round < 2; round++) {
    await measure(`${name}: SETs in batches of 64`, 4 * ROWS, () => write(4 * ROWS, anyKey));
    await measure(`${name}: sync`, 1, sync);
  }
  await measure(`${name}: GETs`, ROWS, async () => {
    for (let i = 0; i < ROWS; i++) {
      machine.query({ type: "Get", cf: "default", keys: [anyKey()] });
      if (i % 1000 === 0) await turn();
    }
  });
  await measure(`${name}: count`, 1, async () => void await machine.query({ type: "CountKeys", cf: "default" }));
  await measure(`${name}: scan of 100`, 100, async () => {
    for (let i = 0; i < 100; i++) await machine.query({ type: "Scan", cf: "default", start: anyKey(), limit: 100 });
  });
  const chunks: Uint8Array[] = [];
  const made = await measure(`${name}: snapshot`, 1, async () => {
    for await (const chunk of machine.snapshot()) chunks.push(chunk);
  });
  const restored = await measure(`${name}: restore`, 1, () => {
    return machine.restore(toStream(chunks), { index: ++index, records: [] });
  });
  const megabytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / 1e6;
  const speed = (ms: number) => `${(1000 * megabytes / ms).toFixed(0)} MB/s`;
  console.log(`${name}: ${megabytes.toFixed(1)} MB, snapshot ${speed(made)}, restore ${speed(restored)}`);
  await store.close();
}

async function* toStream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

if (import.meta.main) {
  await benchCodec();
  await benchStore("memory", memoryStore());
  const folder = await Deno.makeTempDir();
  const opened = await sqliteStore({ folder });
  if (E.isLeft(opened)) throw opened.left;
  await benchStore("sqlite", opened.right);
  await Deno.remove(folder, { recursive: true });
}
