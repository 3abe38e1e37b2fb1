/**
 * Snapshots on a network in memory: a stream in simulated time, which breaks and is resumed as a real one would.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { InstallSnapshot } from "../../core/message.ts";
import type { SnapshotFile, SnapshotReceiver } from "../storage/storage.ts";
import { decode, encode, readPeerMessage, writePeerMessage } from "../wire/mod.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { MemoryLink } from "./memory_link.ts";
import type { MemoryFabric } from "./memory_fabric.ts";
import type { OpenMemoryTransport } from "./memory_transport.ts";
import { wait } from "../clock/wait.ts";

/** A snapshot and its way. */
export interface MemoryShipment {
  /** Who sends it. */
  readonly from: OpenMemoryTransport;
  /** The way to the receiver. */
  readonly link: MemoryLink;
  /** The message that it belongs to. */
  readonly message: InstallSnapshot;
  /** Its file. */
  readonly file: SnapshotFile;
}

/** How long the sender waits before it tries again. */
const RETRY_MS = 100;

type Outcome = { readonly type: "Arrived" | "Declined" } | { readonly type: "Broken"; readonly offset: number };

/** Sends a snapshot; resolves with whether all of it arrived. */
export async function sendSnapshotInMemory(
  network: MemoryFabric,
  shipment: MemoryShipment,
  signal: AbortSignal,
): Promise<boolean> {
  for (let failures = 0, furthest = -1; !signal.aborted && failures < DEFAULT_LIMITS.snapshotAttempts;) {
    const outcome = await send(network, shipment, signal);
    if (outcome.type !== "Broken") return outcome.type === "Arrived";
    failures = outcome.offset > furthest ? 1 : failures + 1;
    furthest = Math.max(furthest, outcome.offset);
    await wait(RETRY_MS, network.clock, signal);
  }
  return false;
}

async function send(network: MemoryFabric, shipment: MemoryShipment, signal: AbortSignal): Promise<Outcome> {
  const { from, link, message, file } = shipment;
  const target = O.toNullable(link.other);
  if (target === null || !passes(network, shipment, 0)) return { type: "Broken", offset: -1 };
  await target.finishing.get(from.id);
  await travel(network, shipment, signal);
  const copy = decode(encode(message, writePeerMessage), readPeerMessage);
  if (E.isLeft(copy) || copy.right.type !== "InstallSnapshot") return { type: "Declined" };
  const received = copy.right;
  if (target.closed) return { type: "Broken", offset: -1 };
  const accepted = attempt(() => target.handler.offerSnapshot(from.id, received, file.size));
  if (accepted === null) return { type: "Broken", offset: -1 };
  if (E.isLeft(accepted)) return { type: "Declined" };
  const receiver = accepted.right;
  const { offset } = receiver;
  if (!await stream(network, shipment, { target, receiver }, signal)) {
    receiver.pause();
    return { type: "Broken", offset };
  }
  const isComplete = await finish(target, shipment, receiver, received);
  await travel(network, shipment, signal);
  const isHeard = !network.conditions.isCut(link.id, from.id) && !signal.aborted;
  return isComplete && isHeard ? { type: "Arrived" } : { type: "Broken", offset };
}

/** What fails at the receiver is not the sender's failure: it sees a broken connection, as over TCP. */
function attempt<A>(work: () => A): A | null {
  try {
    return work();
  } catch {
    return null;
  }
}

interface Receiving {
  readonly target: OpenMemoryTransport;
  readonly receiver: SnapshotReceiver;
}

// False where the connection broke.
async function stream(
  network: MemoryFabric,
  shipment: MemoryShipment,
  { target, receiver }: Receiving,
  signal: AbortSignal,
): Promise<boolean> {
  const { from, link, file } = shipment;
  const buffer = new Uint8Array(DEFAULT_LIMITS.chunkBytes);
  for (let at = receiver.offset; at < file.size;) {
    const length = file.read(buffer.subarray(0, Math.min(buffer.length, file.size - at)), at);
    const { snapshotBytesPerMs, snapshotBreaks } = network.conditions.of(from.id, link.id);
    await wait(length / snapshotBytesPerMs, network.clock, signal);
    const breaks = snapshotBreaks > 0 && network.random.next() < snapshotBreaks;
    const isThere = O.toNullable(link.other) === target && !target.closed && passes(network, shipment, at);
    if (length === 0 || breaks || signal.aborted || !isThere) return false;
    if (attempt(() => (receiver.write(buffer.slice(0, length)), true)) === null) return false;
    at += length;
  }
  return !signal.aborted;
}

async function finish(
  target: OpenMemoryTransport,
  { from }: MemoryShipment,
  receiver: SnapshotReceiver,
  message: InstallSnapshot,
): Promise<boolean> {
  const finishing = receiver.finish();
  const quiet = finishing.then(() => {}, () => {});
  target.finishing.set(from.id, quiet);
  try {
    const finished = await finishing;
    if (E.isRight(finished) && !target.closed) target.handler.snapshotReceived(from.id, message);
    return E.isRight(finished) && !target.closed;
  } catch {
    return false;
  } finally {
    if (target.finishing.get(from.id) === quiet) target.finishing.delete(from.id);
  }
}

function passes(network: MemoryFabric, { from, link }: MemoryShipment, offset: number): boolean {
  return network.passes(from.id, link.id, { type: "SnapshotChunk", offset }) &&
    !network.conditions.isCut(link.id, from.id);
}

function travel(network: MemoryFabric, { from, link }: MemoryShipment, signal: AbortSignal): Promise<void> {
  return wait(network.conditions.of(from.id, link.id).mostDelayMs, network.clock, signal);
}
