/**
 * The end of a connection that calls: it introduces itself, and checks who answers.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { NodeId } from "../../core/entry.ts";
import type { Address } from "../storage/storage.ts";
import { Connection } from "./connection.ts";
import { type Context, introduce } from "./context.ts";
import { type ConnectionKind, type Foreign, identity, type Introduction, match } from "./introduction.ts";
import type { Packet } from "./packet.ts";
import { pump } from "./pump.ts";
import type { Service } from "./service.ts";
import { Distrust, type Network, type Socket } from "./socket.ts";

/** Whom to call, and for what. */
export interface Callee {
  /** The node. */
  readonly id: NodeId;
  /** Where it listens. */
  readonly address: Address;
  /** What the connection is for. */
  readonly kind: ConnectionKind;
  /** How to connect. */
  readonly network: Pick<Network, "dial">;
}

/** Why there is no connection. */
export interface CallFailure {
  /** Whether somebody answered, and one of the two does not want the other. */
  readonly refused: boolean;
  /** Why. */
  readonly reason: string;
}

/** A call, from dialing on. */
export class Call {
  /** Resolves when the handshake is complete, or cannot be. */
  readonly answered: Promise<Either<CallFailure, Introduction>>;
  /** Resolves when the connection, if there ever was one, is closed. */
  readonly ended: Promise<void>;
  private readonly dialing = new AbortController();
  private answer: (result: Either<CallFailure, Introduction>) => void = () => {};
  private connection: Connection | null = null;
  private service: Service | null = null;
  private failure: CallFailure = { refused: false, reason: "the call was ended" };

  /** Calls a node; when it has answered, the connection is served by what `serve` returns. */
  constructor(
    private readonly context: Context,
    private readonly callee: Callee,
    private readonly serve: (connection: Connection, peer: Introduction) => Service,
  ) {
    const cancel = context.local.clock.after(context.limits.handshakeMs, () => this.close("it did not answer in time"));
    this.answered = new Promise((resolve) => {
      this.answer = (result) => {
        cancel();
        resolve(result);
      };
    });
    this.ended = this.run();
  }

  /** Ends the call, whatever state it is in. */
  close(reason: string): void {
    if (this.connection !== null) return this.connection.close(reason);
    this.failure = { refused: false, reason };
    this.dialing.abort();
  }

  private async run(): Promise<void> {
    const { callee, dialing } = this;
    try {
      const socket = await callee.network.dial(callee.address, callee.id, dialing.signal);
      if (dialing.signal.aborted) socket.close();
      else await this.converse(socket);
    } catch (error) {
      if (!dialing.signal.aborted) this.failed(error);
    }
    this.answer(E.left(this.failure)); // which says nothing new where there was an answer
  }

  private failed(error: unknown): void {
    const refused = error instanceof Distrust;
    if (refused) this.context.counters.violations++;
    this.failure = { refused, reason: error instanceof Error ? error.message : String(error) };
  }

  private async converse(socket: Socket): Promise<void> {
    const { context, callee } = this;
    const connection = new Connection(socket, context.limits, {
      packet: (packet) => this.packet(connection, packet, socket),
      taken: () => this.service?.taken(),
      writing: () => this.service?.writing(),
      sent: (written, lost) => this.service?.sent(written, lost),
      violated: (reason) => this.violated(reason),
      closed: (reason) => this.closed(reason),
    });
    this.connection = connection;
    connection.out.packet({ type: "Hello", introduction: introduce(context, callee.id, callee.kind) });
    connection.out.flush();
    await pump(socket, connection, context.log);
  }

  private packet(connection: Connection, packet: Packet, socket: Socket): void {
    if (this.service !== null) this.service.packet(packet);
    else if (packet.type === "Welcome") this.welcomed(connection, packet.introduction, socket);
    else if (packet.type === "Refusal") this.refused(connection, packet.reason);
    else connection.violate(`It answered with ${packet.type}.`);
  }

  private welcomed(connection: Connection, theirs: Introduction | Foreign, socket: Socket): void {
    const { context, callee } = this;
    const agreed = match(introduce(context, callee.id, callee.kind), theirs);
    if (E.isLeft(agreed)) return this.refuse(connection, agreed.left);
    if ("foreign" in theirs) return;
    if (!socket.certifies(theirs.from)) {
      return this.refuse(connection, `The certificate of the one who answered does not name node ${theirs.from}.`);
    }
    const admitted = context.handler.admit(identity(theirs));
    if (E.isLeft(admitted)) return this.refuse(connection, admitted.left);
    connection.open();
    this.service = this.serve(connection, theirs);
    this.answer(E.right(theirs));
  }

  private refuse(connection: Connection, reason: string): void {
    this.failure = { refused: true, reason };
    this.context.counters.violations++;
    connection.part({ type: "Refusal", reason }, reason);
  }

  private refused(connection: Connection, reason: string): void {
    this.failure = { refused: true, reason };
    connection.close(reason);
  }

  private violated(reason: string): void {
    this.failure = { refused: true, reason };
    this.context.counters.violations++;
    const fields = { peer: String(this.callee.id), reason };
    this.context.log.log("warn", "A connection was closed because of what came on it.", fields);
  }

  private closed(reason: string): void {
    if (!this.failure.refused) this.failure = { refused: false, reason };
    this.service?.closed(reason);
  }
}
