/**
 * The end of a connection that was called: it learns who calls, and whether to answer.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { Connection } from "./connection.ts";
import { type Context, introduce } from "./context.ts";
import { type Foreign, identity, type Introduction, match } from "./introduction.ts";
import type { Packet } from "./packet.ts";
import type { Service } from "./service.ts";
import type { Socket } from "./socket.ts";

/** What an accepted connection needs to know of the others. */
export interface AcceptedEvents {
  /** A peer was admitted; what serves it from now on. */
  admitted(accepted: Accepted, peer: Introduction): Service;
  /** The connection is closed. */
  ended(accepted: Accepted): void;
}

/** A connection that was accepted. */
export class Accepted {
  /** Bytes in, packets out. */
  readonly connection: Connection;
  private service: Service | null = null;
  private caller = "unknown";

  /** Answers on `socket`. */
  constructor(
    private readonly context: Context,
    private readonly socket: Pick<Socket, "write" | "close" | "certifies" | "remote">,
    private readonly events: AcceptedEvents,
  ) {
    this.connection = new Connection(socket, context.limits, {
      packet: (packet) => this.packet(packet),
      taken: () => this.service?.taken(),
      writing: () => this.service?.writing(),
      sent: (written, lost) => this.service?.sent(written, lost),
      violated: (reason) => this.violated(reason),
      closed: (reason) => this.closed(reason),
    });
  }

  /** Whether the handshake is complete. */
  get admitted(): boolean {
    return this.service !== null;
  }

  private packet(packet: Packet): void {
    if (packet.type === "Refusal") this.refused(packet.reason);
    else if (this.service !== null) this.service.packet(packet);
    else if (packet.type === "Hello") this.hello(packet.introduction);
    else this.connection.violate(`It began with ${packet.type}.`);
  }

  private hello(theirs: Introduction | Foreign): void {
    const { context, connection } = this;
    const isKnown = !("foreign" in theirs);
    const mine = isKnown ? introduce(context, theirs.from, theirs.kind) : introduce(context, 0, "messages");
    if (isKnown) this.caller = String(theirs.from);
    const agreed = match(mine, theirs);
    if (E.isLeft(agreed)) return this.refuse(agreed.left);
    if (!isKnown) return;
    if (!this.socket.certifies(theirs.from)) {
      return this.refuse(`The certificate of the caller does not name node ${theirs.from}.`);
    }
    const admitted = context.handler.admit(identity(theirs));
    if (E.isLeft(admitted)) return this.refuse(admitted.left);
    this.connection.open();
    connection.out.packet({ type: "Welcome", introduction: mine });
    connection.out.flush();
    this.service = this.events.admitted(this, theirs);
  }

  private refuse(reason: string): void {
    this.context.counters.violations++;
    this.context.log.log("warn", "A connection was refused.", { peer: this.caller, reason });
    this.connection.part({ type: "Refusal", reason }, reason);
  }

  // The caller has seen who answered, and does not want it.
  private refused(reason: string): void {
    this.context.log.log("warn", "A peer refused this node.", { peer: this.caller, reason });
    this.connection.close(reason);
  }

  private violated(reason: string): void {
    this.context.counters.violations++;
    const { remote } = this.socket;
    const peer = this.service === null ? `${this.caller} at ${remote}` : this.caller;
    this.context.log.log("warn", "A connection was closed because of what came on it.", { peer, reason });
  }

  private closed(reason: string): void {
    this.service?.closed(reason);
    this.events.ended(this);
  }
}
