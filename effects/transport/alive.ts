/**
 * How two ends of a connection notice that the other one is gone, although its machine says nothing: whoever receives says
 * once in a while that it does, and whoever sends expects that.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Cancel, Clock } from "../clock/clock.ts";
import type { Connection } from "./connection.ts";
import { ALIVE_PACKET } from "./packet.ts";

/** Says on a connection that something came: once, some time after. */
export class SignOfLife {
  private cancel: Option<Cancel> = O.none;

  /** Waits for `ms` before it says so. */
  constructor(private readonly connection: Connection, private readonly clock: Clock, private readonly ms: number) {}

  /** Something came. */
  promise(): void {
    if (O.isSome(this.cancel)) return;
    this.cancel = O.some(this.clock.after(this.ms, () => {
      this.cancel = O.none;
      this.connection.out.packet(ALIVE_PACKET);
      this.connection.out.flush();
    }));
  }

  /** Says nothing more. */
  stop(): void {
    if (O.isSome(this.cancel)) this.cancel.value();
    this.cancel = O.none;
  }
}

/** Closes a connection on which nothing comes back for what is sent. */
export class Silence {
  private cancel: Option<Cancel> = O.none;
  private heard = false;
  private sent = false;

  /** Expects something to come back within `ms`, or at least within twice as much. */
  constructor(
    private readonly clock: Clock,
    private readonly ms: number,
    private readonly silent: () => void,
  ) {}

  /** Something is being sent. */
  expect(): void {
    this.sent = true;
    if (O.isNone(this.cancel)) this.watch();
  }

  /** Something came. */
  hear(): void {
    this.heard = true;
    this.sent = false;
  }

  /** Expects nothing more. */
  stop(): void {
    if (O.isSome(this.cancel)) this.cancel.value();
    this.cancel = O.none;
  }

  // One timer at a time, whatever is sent and heard meanwhile.
  private watch(): void {
    this.heard = false;
    this.cancel = O.some(this.clock.after(this.ms, () => {
      this.cancel = O.none;
      if (!this.heard) this.silent();
      else if (this.sent) this.watch();
    }));
  }
}
