/**
 * What a host does with a node: it hands it messages and carries out what it wants done.
 *
 * Unless a command says otherwise, a disk makes a write durable at the end of the step that has asked for it, and a state
 * machine applies an entry as soon as it is handed out; messages wait for a command that delivers them. What a node tells
 * itself (its own acknowledgement, `Persisted`, `Applied`) is shown only where something comes of it.
 *
 * @module
 */
import { type Effect, isConfChange, type Message, type Outbox, step } from "../../../core/mod.ts";
import { effectLines } from "../text/effect.ts";
import { contextText, messageText, peerMessageText } from "../text/message.ts";
import type { Line, Trace } from "../text/trace.ts";
import { abandon, answer, serveReads } from "./clients.ts";
import { explain } from "./explain.ts";
import type { Invariants } from "./invariants.ts";
import { changeOf } from "./machine.ts";
import type { Network } from "./network.ts";
import type { Server } from "./server.ts";

/** How a step is shown. */
export interface Showing {
  /** Only if something comes of it. */
  readonly quietly: boolean;
  /** Behind the input. */
  readonly note: string;
}

/** As it is. */
export const SHOWN: Showing = { quietly: false, note: "" };

/** Only if something comes of it. */
export const QUIETLY: Showing = { quietly: true, note: "" };

/** Drives the nodes of a cluster, one step after the other. */
export class Driver {
  /** Sends over `network`, checks with `invariants` and prints to `trace`. */
  constructor(readonly network: Network, readonly invariants: Invariants, readonly trace: Trace) {}

  /** Hands `server` a message, and does at once what can be done at once. */
  hand(server: Server, message: Message, showing: Showing): void {
    this.#step(server, message, showing);
    this.#settle(server);
  }

  /** Carries out what the start of `server` wants done. */
  begin(server: Server, outbox: Outbox): void {
    this.trace.step(server.id, "start", outbox.flatMap((effect) => this.#perform(server, effect)));
    this.#settle(server);
  }

  /** Makes the oldest `count` writes of `server` durable. */
  flush(server: Server, count: number): void {
    for (let i = 0; i < count && server.disk.writes.length > 0; i++) {
      this.#flush(server);
      this.#settle(server);
    }
  }

  /** Lets the state machine of `server` do what was handed to it. */
  apply(server: Server, veto: boolean): void {
    while (server.running && server.machine.work.length > 0) this.#apply(server, veto);
    this.#settle(server);
  }

  #step(server: Server, message: Message, { quietly, note }: Showing): void {
    const before = server.node;
    const [after, outbox] = step(before, message);
    server.node = after;
    this.invariants.led(after);
    const lines: readonly Line[] = [
      ...explain(before, message, after, outbox).map((text) => ({ text, essential: false })),
      ...outbox.flatMap((effect) => this.#perform(server, effect)),
    ];
    if (quietly && lines.length === 0) return;
    this.trace.step(server.id, `${messageText(server.id, message)}${note}`, lines);
  }

  // The node's own messages first, then its disk, then its state machine.
  #settle(server: Server): void {
    while (server.running) {
      if (server.own.length > 0) {
        const [message, ...rest] = server.own;
        server.own = rest;
        this.#step(server, message, QUIETLY);
      } else if (!server.disk.manual && server.disk.writes.length > 0) this.#flush(server);
      else if (!server.machine.manual && server.machine.work.length > 0) this.#apply(server, false);
      else break;
    }
    serveReads(server, this.trace);
  }

  #flush(server: Server): void {
    const { disk, id } = server;
    for (const message of disk.flush().then) {
      if (message.type === "Persisted" || message.to === id) {
        server.own = [...server.own, message];
        continue;
      }
      const lost = this.network.send(message) ? "" : " is lost";
      // An instant disk has nothing to add to the line of its `Persist`, unless the message is lost.
      if (disk.manual || lost !== "") this.trace.say(`${id} → ${message.to} ${peerMessageText(message)}${lost}`);
    }
  }

  #apply(server: Server, veto: boolean): void {
    const { machine, id } = server;
    const work = machine.take();
    if (work.type === "RestoreSnapshot") {
      machine.restore(work.snapshot);
      this.trace.say(`${id} state at ${work.snapshot.index}: [${machine.commands.join(" ")}]`);
      return;
    }
    for (const entry of work.entries) {
      if (isConfChange(entry)) this.#step(server, { type: "ApplyConfChange", change: changeOf(entry, veto) }, SHOWN);
      if (!server.running) return;
      machine.apply(entry, isConfChange(entry) ? server.node.configuration : machine.configuration);
      this.invariants.applied(entry);
      answer(server, entry, this.trace);
    }
    server.own = [...server.own, { type: "Applied", index: machine.applied }];
  }

  #perform(server: Server, effect: Effect): readonly Line[] {
    switch (effect.type) {
      case "Send": {
        const { message } = effect;
        const lost = this.network.send(message) ? "" : " is lost";
        return [{ text: `→ ${message.to} ${peerMessageText(message)}${lost}`, essential: false }];
      }
      case "Persist":
        server.disk.write(effect);
        break;
      case "Apply":
      case "RestoreSnapshot":
        server.machine.hand(effect);
        break;
      case "Appended": {
        const { ticket, first, count } = effect;
        server.proposed = [...server.proposed, { ticket, index: first + count - 1, term: server.node.term }];
        break;
      }
      case "ReadReady":
        server.reads = [...server.reads, effect];
        break;
      case "ForwardedReadReady": {
        const ticket = server.asked.get(contextText(effect.context));
        if (ticket !== undefined) server.reads = [...server.reads, { ticket, index: effect.index }];
        break;
      }
      case "Rejected":
        abandon(server, effect);
        break;
      case "Fault":
        server.crash(); // fail-stop
        break;
      case "SnapshotWanted":
      case "RoleChanged":
      case "Refused":
        break;
    }
    const essential = effect.type === "RoleChanged" || effect.type === "Refused" || effect.type === "Fault";
    return effectLines(effect, server.disk.manual).map((text) => ({ text, essential }));
  }
}
