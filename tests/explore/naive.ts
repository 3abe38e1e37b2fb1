/**
 * An explorer without any cleverness: every state as a text, every step computed anew. What the explorer of this module
 * counts is compared with what this one counts.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { type PeerMessage, proposal } from "../../core/mod.ts";
import { type Bounds, type Limits, limitsOf } from "../../effects/explore/bounds.ts";
import { type Ghost, ghostText, NO_PAST, remember } from "../../effects/explore/ghost.ts";
import type { Host } from "../../effects/explore/host.ts";
import type { Input } from "../../effects/explore/input.ts";
import { renamedGhost, renamedHost, renamedMessage } from "../../effects/explore/permute.ts";
import { type HostRules, type Outcome, PRODUCTION } from "../../effects/explore/outcome.ts";
import { runHost } from "../../effects/explore/run_host.ts";
import { firstHost } from "../../effects/explore/start_host.ts";
import { canonical } from "../properties/canonical.ts";

/** A state. */
export interface NaiveState {
  readonly hosts: readonly Host[];
  readonly ghost: Ghost;
  readonly messages: readonly PeerMessage[];
  readonly left: { readonly proposals: number; readonly duplicates: number; readonly crashes: number };
}

/** All states within `bounds`, of which proposals, duplicates, crashes and delays are heard. */
export function naiveStates(bounds: Bounds, idleToo = false): ReadonlyMap<string, NaiveState> {
  const limits = limitsOf(bounds);
  if (E.isLeft(limits)) throw new Error(limits.left);
  const explorer = new Naive(limits.right, idleToo);
  explorer.run();
  return explorer.states;
}

/** The distinct machines and pasts, without messages and budgets. */
export function withoutMessages(states: Iterable<NaiveState>): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { hosts, ghost } of states) texts.add(`${hosts.map(textOnce)} ${ghostText(ghost)}`);
  return texts;
}

/** How many states there are if those that differ only in the numbers of the nodes are one. */
export function orbits(
  states: Iterable<NaiveState>,
  renamings: readonly (readonly number[])[],
  ordered = false,
): number {
  const least = new Set<string>();
  const texts = renamings.map((names) => {
    const host = once((host: Host) => textOnce(renamedHost(names, host)));
    const renamed = once((message: PeerMessage) => renamedMessage(names, message));
    return ({ hosts, ghost, messages, left }: NaiveState): string => {
      const machines = new Array<string>(hosts.length);
      hosts.forEach((before, i) => machines[names[i] - 1] = host(before));
      return stateText(machines, ghostText(renamedGhost(names, ghost)), inOrder(messages.map(renamed), ordered), left);
    };
  });
  for (const state of states) least.add(texts.map((text) => text(state)).sort()[0]);
  return least.size;
}

class Naive {
  readonly states = new Map<string, NaiveState>();
  readonly #rules: HostRules;
  #queue: NaiveState[] = [];

  constructor(readonly limits: Limits, readonly idleToo: boolean) {
    const { nodes, settings, delayedWrites, delayedApplies } = limits;
    this.#rules = { ...PRODUCTION, nodes, settings, delayedWrites, delayedApplies };
  }

  run(): void {
    const { nodes, proposals, duplicates, crashes } = this.limits;
    const hosts = Array.from({ length: nodes }, (_, i) => firstHost(i + 1, this.#rules));
    this.#meet({ hosts, ghost: NO_PAST, messages: [], left: { proposals, duplicates, crashes } });
    while (this.#queue.length > 0) {
      const some = this.#queue;
      this.#queue = [];
      for (const state of some) this.#expand(state);
    }
  }

  #meet(state: NaiveState): void {
    const text = textOf(state, this.limits.ordered);
    if (this.states.has(text)) return;
    this.states.set(text, state);
    this.#queue.push(state);
  }

  #expand(state: NaiveState): void {
    const { messages, left, hosts } = state;
    const fewer = { ...left, crashes: left.crashes - 1 };
    messages.forEach((message, i) => {
      // That the second of two equal messages arrives and the first is lost is no other thing than the reverse.
      const before = messages.slice(0, i).findLast((other) => isOnWay(message, other));
      if (this.limits.ordered && before !== undefined && textOnce(before) === textOnce(message)) return;
      const others = messages.filter((other, j) =>
        j !== i && !(this.limits.ordered && j < i && isOnWay(message, other))
      );
      const input: Input = { type: "deliver", message };
      const to = message.to - 1;
      if (this.#take(state, to, input, false, others, left) && left.duplicates > 0) {
        this.#take(state, to, input, false, messages, { ...left, duplicates: left.duplicates - 1 });
      }
      if (this.#tears(left)) this.#take(state, to, input, true, others, fewer);
    });
    for (let node = 0; node < hosts.length; node++) {
      const inputs: Input[] = [{ type: "timeout" }];
      if (this.limits.delayedWrites) inputs.push({ type: "flush" });
      if (this.limits.delayedApplies) inputs.push({ type: "apply" });
      for (const input of inputs) {
        this.#take(state, node, input, false, messages, left);
        if (this.#tears(left)) this.#take(state, node, input, true, messages, fewer);
      }
      if (left.crashes > 0) this.#take(state, node, { type: "crash" }, false, messages, fewer);
      if (left.proposals > 0 && hosts[node].node.role === "leader") {
        const number = this.limits.proposals - left.proposals + 1;
        const input: Input = { type: "propose", number, proposal: proposal(Uint8Array.of(number)) };
        this.#take(state, node, input, false, messages, { ...left, proposals: left.proposals - 1 });
        const torn = { ...fewer, proposals: left.proposals - 1 };
        if (this.#tears(left)) this.#take(state, node, input, true, messages, torn);
      }
    }
  }

  // What finds no room is lost.
  #sent(messages: readonly PeerMessage[], sent: readonly PeerMessage[]): readonly PeerMessage[] {
    const all = [...messages];
    for (const message of sent) {
      const others = all.filter((other) => isOnWay(message, other));
      if (others.length < this.limits.inFlight) all.push(message);
    }
    return all;
  }

  // With delayed writes, a crash that comes too early for them is a crash like any other.
  #tears({ crashes }: NaiveState["left"]): boolean {
    return crashes > 0 && !this.limits.delayedWrites;
  }

  #take(
    { hosts, ghost }: NaiveState,
    node: number,
    input: Input,
    interrupted: boolean,
    messages: readonly PeerMessage[],
    left: NaiveState["left"],
  ): boolean {
    const outcome: Outcome = runHost(hosts[node], input, this.#rules, { interrupted });
    if (outcome.objection !== null) throw outcome.objection;
    const same = textOnce(outcome.host) === textOnce(hosts[node]) && outcome.sent.length === 0 &&
      outcome.elected === 0 && outcome.committed.length === 0;
    const silent = outcome.sent.length === 0 && outcome.elected === 0 && outcome.committed.length === 0;
    const makesRoom = input.type === "deliver" && (this.idleToo || this.limits.inFlight < Infinity);
    if (interrupted && silent && !makesRoom) return false;
    if ((same && !makesRoom) || outcome.host.node.term > this.limits.terms) {
      return false;
    }
    const after = hosts.map((host, i) => i === node ? outcome.host : host);
    this.#meet({
      hosts: after,
      ghost: remember(ghost, outcome, after),
      messages: this.#sent(messages, outcome.sent),
      left,
    });
    return true;
  }
}

function isOnWay(a: PeerMessage, b: PeerMessage): boolean {
  return a.from === b.from && a.to === b.to;
}

function textOf({ hosts, ghost, messages, left }: NaiveState, ordered: boolean): string {
  return stateText(hosts.map(textOnce), ghostText(ghost), inOrder(messages, ordered), left);
}

/** The texts of messages in flight: in any order that is always the same, or as they were sent on each way. */
function inOrder(messages: readonly PeerMessage[], ordered: boolean): readonly string[] {
  if (!ordered) return messages.map(textOnce).sort();
  return [...messages].sort((a, b) => a.from - b.from || a.to - b.to).map(textOnce);
}

function stateText(
  hosts: readonly string[],
  ghost: string,
  messages: readonly string[],
  left: NaiveState["left"],
): string {
  return `${hosts} ${ghost} ${messages} ${canonical(left)}`;
}

/** The text of a value that does not change. */
export const textOnce: (value: object) => string = once(canonical);

// Values are shared by many states.
function once<T extends object, A>(make: (value: T) => A): (value: T) => A {
  const known = new WeakMap<T, A>();
  return (value) => {
    const text = known.get(value) ?? make(value);
    known.set(value, text);
    return text;
  };
}
