/**
 * Sends the file of a snapshot on a connection of its own (§7, Figure 13), and goes on where it was when that breaks.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { InstallSnapshot } from "../../core/message.ts";
import type { SnapshotFile } from "../storage/storage.ts";
import { Silence } from "./alive.ts";
import { Backoff } from "./backoff.ts";
import { Call, type Callee } from "./call.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { Packet } from "./packet.ts";
import type { Service } from "./service.ts";
import { wait } from "../clock/wait.ts";

/** What is to be sent. */
export interface Shipment {
  /** The message that the snapshot belongs to. */
  readonly message: InstallSnapshot;
  /** Its file. */
  readonly file: Pick<SnapshotFile, "size" | "read">;
}

/** Sends a snapshot; resolves with whether all of it arrived. Gives up when `signal` aborts. */
export async function sendSnapshot(
  context: Context,
  callee: Callee,
  shipment: Shipment,
  signal: AbortSignal,
): Promise<boolean> {
  const { limits, local: { random, clock }, log } = context;
  const backoff = new Backoff(random, limits.firstBackoffMs);
  for (let failures = 0, furthest = -1; !signal.aborted;) {
    const attempt = await new Attempt(context, callee, shipment).run(signal);
    if (attempt.type === "Arrived") return true;
    if (attempt.type === "Declined") {
      log.log("info", "A peer does not want a snapshot.", { peer: callee.id, reason: attempt.reason });
      return false;
    }
    failures = attempt.offset > furthest ? 1 : failures + 1;
    if (attempt.offset > furthest) backoff.reset();
    furthest = Math.max(furthest, attempt.offset);
    const { index } = shipment.message.snapshot;
    log.log("warn", "A snapshot could not be sent.", { peer: callee.id, index, reason: attempt.reason });
    if (failures >= limits.snapshotAttempts) return false;
    await wait(backoff.next(limits.longestBackoffMs), clock, signal);
  }
  return false;
}

type Outcome =
  | { readonly type: "Arrived" }
  | { readonly type: "Declined"; readonly reason: string }
  /** `offset` is where the receiver wanted to go on; -1 if it was not reached. */
  | { readonly type: "Broken"; readonly offset: number; readonly reason: string };

class Attempt implements Service {
  private readonly silence: Silence;
  private connection: Connection | null = null;
  private outcome: Outcome | null = null;
  private offset = -1;

  constructor(
    private readonly context: Context,
    private readonly callee: Callee,
    private readonly shipment: Shipment,
  ) {
    this.silence = new Silence(context.local.clock, context.limits.silenceMs, () => this.hangUp("the peer is silent"));
  }

  async run(signal: AbortSignal): Promise<Outcome> {
    const call = new Call(this.context, this.callee, (connection) => this.begin(connection));
    const abort = () => call.close("the sender gave up");
    signal.addEventListener("abort", abort, { once: true });
    const answer = await call.answered;
    await call.ended;
    signal.removeEventListener("abort", abort);
    if (this.outcome !== null) return this.outcome;
    return this.broken(E.isLeft(answer) ? answer.left.reason : "the connection was lost");
  }

  packet(packet: Packet): void {
    switch (packet.type) {
      case "Resume":
        return this.resume(packet.offset);
      case "Declined":
        return this.end({ type: "Declined", reason: packet.reason });
      case "Arrived":
        return this.end({ type: "Arrived" });
      case "Failed":
        return this.end(this.broken(packet.reason));
      case "Alive":
        return;
      default:
        this.connection?.violate(`${packet.type} does not belong on this connection.`);
    }
  }

  // An answer is owed until the end, however long the peer needs to complete the snapshot.
  taken(): void {
    this.silence.hear();
    if (this.outcome === null) this.silence.expect();
  }

  writing(): void {
    this.silence.expect();
  }

  sent(): void {}

  closed(reason: string): void {
    this.silence.stop();
    this.outcome ??= this.broken(reason);
  }

  private begin(connection: Connection): Service {
    this.connection = connection;
    const { message, file: { size } } = this.shipment;
    connection.out.packet({ type: "Offer", message, size });
    connection.out.flush();
    return this;
  }

  private resume(offset: number): void {
    const { connection, shipment: { file: { size } } } = this;
    if (connection === null) return;
    if (this.offset >= 0 || offset > size) {
      return connection.violate(`It wants a snapshot of ${size} from ${offset} on.`);
    }
    this.offset = offset;
    this.stream(connection).catch((error) => this.hangUp(error instanceof Error ? error.message : String(error)));
  }

  // Each chunk waits until the one before it is written: the peer's pace is ours, and memory holds two chunks.
  private async stream({ out }: Connection): Promise<void> {
    const { file } = this.shipment;
    const buffer = new Uint8Array(this.context.limits.chunkBytes);
    for (let at = this.offset; at < file.size && this.outcome === null;) {
      const length = file.read(buffer.subarray(0, Math.min(buffer.length, file.size - at)), at);
      if (length === 0) throw new Error("the file of the snapshot is shorter than it was");
      out.packet({ type: "Chunk", bytes: buffer.subarray(0, length) });
      out.flush();
      await out.drained();
      at += length;
    }
    out.packet({ type: "End" });
    out.flush();
  }

  private end(outcome: Outcome): void {
    this.outcome = outcome;
    this.connection?.close("the snapshot is dealt with");
  }

  private hangUp(reason: string): void {
    this.connection?.close(reason);
  }

  private broken(reason: string): Outcome {
    return { type: "Broken", offset: this.offset, reason };
  }
}
