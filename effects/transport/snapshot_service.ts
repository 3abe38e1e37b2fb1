/**
 * Receives the file of a snapshot (§7, Figure 13), on the side that was called.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { NodeId } from "../../core/entry.ts";
import type { InstallSnapshot } from "../../core/message.ts";
import type { SnapshotReceiver } from "../storage/storage.ts";
import { SignOfLife } from "./alive.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { Chunk, Offer, Packet } from "./packet.ts";
import type { Service } from "./service.ts";

type State =
  | { readonly type: "Waiting" }
  | { readonly type: "Offered" }
  | { type: "Receiving"; readonly message: InstallSnapshot; readonly receiver: SnapshotReceiver; missing: number }
  | { readonly type: "Finishing" };

/** Serves a connection for one snapshot. */
export class SnapshotService implements Service {
  private state: State = { type: "Waiting" };
  private readonly life: SignOfLife;

  /** Serves the admitted `peer`. */
  constructor(
    private readonly context: Context,
    private readonly peer: NodeId,
    private readonly connection: Connection,
  ) {
    this.life = new SignOfLife(connection, context.local.clock, context.limits.aliveMs);
  }

  /** Takes what belongs to a snapshot, in its order; anything else is a violation. */
  packet(packet: Packet): void {
    const { state } = this;
    if (packet.type === "Offer" && state.type === "Waiting") this.offered(packet);
    else if (packet.type === "Chunk" && state.type === "Receiving") this.chunk(packet, state);
    else if (packet.type === "End" && state.type === "Receiving") this.end(state);
    else this.connection.violate(`${packet.type} does not belong here.`);
  }

  /** Says that it is there. */
  taken(): void {
    this.life.promise();
  }

  /** Says while it completes a large file that it is there. */
  writing(): void {
    if (this.state.type === "Finishing") this.life.promise();
  }

  /** No messages are sent. */
  sent(): void {}

  /** What has arrived stays. */
  closed(): void {
    this.life.stop();
    const { state } = this;
    if (state.type === "Receiving") this.guard(() => state.receiver.pause());
  }

  private offered(offer: Offer): void {
    const { from, to } = offer.message;
    if (from !== this.peer || to !== this.context.local.id) {
      return this.connection.violate(`It offered a snapshot from ${from} for ${to}.`);
    }
    this.state = { type: "Offered" };
    const earlier = this.context.finishing.get(this.peer) ?? Promise.resolve();
    earlier.then(() => this.guard(() => this.begin(offer)));
  }

  private begin({ message, size }: Offer): void {
    if (this.connection.closed) return;
    const accepted = this.context.handler.offerSnapshot(this.peer, message, size);
    if (E.isLeft(accepted)) return this.connection.part({ type: "Declined", reason: accepted.left }, accepted.left);
    const receiver = accepted.right;
    const { offset } = receiver;
    this.state = { type: "Receiving", message, receiver, missing: size - offset };
    this.say({ type: "Resume", offset });
  }

  private chunk({ bytes }: Chunk, state: State & { type: "Receiving" }): void {
    if (bytes.length === 0) return this.connection.violate("It sent an empty chunk.");
    if (bytes.length > state.missing) return this.connection.violate("It sent more than it had announced.");
    this.guard(() => {
      state.receiver.write(bytes);
      state.missing -= bytes.length;
    });
  }

  private end(state: State & { type: "Receiving" }): void {
    if (state.missing > 0) return this.connection.violate(`It sent ${state.missing} bytes less than it had announced.`);
    const { finishing } = this.context;
    this.state = { type: "Finishing" };
    const finished = this.finish(state).catch((error) => this.fail(error)).then(() => {
      if (finishing.get(this.peer) === finished) finishing.delete(this.peer);
    });
    finishing.set(this.peer, finished);
  }

  // The snapshot counts also if the connection has broken meanwhile.
  private async finish({ receiver, message }: State & { type: "Receiving" }): Promise<void> {
    const finished = await receiver.finish();
    if (E.isLeft(finished)) {
      this.connection.part({ type: "Failed", reason: finished.left }, finished.left);
    } else {
      this.context.handler.snapshotReceived(this.peer, message);
      this.connection.part({ type: "Arrived" }, "the snapshot has arrived");
    }
  }

  private say(packet: Packet): void {
    this.connection.out.packet(packet);
    this.connection.out.flush();
  }

  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.context.log.log("error", "A snapshot could not be received.", { peer: this.peer, reason });
    this.connection.close(reason);
  }
}
