/**
 * Clients that share keys, while everything happens to their cluster at any time: their history has to be linearizable.
 *
 * TinyKV's clients never share a key, its nodes all crash together, at a quiet time, and its network only loses messages.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { checkLinearizable, HistoryRecorder, type Outcome, type Request } from "../../../effects/history/mod.ts";
import type { KvCommand, KvReply } from "../../../effects/kv/mod.ts";
import type { ProposeError, RequestOptions, Session } from "../../../effects/node/raft_node.ts";
import { type Random, seededRandom } from "../../../effects/random/random.ts";
import { commandOf, outputOf } from "./operations.ts";
import type { KvNode } from "./host.ts";
import { LOSS } from "./numbers.ts";
import type { World } from "./world.ts";

/** How a client makes its writes safe to repeat. */
export type Manner = "once" | "session" | "key";

/** What a test is. */
export interface SharedScenario {
  /** How many clients. */
  readonly clients: number;
  /** Milliseconds in which they work and things happen. */
  readonly ms: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Lets clients work, and checks what they were told. */
export async function sharedKeysTest(world: World, { clients, ms }: SharedScenario): Promise<void> {
  const recorder = new HistoryRecorder(world.clock);
  let over = false;
  const isOver = (): boolean => over;
  await world.sleep(1_000);
  const work = Array.from({ length: clients }, (_, client) => workOf(world, recorder, client, isOver));
  const trouble = makeTrouble(world, isOver);
  await world.sleep(ms);
  over = true;
  await trouble;
  await Promise.all(work);
  for (const node of world.running) await mustAnswer(recorder, clients, node);
  const verdict = checkLinearizable(recorder.operations());
  const story = verdict.type === "NotLinearizable" ? verdict.counterexample.story.join("\n") : "";
  assert(verdict.type === "Linearizable", `${verdict.type} after ${verdict.steps} steps:\n${story}`);
  assert(recorder.operations().filter(({ ok }) => ok === true).length > 20, "hardly anything was done");
}

const KEYS = ["a", "b", "n"];
/** Milliseconds between two operations of a client at most. */
const PAUSE_MS = 60;
/** Milliseconds that a client waits for an answer. */
const WAIT_MS = 400;
/** Milliseconds after which a cluster in which everybody hears everybody answers at the latest. */
const CALM_MS = 5_000;

async function workOf(world: World, recorder: HistoryRecorder, client: number, over: () => boolean): Promise<void> {
  const random = seededRandom(Math.floor(world.random.next() * 2 ** 32));
  let session: Session<KvCommand, KvReply> | null = null;
  for (let count = 0; !over(); count++) {
    await world.sleep(random.next() * PAUSE_MS);
    const node = anyNode(world, random);
    if (node === undefined) continue;
    const request = anyRequest(`${client}.${count}`, random);
    if (request.op === "get") {
      await read(recorder, client, request.key, node, WAIT_MS);
      continue;
    }
    const manner = (["once", "key", "session"] as const)[client % 3];
    if (manner === "session" && (session === null || random.next() < 0.1)) {
      const opened: Either<ProposeError, Session<KvCommand, KvReply>> = await node.openSession({ timeoutMs: WAIT_MS });
      session = E.isRight(opened) ? opened.right : null;
      if (session === null) continue;
    }
    const done = recorder.call(client, request);
    done(await write(world, { client, count, request, node, session, manner }, random));
  }
}

/** A node that everybody hears knows everything before long, and has its own commands carried out. */
async function mustAnswer(recorder: HistoryRecorder, clients: number, node: KvNode): Promise<void> {
  const client = clients + node.id;
  for (const key of KEYS) {
    assert(await read(recorder, client, key, node, CALM_MS), `node ${node.id} does not answer a read`);
  }
  const request: Request = { op: "incr", key: "n", value: "1", expect: null };
  const done = recorder.call(client, request);
  const result = await node.propose(commandOf(request), { timeoutMs: CALM_MS });
  done(outcomeOf(request, result));
  if (E.isLeft(result)) throw new Error(`Node ${node.id} does not answer a write: ${JSON.stringify(result.left)}`);
}

/** Whether there was an answer. */
async function read(
  recorder: HistoryRecorder,
  client: number,
  key: string,
  node: KvNode,
  timeoutMs: number,
): Promise<boolean> {
  const done = recorder.call(client, { op: "get", key, value: null, expect: null });
  const answer = await node.read({ type: "Get", cf: "default", keys: [encoder.encode(key)] }, { timeoutMs });
  const values = E.isRight(answer) && answer.right.type === "Values" ? answer.right.values : null;
  if (values === null) done({ ok: false, output: null });
  else done({ ok: true, output: O.isSome(values[0]) ? decoder.decode(values[0].value) : null });
  return values !== null;
}

/** A write on its way. */
interface Write {
  readonly client: number;
  readonly count: number;
  readonly request: Request;
  readonly node: KvNode;
  readonly session: Session<KvCommand, KvReply> | null;
  readonly manner: Manner;
}

async function write(world: World, write: Write, random: Random): Promise<Outcome> {
  const { client, count, request, node, session, manner } = write;
  const command = commandOf(request);
  if (manner === "session" && session !== null) {
    return outcomeOf(request, await session.propose(command, { timeoutMs: 2 * WAIT_MS }));
  }
  if (manner === "once") return outcomeOf(request, await propose(node, command, {}));
  const idempotencyKey = `${client}.${count}`;
  let perhaps = false;
  for (let tries = 0; tries < 5; tries++) {
    const at = tries === 0 ? node : oneOf(world.running, random);
    const result = at === undefined ? null : await propose(at, command, { idempotencyKey });
    if (result !== null) {
      if (E.isRight(result)) return outcomeOf(request, result);
      perhaps ||= result.left.type !== "Rejected";
    }
    await world.sleep(100);
  }
  return { ok: perhaps ? null : false, output: null };
}

function propose(
  node: KvNode,
  command: KvCommand,
  options: RequestOptions,
): Promise<Either<ProposeError, KvReply>> {
  return node.propose(command, { ...options, timeoutMs: WAIT_MS });
}

function outcomeOf(request: Request, result: Either<ProposeError, KvReply>): Outcome {
  if (E.isRight(result)) return { ok: true, output: outputOf(request, result.right) };
  return { ok: result.left.type === "Rejected" ? false : null, output: null };
}

function anyRequest(value: string, random: Random): Request {
  const [which, what] = [random.next(), random.next()];
  if (which < 0.3) {
    const asked = { key: "n", value: null, expect: null };
    return what < 0.5 ? { ...asked, op: "get" } : { ...asked, op: "incr", value: String(Math.floor(what * 10)) };
  }
  const asked = { key: which < 0.65 ? "a" : "b", value: null, expect: null };
  if (what < 0.4) return { ...asked, op: "get" };
  if (what < 0.65) return { ...asked, op: "put", value };
  if (what < 0.8) return { ...asked, op: "append", value: `,${value}` };
  if (what < 0.9) return { ...asked, op: "delete" };
  return { ...asked, op: "cas", value };
}

/** Often one that leads, or has not heard yet that it does not lead any more. */
function anyNode({ running }: World, random: Random): KvNode | undefined {
  const leaders = running.filter((node) => node.status().role === "leader");
  return oneOf(leaders.length > 0 && random.next() < 0.5 ? leaders : running, random);
}

function oneOf<A>(all: readonly A[], random: Random): A | undefined {
  return all[Math.floor(random.next() * all.length)];
}

/** Cuts, losses, crashes at any time, transfers and snapshots; in the end everything runs and everybody is heard. */
async function makeTrouble(world: World, over: () => boolean): Promise<void> {
  const { network, random } = world;
  while (!over()) {
    const what = random.next();
    if (what < 0.15) partition(world);
    else if (what < 0.3) cutOffLeader(world);
    else if (what < 0.4) network.healAll();
    else if (what < 0.5) {
      network.set({ loss: LOSS, duplication: 0.1, reordering: 0.1, lateMs: 500, snapshotBreaks: LOSS });
    } else if (what < 0.6) network.set({ loss: 0, duplication: 0, reordering: 0, snapshotBreaks: 0 });
    else if (what < 0.75) await crashSome(world);
    else if (what < 0.85) void oneOf(world.running, random)?.transferLeadership(undefined, { timeoutMs: 500 });
    else if (what < 0.9) void oneOf(world.running, random)?.compact();
    if (random.next() < 0.5) await startAll(world);
    await world.sleep(200 + random.next() * 1_300);
  }
  network.healAll();
  network.set({ loss: 0, duplication: 0, reordering: 0, snapshotBreaks: 0 });
  await startAll(world);
}

function partition({ network, random, ids }: World): void {
  const sides = ids.map((id) => [id, random.next() < 0.5] as const);
  const side = (left: boolean): readonly number[] => sides.filter(([, is]) => is === left).map(([id]) => id);
  network.partition([side(true), side(false)]);
}

/** The leader is on its own, or with another node. */
function cutOffLeader({ network, random, ids, leader }: World): void {
  const first = O.isSome(leader) ? leader.value : 1;
  const left = [first, ...ids.filter((id) => id !== first && random.next() < 0.2).slice(0, 1)];
  network.partition([left, ids.filter((id) => !left.includes(id))]);
}

async function crashSome(world: World): Promise<void> {
  const { random, running } = world;
  const share = random.next() < 0.2 ? 1 : 0.3;
  await world.crash(running.map(({ id }) => id).filter(() => random.next() < share));
}

async function startAll(world: World): Promise<void> {
  await world.start(world.hosts.filter(({ running }) => O.isNone(running)).map(({ id }) => id));
}
