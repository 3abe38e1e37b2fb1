/**
 * Measures the transport between two processes: `deno run -A tests/transport/measure.ts [tls]`.
 *
 * It prints the round trip and the CPU time of a message alone, the CPU time of messages that leave together, and the speed
 * and memory of a snapshot of 200 MB. CPU time is that of one process, which sends as much as it receives.
 *
 * @module
 */
import process from "node:process";
import * as O from "fp-ts/Option";
import { entryAt, type NodeId, proposal } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import { certificateName, tcpTransport } from "../../effects/transport/mod.ts";
import { makeCertificate } from "./certificates.ts";
import { makeFolder } from "./tls_world.ts";
import {
  bytesOf,
  connected,
  forever,
  Inbox,
  installSnapshot,
  type Member,
  start,
  tcpWorld,
  type World,
} from "./world.ts";

const SNAPSHOT = 200 * 1024 * 1024;
const world: World = tcpWorld();

if (Deno.args[0] === "echo") await echo(Deno.args.slice(1));
else await measure(Deno.args.includes("tls"));

async function measure(tls: boolean): Promise<void> {
  const folder = tls ? makeFolder() : null;
  for (const id of [1, 2]) folder?.put(id, makeCertificate(folder.authority, [certificateName(id)]));
  const { a, child } = await startBoth(folder === null ? "" : folder.files(1).ca.replace(/ca-1.pem$/, ""));
  console.log(tls ? "with TLS" : "without TLS");
  await alone(a.member, a.arrivals);
  for (const count of [8, 64]) await together(a.member, a.arrivals, count);
  await requests(a.member);
  await snapshot(a.member);
  child.kill("SIGTERM");
  await child.status;
  await a.member.transport.close();
  folder?.remove();
}

async function alone(member: Member, arrivals: Arrivals): Promise<void> {
  const rounds = 20_000;
  await roundTrips(member, arrivals, 3_000, 1);
  const { micros, cpu } = await roundTrips(member, arrivals, rounds, 1);
  console.log(`one message of 200 bytes: round trip ${micros} µs, ${cpu} µs CPU for sending one and receiving one`);
}

async function together(member: Member, arrivals: Arrivals, count: number): Promise<void> {
  await roundTrips(member, arrivals, 500, count);
  const { cpu } = await roundTrips(member, arrivals, 4_000, count);
  console.log(
    `${count} messages of 200 bytes at once: ${(cpu / count).toFixed(2)} µs CPU for sending one and receiving one`,
  );
}

async function roundTrips(member: Member, arrivals: Arrivals, rounds: number, count: number) {
  const message = append(1, 2);
  const begin = performance.now();
  const before = cpuMicros();
  for (let i = 0; i < rounds; i++) {
    const back = arrivals.next(count);
    for (let j = 0; j < count; j++) member.transport.send(message);
    member.transport.flush();
    await back;
  }
  const micros = Math.round((performance.now() - begin) * 10_000 / rounds) / 10;
  return { micros, cpu: Math.round((cpuMicros() - before) * 10 / rounds) / 10 };
}

async function requests(member: Member): Promise<void> {
  const signal = forever();
  const payload = bytesOf(200);
  for (const count of [1, 64]) {
    const rounds = count === 1 ? 10_000 : 1_000;
    const begin = performance.now();
    const before = cpuMicros();
    for (let i = 0; i < rounds; i++) {
      await Promise.all(Array.from({ length: count }, () => member.transport.request(2, payload, signal)));
    }
    const each = rounds * count;
    const micros = ((performance.now() - begin) * 1_000 / rounds).toFixed(1);
    console.log(
      `${count} requests at once: ${micros} µs, ${((cpuMicros() - before) / each).toFixed(2)} µs CPU for each`,
    );
  }
}

async function snapshot(member: Member): Promise<void> {
  const file = {
    snapshot: installSnapshot(1, 2).snapshot,
    size: SNAPSHOT,
    read: (into: Uint8Array) => into.length,
    chunks: () => ReadableStream.from<Uint8Array>([]),
    close: () => {},
  };
  const before = Deno.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 5);
  let [worst, last] = [0, performance.now()];
  const beat = setInterval(() => {
    worst = Math.max(worst, performance.now() - last);
    last = performance.now();
  }, 1);
  const begin = performance.now();
  const arrived = await member.transport.sendSnapshot(installSnapshot(1, 2), file, forever());
  const seconds = (performance.now() - begin) / 1_000;
  clearInterval(watch);
  clearInterval(beat);
  const speed = (SNAPSHOT / 1e6 / seconds).toFixed(0);
  console.log(`snapshot of 200 MB: ${arrived}, ${speed} MB/s, sender ${((most - before) / 1e6).toFixed(0)} MB more`);
  console.log(`longest turn of the sender while it was sent: ${worst.toFixed(1)} ms`);
  const memory = await member.transport.request(2, new Uint8Array(0), forever());
  if (O.isSome(memory)) console.log(`receiver: ${new TextDecoder().decode(memory.value)}`);
}

interface Arrivals {
  next(count: number): Promise<void>;
}

async function startBoth(folder: string) {
  let [waiting, resolve] = [0, (): void => {}];
  const member = await start(world, 1, {
    transport: transportOf(1, folder),
    receive: (_, messages) => {
      waiting -= messages.length;
      if (waiting <= 0) resolve();
    },
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.filename ?? "", "echo", member.address, folder],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const address = (await reader.read()).value?.trim() ?? "";
  member.transport.setPeers(new Map([[2, address]]));
  await world.until(() => member.transport.counters().get(2)?.connected === true);
  const arrivals: Arrivals = {
    next: (count) => {
      waiting = count;
      member.received.length = 0;
      return new Promise((done) => resolve = done);
    },
  };
  await world.wait(new Promise((done) => setTimeout(done, 300)));
  return { a: { member, arrivals }, child };
}

async function echo([address, folder]: readonly string[]): Promise<void> {
  const append21 = append(2, 1);
  let [before, most] = [0, 0];
  const member: Member = await start(world, 2, {
    transport: transportOf(2, folder),
    receive: (_, messages) => {
      for (let i = 0; i < messages.length; i++) member.transport.send(append21);
      member.transport.flush();
      member.received.length = 0;
    },
    request: (_, payload) =>
      Promise.resolve(
        payload.length > 0 ? payload : new TextEncoder().encode(`${((most - before) / 1e6).toFixed(0)} MB more`),
      ),
    offerSnapshot: (_, message) => {
      const receiver = new Inbox().offer(message);
      before = most = Deno.memoryUsage().rss;
      setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 5);
      return receiver._tag === "Left" ? receiver : { ...receiver, right: { ...receiver.right, write: () => {} } };
    },
  });
  console.log(member.address);
  member.transport.setPeers(new Map([[1, address]]));
  await connected(world, [member]);
}

function transportOf(id: NodeId, folder: string) {
  const tls = { ca: `${folder}ca-${id}.pem`, cert: `${folder}${id}.pem`, key: `${folder}${id}.key` };
  return tcpTransport({ listen: "127.0.0.1:0", ...(folder === "" ? {} : { tls }) });
}

function append(from: NodeId, to: NodeId): PeerMessage {
  const entries = [entryAt(proposal(bytesOf(180)), 8, 3)];
  return { type: "Append", from, to, term: 3, prev: { index: 7, term: 3 }, entries, commit: 6 };
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
