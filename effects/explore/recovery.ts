/**
 * Whether a cluster can always go on: from the machines of a state, with everything in flight lost and no harm done any
 * more, a leader is elected, and a command is committed and applied by everybody.
 *
 * Within the bounds that cannot be asked, since terms run out. So it is tried: one node after the other campaigns, the one
 * with the longest log first, and all messages arrive in order. That shows what is possible; it does not show that timeouts
 * come in such an order.
 *
 * @module
 */
import { proposal } from "../../core/entry.ts";
import type { Host } from "./host.ts";
import type { Input } from "./input.ts";
import type { HostRules } from "./outcome.ts";
import { Transitions } from "./transitions.ts";

/** More messages than this are not delivered between two campaigns. */
const MOST_MESSAGES = 1_000;

/** Tries to lead clusters out of the states that they are in. */
export class Recovery {
  readonly #transitions: Transitions;
  #hosts: number[] = [];
  #inFlight: number[] = [];

  /** For machines with these rules. */
  constructor(rules: HostRules) {
    this.#transitions = new Transitions(rules, true);
  }

  /** Whether machines like `hosts` recover; a sentence if they do not, otherwise null. */
  failureOf(hosts: readonly Host[]): string | null {
    this.#hosts = hosts.map((host) => this.#transitions.hostNumber(host));
    this.#inFlight = [];
    try {
      hosts.forEach((_, node) => this.#settle(node));
      return this.#serves() || this.#campaigns() ? null : "nobody can be elected any more who commits a command";
    } catch (error) {
      if (error instanceof Error) return error.message;
      throw error;
    }
  }

  #campaigns(): boolean {
    const positions = this.#hosts.map((_, node) => node);
    for (let attempt = 0; attempt < 2 * positions.length; attempt++) {
      positions.sort((a, b) => this.#rank(b) - this.#rank(a) || a - b);
      const node = positions[attempt % positions.length];
      this.#silence();
      this.#give(node, { type: "timeout" });
      this.#deliver();
      if (this.#serves()) return true;
    }
    return false;
  }

  // Leases end, and leaders find out that they hear from nobody.
  #silence(): void {
    this.#hosts.forEach((_, node) => {
      const { options } = this.#host(node).node;
      if (!options.checkQuorum) return;
      this.#give(node, { type: "checkQuorum" });
      this.#give(node, { type: "checkQuorum" });
      this.#give(node, { type: "idle" });
    });
    this.#inFlight = [];
  }

  // Whether a leader commits a command that all members apply.
  #serves(): boolean {
    const leader = this.#leader();
    if (leader < 0) return false;
    this.#give(leader, { type: "propose", number: 99, proposal: proposal(Uint8Array.of(99)) });
    this.#deliver();
    for (let beat = 0; beat < 3; beat++) {
      this.#give(leader, { type: "beat" });
      this.#deliver();
    }
    const { node } = this.#host(leader);
    const { last } = node.log;
    return node.role === "leader" && last.term === node.term && node.configuration.members.every((id) => {
      const host = this.#hosts[id - 1] === undefined ? null : this.#host(id - 1);
      return host === null || (host.machine.index === last.index && host.machine.term === last.term);
    });
  }

  #leader(): number {
    let found = -1;
    this.#hosts.forEach((_, node) => {
      const { role, term } = this.#host(node).node;
      if (role === "leader" && (found < 0 || term > this.#host(found).node.term)) found = node;
    });
    return found;
  }

  #rank(node: number): number {
    const { last } = this.#host(node).node.log;
    return last.term * 1_000 + last.index;
  }

  #host(node: number): Host {
    return this.#transitions.hosts.at(this.#hosts[node]);
  }

  #deliver(): void {
    const { inputs, to } = this.#transitions;
    for (let count = 0; count < MOST_MESSAGES && this.#inFlight.length > 0; count++) {
      const [message] = this.#inFlight.splice(0, 1);
      const node = to.items[message];
      if (node >= 0 && node < this.#hosts.length) this.#give(node, inputs.at(message));
    }
  }

  #give(node: number, input: Input): void {
    this.#take(node, input);
    this.#settle(node);
  }

  // The disk finishes, and the state machine.
  #settle(node: number): void {
    const { delayedWrites, delayedApplies } = this.#transitions.rules;
    if (!delayedWrites && !delayedApplies) return;
    let moved = true;
    while (moved) {
      const flushed = delayedWrites && this.#take(node, { type: "flush" });
      moved = (delayedApplies && this.#take(node, { type: "apply" })) || flushed;
    }
  }

  #take(node: number, input: Input): boolean {
    const transitions = this.#transitions;
    const transition = transitions.of(this.#hosts[node], transitions.inputNumber(input), false);
    const objection = transitions.special[transition]?.objection ?? null;
    if (objection !== null) throw objection;
    const { sent, sentFrom, next } = transitions;
    for (let at = sentFrom.items[transition]; at < sentFrom.items[transition + 1]; at++) {
      this.#inFlight.push(sent.items[at]);
    }
    this.#hosts[node] = next.items[transition];
    return !transitions.isIdle(transition);
  }
}
