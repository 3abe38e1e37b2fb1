/**
 * What the clients of a node hear.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Entry, Rejected, Ticket } from "../../../core/mod.ts";
import type { Trace } from "../text/trace.ts";
import type { Server } from "./server.ts";

/** A proposal that has a place in the log. */
export interface Proposed {
  readonly ticket: Ticket;
  /** The index of its last entry. */
  readonly index: number;
  /** The term in which it was appended: an entry of another term at this index is not this proposal. */
  readonly term: number;
}

/** A read that may be served once `index` is applied. */
export interface ReadyRead {
  readonly ticket: Ticket;
  readonly index: number;
}

/** `entry` is applied: whoever has proposed what stands at its index hears whether it was this entry. */
export function answer(server: Server, entry: Entry, trace: Trace): void {
  for (const { ticket, index, term } of server.proposed) {
    if (index !== entry.index) continue;
    const result = term === entry.term ? `applied at ${index}` : `lost, another entry is at ${index}`;
    trace.say(`${server.id} answers #${ticket}: ${result}`);
  }
  server.proposed = server.proposed.filter(({ index }) => index !== entry.index);
}

/** A request was turned down; of a change for which an empty entry was appended, nothing more is heard. */
export function abandon(server: Server, { ticket }: Rejected): void {
  if (O.isSome(ticket)) server.proposed = server.proposed.filter((proposed) => proposed.ticket !== ticket.value);
}

/** Serves the reads whose index is applied. */
export function serveReads(server: Server, trace: Trace): void {
  const { applied, commands } = server.machine;
  for (const { ticket, index } of server.reads) {
    if (index <= applied) trace.say(`${server.id} serves read #${ticket}: [${commands.join(" ")}]`);
  }
  server.reads = server.reads.filter(({ index }) => index > applied);
}
