/**
 * The states of a cluster as short lists of numbers, and the ways from one to the next.
 *
 * A state is the numbers of the machines, of the past and of what is left to be spent, and of the messages in flight, in
 * ascending order; where messages must not overtake each other, way by way, and on each way as they were sent.
 *
 * @module
 */
import type { Proposal } from "../../core/entry.ts";
import { Violation } from "../invariants/check.ts";
import { firstMismatch } from "../invariants/logs.ts";
import { encodeAction } from "./action.ts";
import type { Limits } from "./bounds.ts";
import { type Ghost, ghostText, GLOBAL_INVARIANTS, NO_PAST, remember, withRead } from "./ghost.ts";
import type { Host } from "./host.ts";
import type { Input } from "./input.ts";
import { Interner } from "./interner.ts";
import { type Offer, Offers } from "./offers.ts";
import { PairTable, UNKNOWN } from "./pair_table.ts";
import type { Renaming } from "./permute.ts";
import type { Transitions } from "./transitions.ts";

/** Hears of a successor: `space.next` and `space.length` are the state. Returns false if no more are wanted. */
export type Visit = (action: number) => void;

/** States and their successors. */
export class Space {
  /** The number of machines. */
  readonly nodes: number;
  /** All pasts. */
  readonly ghosts = new Interner<Ghost>(ghostText);
  readonly offers: Offers;
  /** The successor that is being visited. */
  readonly next = new Int32Array(4096);
  /** How many of its words are used. */
  length = 0;
  /** The position of the machine that has changed. */
  changed = 0;
  /** What must not happen, and did, on the way to the successor. */
  objection: Violation | null = null;
  readonly #free: readonly number[];
  readonly #timeout: number;
  readonly #remembered = new PairTable();
  readonly #matching = new PairTable();
  readonly #hosts: Host[] = [];

  constructor(readonly limits: Limits, proposals: readonly Proposal[], readonly transitions: Transitions) {
    this.nodes = limits.nodes + limits.spares;
    this.offers = new Offers(limits, proposals, (input) => transitions.inputNumber(input));
    const free: Input[] = [{ type: "timeout" }];
    if (limits.settings.some(({ checkQuorum }) => checkQuorum)) free.push({ type: "idle" });
    if (limits.delayedWrites) free.push({ type: "flush" });
    if (limits.delayedApplies) free.push({ type: "apply" });
    this.#timeout = transitions.inputNumber({ type: "timeout" });
    this.#free = free.map((input) => transitions.inputNumber(input));
  }

  /** The first state, of these machines: in `next`. */
  begin(hosts: readonly Host[]): void {
    hosts.forEach((host, i) => this.next[i] = this.transitions.hostNumber(host));
    this.next[this.nodes] = this.ghosts.numberOf(NO_PAST);
    this.next[this.nodes + 1] = this.offers.first();
    this.length = this.nodes + 2;
  }

  /** Visits the successors of the state in the first `length` of `words`, until there is an objection. */
  expand(words: Int32Array, length: number, visit: Visit): void {
    const { nodes } = this;
    const left = words[nodes + 1];
    const duplicated = this.offers.spend(left, "duplicates");
    const timedOut = this.offers.spend(left, "timeouts");
    const dropped = this.offers.spend(left, "drops");
    for (let at = nodes + 2; at < length; at++) {
      const message = words[at];
      if (at > nodes + 2 && words[at - 1] === message) continue;
      const node = this.transitions.to.items[message];
      if (dropped >= 0) {
        this.#lose(words, length, at, dropped);
        visit(encodeAction(message, node, 3));
      }
      if (this.#go(words, length, node, message, false, at, left)) {
        visit(encodeAction(message, node, 0));
        if (this.objection !== null) return;
        if (duplicated >= 0) {
          this.#go(words, length, node, message, false, -1, duplicated);
          visit(encodeAction(message, node, 1));
        }
      }
    }
    for (let node = 0; node < nodes; node++) {
      for (const input of this.#free) {
        const after = input === this.#timeout ? timedOut : left;
        if (after < 0) continue;
        if (this.#go(words, length, node, input, false, -1, after)) visit(encodeAction(input, node, 0));
        if (this.objection !== null) return;
      }
      for (const offer of this.offers.of(left)) {
        if (!this.#may(words[node], offer)) continue;
        if (!this.#go(words, length, node, offer.input, false, -1, offer.left, offer.read)) continue;
        visit(encodeAction(offer.input, node, 0));
        if (this.objection !== null) return;
      }
    }
    if (!this.limits.delayedWrites && this.offers.spend(left, "crashes") >= 0) this.#interrupt(words, length, visit);
  }

  // Whatever a node takes may be followed by a crash before it is written. If nothing has left by then, that is no other
  // state than after a crash alone, but for the message, which might as well be still in flight.
  #interrupt(words: Int32Array, length: number, visit: Visit): void {
    const left = words[this.nodes + 1];
    const crashed = this.offers.spend(left, "crashes");
    for (let at = this.nodes + 2; at < length; at++) {
      const message = words[at];
      if (at > this.nodes + 2 && words[at - 1] === message) continue;
      const node = this.transitions.to.items[message];
      if (!this.#go(words, length, node, message, true, at, crashed)) continue;
      visit(encodeAction(message, node, 2));
      if (this.objection !== null) return;
    }
    for (let node = 0; node < this.nodes; node++) {
      for (const input of this.#free) {
        const after = input === this.#timeout ? this.offers.spend(crashed, "timeouts") : crashed;
        if (after < 0 || !this.#go(words, length, node, input, true, -1, after)) continue;
        visit(encodeAction(input, node, 2));
        if (this.objection !== null) return;
      }
      for (const offer of this.offers.of(crashed)) {
        if (offer.read > 0 || !this.#may(words[node], offer)) continue;
        if (!this.#go(words, length, node, offer.input, true, -1, offer.left)) continue;
        visit(encodeAction(offer.input, node, 2));
        if (this.objection !== null) return;
      }
    }
  }

  #may(host: number, { leadersOnly }: Offer): boolean {
    return !leadersOnly || this.transitions.leads.items[host] === 1;
  }

  // Makes the successor; false if nothing changes, or more than is allowed.
  #go(
    words: Int32Array,
    length: number,
    node: number,
    input: number,
    interrupted: boolean,
    without: number,
    left: number,
    read = 0,
  ): boolean {
    const { transitions, nodes, next } = this;
    const host = words[node];
    const transition = transitions.of(host, input, interrupted);
    // Where room is limited, a message that changes nothing makes room for the next one by its arrival.
    const makesRoom = without >= 0 && this.limits.inFlight !== Infinity;
    if (!makesRoom && (transitions.isIdle(transition) || (interrupted && !transitions.saysAnything(transition)))) {
      return false;
    }
    const after = transitions.next.items[transition];
    if (transitions.nodeTerm.items[after] > this.limits.terms) return false;
    for (let i = 0; i < nodes; i++) next[i] = words[i];
    next[node] = after;
    next[nodes] = words[nodes];
    if (read > 0) next[nodes] = this.ghosts.numberOf(withRead(this.ghosts.at(words[nodes]), read));
    if (transitions.special[transition] !== null) this.#remember(transition);
    next[nodes + 1] = left;
    this.changed = node;
    this.length = this.#merge(words, length, without, node, after, transition);
    return true;
  }

  #lose(words: Int32Array, length: number, at: number, left: number): void {
    const { next, nodes } = this;
    for (let i = 0; i < at; i++) next[i] = words[i];
    for (let i = at + 1; i < length; i++) next[i - 1] = words[i];
    next[nodes + 1] = left;
    this.changed = -1;
    this.length = length - 1;
  }

  // What was in flight but for the one at `without`, and what was sent: in order, and without what nobody has use for.
  #merge(words: Int32Array, length: number, without: number, node: number, after: number, transition: number): number {
    const { transitions, next, nodes } = this;
    const sent = transitions.sent.items;
    let from = transitions.sentFrom.items[transition];
    const until = transitions.sentFrom.items[transition + 1];
    const to = transitions.to.items;
    const moved = after !== words[node];
    const way = this.limits.ordered && without >= 0 ? transitions.link.items[words[without]] : -1;
    let out = nodes + 2;
    for (let at = nodes + 2; at < length; at++) {
      const message = words[at];
      if (at === without || (at < without && transitions.link.items[message] === way)) continue; // taken, or overtaken
      if (moved && to[message] === node && transitions.isUseless(message, after)) continue;
      next[out++] = message;
    }
    while (from < until) out = this.#put(out, sent[from++]);
    return out;
  }

  // Puts a message where it belongs among those in flight, if anybody may have use for it and there is room.
  #put(out: number, message: number): number {
    const { transitions, next, nodes, limits: { inFlight } } = this;
    const to = transitions.to.items[message];
    if (to < 0 || to >= nodes || transitions.isUseless(message, next[to])) return out;
    if (inFlight !== Infinity && this.#onLink(next, out, message) >= inFlight) return out;
    let at = out;
    while (at > nodes + 2 && transitions.isBehind(next[at - 1], message)) {
      next[at] = next[at - 1];
      at--;
    }
    next[at] = message;
    return out + 1;
  }

  #onLink(words: Int32Array, length: number, message: number): number {
    const { link } = this.transitions;
    let count = 0;
    for (let at = this.nodes + 2; at < length; at++) if (link.items[words[at]] === link.items[message]) count++;
    return count;
  }

  #remember(transition: number): void {
    const outcome = this.transitions.special[transition];
    if (outcome === null) return;
    if (outcome.objection !== null) {
      this.objection = outcome.objection;
      return;
    }
    const { next, nodes } = this;
    const ghost = next[nodes];
    const known = this.#remembered.get(ghost, transition);
    if (known !== UNKNOWN) {
      next[nodes] = known;
      return;
    }
    for (let i = 0; i < nodes; i++) this.#hosts[i] = this.transitions.hosts.at(next[i]);
    try {
      const before = this.ghosts.at(ghost);
      const after = remember(before, outcome, this.#hosts);
      next[nodes] = this.ghosts.numberOf(after);
      // What is newly committed has to be on the disks of others, so that it is looked at every time.
      if (after.committed.length === before.committed.length) this.#remembered.set(ghost, transition, next[nodes]);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.objection = error;
    }
  }

  /** Whether the log of the machine that has changed matches those of all others; otherwise there is an
   * objection. `names` are those that the nodes were given since. */
  checkLogs(names: Renaming): void {
    const { next, nodes, transitions } = this;
    if (this.changed < 0) return;
    const changed = names[this.changed] - 1;
    const log = transitions.log.items[next[changed]];
    for (let i = 0; i < nodes; i++) {
      const other = transitions.log.items[next[i]];
      if (other === log || this.#matching.get(log, other) !== UNKNOWN) continue;
      const [one, another] = [transitions.hosts.at(next[changed]), transitions.hosts.at(next[i])];
      const index = firstMismatch(one.node.log, another.node.log);
      if (index > 0) {
        const sentence =
          `nodes ${one.id} and ${another.id} agree in an entry, but not in entry ${index} before or at it`;
        this.objection = new Violation(GLOBAL_INVARIANTS.matching, sentence);
        return;
      }
      this.#matching.set(log, other, 1);
    }
  }
}
