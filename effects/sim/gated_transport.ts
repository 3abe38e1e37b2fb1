/**
 * The network as a simulated process has it: while the process stands still nothing arrives there, and when its machine is
 * dead nothing leaves it any more.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { NodeId } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { OpenTransport, Transport, TransportHandler } from "../transport/transport.ts";
import type { Gate } from "./gate.ts";

/** The way out of a machine. */
export interface Wire {
  /** Whether the machine of the process has gone down. */
  readonly dead: () => boolean;
  /** A message leaves. */
  readonly released: (message: PeerMessage) => void;
  /** A message of a peer comes in. */
  readonly arrived: (from: NodeId) => void;
  /** Whatever can be cut off when the machine goes down. */
  readonly opened: (transport: OpenTransport) => void;
}

/** `inner`, as the process behind `gate` has it. */
export function gatedTransport(inner: Transport, gate: Gate, wire: Wire): Transport {
  return {
    open: async (local, handler) => {
      const opened = await inner.open(local, gatedHandler(handler, gate, wire));
      if (E.isRight(opened)) wire.opened(opened.right);
      return E.map((transport: OpenTransport) => watchedTransport(transport, wire))(opened);
    },
  };
}

function gatedHandler(handler: TransportHandler, gate: Gate, wire: Wire): TransportHandler {
  const alive = (work: () => void): void => gate.pass(() => wire.dead() || work());
  return {
    admit: (peer) => wire.dead() ? E.left("Nobody is here.") : handler.admit(peer),
    receive: (from, messages, violation) =>
      alive(() => {
        wire.arrived(from);
        handler.receive(from, messages, violation);
      }),
    request: async (from, payload) => {
      await gate.passed();
      if (wire.dead()) return await new Promise(() => {});
      return await handler.request(from, payload);
    },
    offerSnapshot: (from, message, size) =>
      gate.frozen || wire.dead() ? E.left("Nobody answers.") : handler.offerSnapshot(from, message, size),
    snapshotReceived: (from, message) => alive(() => handler.snapshotReceived(from, message)),
    unreachable: (peer) => alive(() => handler.unreachable(peer)),
  };
}

function watchedTransport(transport: OpenTransport, wire: Wire): OpenTransport {
  const released = (message: PeerMessage): void => {
    if (!wire.dead()) wire.released(message);
  };
  return {
    address: transport.address,
    setPeers: (addresses) => transport.setPeers(addresses),
    send: (message) => {
      released(message);
      transport.send(message);
    },
    flush: () => transport.flush(),
    request: (to, payload, signal) => transport.request(to, payload, signal),
    sendSnapshot: (message, file, signal) => {
      released(message);
      return transport.sendSnapshot(message, file, signal);
    },
    counters: () => transport.counters(),
    violations: () => transport.violations(),
    close: () => transport.close(),
  };
}
