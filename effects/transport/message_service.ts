/**
 * Receives the messages of a peer, and answers its requests.
 *
 * @module
 */
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import { SignOfLife } from "./alive.ts";
import { checkMessage } from "./check_message.ts";
import type { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import type { Packet, Request } from "./packet.ts";
import type { Service } from "./service.ts";

/** Serves a connection for messages, on the side that was called. */
export class MessageService implements Service {
  private batch: PeerMessage[] = [];
  private requests = 0;
  private isFlushing = false;
  private readonly life: SignOfLife;

  /** Serves the admitted `peer`. */
  constructor(
    private readonly context: Context,
    private readonly peer: NodeId,
    private readonly connection: Connection,
  ) {
    this.life = new SignOfLife(connection, context.local.clock, context.limits.aliveMs);
  }

  /** Takes messages and requests; anything else is a violation. */
  packet(packet: Packet): void {
    switch (packet.type) {
      case "Messages":
        return this.messages(packet.messages);
      case "Request":
        return this.request(packet);
      default:
        return this.connection.violate(`${packet.type} does not belong on this connection.`);
    }
  }

  /** Hands over what arrived together. */
  taken(): void {
    this.life.promise();
    if (this.batch.length === 0) return;
    const { batch } = this;
    this.batch = [];
    this.context.counters.of(this.peer).received += batch.length;
    this.context.handler.receive(this.peer, batch, this.violation);
  }

  /** Answers leave on their own. */
  writing(): void {}

  /** Nothing but answers is sent. */
  sent(): void {}

  /** Says nothing more. */
  closed(): void {
    this.life.stop();
  }

  private readonly violation = (reason: string): void => this.connection.violate(reason);

  private messages(messages: readonly PeerMessage[]): void {
    const { batch, context: { local: { id } }, peer } = this;
    for (let i = 0; i < messages.length; i++) {
      const wrong = checkMessage(messages[i], peer, id);
      if (wrong !== "") return this.connection.violate(wrong);
      batch.push(messages[i]);
    }
  }

  private request({ id, payload }: Request): void {
    if (this.requests >= this.context.limits.requests) return this.answer({ type: "NoResponse", id });
    this.requests++;
    askHandler(this.context, this.peer, payload).then(
      (payload) => this.settle({ type: "Response", id, payload }),
      () => this.settle({ type: "NoResponse", id }),
    );
  }

  private settle(packet: Packet): void {
    this.requests--;
    this.answer(packet);
  }

  private answer(packet: Packet): void {
    const { connection, context: { limits } } = this;
    if (connection.closed) return;
    if (connection.out.queued > limits.queueBytes) return connection.close("the peer does not read its answers");
    if (!connection.out.packet(packet) && packet.type === "Response") {
      connection.out.packet({ type: "NoResponse", id: packet.id });
    }
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    this.context.local.clock.soon(() => {
      this.isFlushing = false;
      this.connection.out.flush();
    });
  }
}

// A handler that throws instead of rejecting is the same.
async function askHandler({ handler }: Context, peer: NodeId, payload: Bytes): Promise<Bytes> {
  return await handler.request(peer, payload);
}
