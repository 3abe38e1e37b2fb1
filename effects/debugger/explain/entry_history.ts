/**
 * What became of the entries at one index: who wrote, sent, acknowledged, committed and applied them.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Entry, NodeId } from "../../../core/entry.ts";
import type { Message } from "../../../core/message.ts";
import type { Node } from "../../../core/node.ts";
import type { Fate, Timeline, TimelineStep } from "../timeline.ts";

/** A message with the entry, or one that acknowledges it. */
export interface Transport {
  /** The sender. */
  readonly from: NodeId;
  /** The receiver. */
  readonly to: NodeId;
  /** The step that sent it. */
  readonly sent: number;
  /** The step that received it; null if none did. */
  readonly received: number | null;
  /** What became of it. */
  readonly fate: Fate;
}

/** The entry on one node. */
export interface Copy {
  /** The node. */
  readonly node: NodeId;
  /** The step that wrote it; null if it was there from the beginning. */
  readonly written: number | null;
  /** The step in which the node heard that it is durable; null if it did not. */
  durable: number | null;
  /** The step in which the node learned that it is committed. */
  committed: number | null;
  /** The step in which it was handed over to be applied. */
  handed: number | null;
  /** The step in which it was reported as applied. */
  applied: number | null;
  /** The step that replaced it by another one. */
  replaced: number | null;
  /** The first step after the start in which it was gone: the node had crashed before it was durable. */
  lost: number | null;
}

/** The entry that a leader of one term made at the index. */
export interface EntryHistory {
  /** The entry. */
  readonly entry: Entry;
  /** The step in which its leader appended it, and who that was; null if it was there from the beginning. */
  readonly appended: { readonly step: number; readonly leader: NodeId } | null;
  /** The copies, one for each time that a node wrote it. */
  readonly copies: Copy[];
  /** The messages that carried it. */
  readonly sends: Transport[];
  /** The messages by which others acknowledged it. */
  readonly acks: Transport[];
}

/** The history of an index. */
export interface IndexHistory {
  /** The entries that were there, in the order in which they appear. */
  readonly entries: readonly EntryHistory[];
  /** Nodes that took over a snapshot that covers the index, and in which step. */
  readonly covered: readonly { readonly node: NodeId; readonly step: number }[];
}

/** The history of `index`. */
export function historyOf(timeline: Timeline, index: number): IndexHistory {
  const collector = new Collector(index);
  for (const node of timeline.nodes) collector.begin(timeline.state(0).get(node));
  for (let number = 1; number <= timeline.length; number++) {
    if (timeline.columns.commit[number - 1] < index && !mayConcern(timeline.after(number), index)) continue;
    collector.step(timeline.step(number), timeline.before(number), timeline.after(number));
  }
  return collector;
}

/** Whether the log of a node reaches to the index, or a message may speak of it. */
function mayConcern({ log }: Node, index: number): boolean {
  return log.last.index >= index || log.snapshot.index >= index || log.last.index + 1 >= index;
}

class Collector implements IndexHistory {
  readonly entries: EntryHistory[] = [];
  readonly covered: { node: NodeId; step: number }[] = [];
  readonly #index: number;
  /** What each node held last, and in which run. */
  readonly #last = new Map<NodeId, { readonly run: number | null; readonly entry: Entry | null }>();

  constructor(index: number) {
    this.#index = index;
  }

  begin(state: Node | undefined): void {
    if (state === undefined) return;
    this.#last.set(state.id, { run: null, entry: this.#entryIn(state) });
    const entry = this.#entryIn(state);
    if (entry !== null) this.#add(entry, foundOn(state, this.#index), null);
  }

  step(step: TimelineStep, before: Node, after: Node): void {
    this.#startedAgain(step, before);
    const [had, has] = [this.#entryIn(before), this.#entryIn(after)];
    this.#last.set(step.node, { run: step.run, entry: has });
    if (had !== null && (has === null || has.term !== had.term) && !this.#isCompacted(after)) this.#replace(step, had);
    if (has !== null && (had === null || had.term !== has.term)) this.#write(step, has, before);
    if (has !== null) this.#progress(step, has, before, after);
    if (
      has === null && had === null && after.log.snapshot.index >= this.#index && before.log.snapshot.index < this.#index
    ) {
      this.covered.push({ node: step.node, step: step.number });
    }
    if (has !== null || had !== null || this.entries.length > 0) this.#messages(step, before);
  }

  /** What a crash has taken from a node, or what is there again. */
  #startedAgain({ node, number, run }: TimelineStep, before: Node): void {
    const last = this.#last.get(node);
    if (last === undefined || last.run === run) return;
    const entry = this.#entryIn(before);
    if (entry?.term === last.entry?.term || this.#isCompacted(before)) return;
    if (last.entry !== null) {
      const copy = this.#copyOn(node, last.entry);
      if (copy !== null) copy.lost = number;
    }
    if (entry !== null) this.#add(entry, foundOn(before, this.#index), null);
  }

  #add(entry: Entry, copy: Copy, appended: EntryHistory["appended"]): void {
    const known = this.#of(entry);
    if (known === null) this.entries.push({ entry, appended, copies: [copy], sends: [], acks: [] });
    else known.copies.push(copy);
  }

  #replace({ node, number }: TimelineStep, entry: Entry): void {
    const copy = this.#copyOn(node, entry);
    if (copy !== null) copy.replaced = number;
  }

  #write({ message, node, number }: TimelineStep, entry: Entry, before: Node): void {
    const appended = message.type === "Append" ? null : { step: number, leader: before.id };
    this.#add(entry, { ...NOTHING, node, written: number }, appended);
  }

  #progress({ node, number, outbox }: TimelineStep, entry: Entry, before: Node, after: Node): void {
    const copy = this.#copyOn(node, entry);
    if (copy === null) return;
    const index = this.#index;
    if (after.stable >= index) copy.durable ??= number;
    if (after.commit >= index && before.commit < index) copy.committed ??= number;
    if (after.applied >= index && before.applied < index) copy.applied ??= number;
    for (const effect of outbox) {
      if (effect.type === "Apply" && effect.entries.some((one) => one.index === index)) copy.handed ??= number;
    }
  }

  #messages(step: TimelineStep, before: Node): void {
    for (const { fate, message, received, to } of step.deliveries) {
      const { node: from, number: sent } = step;
      if (to === from) continue;
      if (message.type === "Append") {
        const entry = message.entries.find((one) => one.index === this.#index);
        if (entry !== undefined) this.#of(entry)?.sends.push({ from, to, sent, received, fate });
      }
      if (message.type === "AppendResponse" && O.isNone(message.hint) && message.index >= this.#index) {
        this.#acknowledged(step.message, before)?.acks.push({ from, to, sent, received, fate });
      }
    }
  }

  /** The entry that a node acknowledges with the answer to `message`. */
  #acknowledged(message: Message, before: Node): EntryHistory | null {
    if (message.type !== "Append") return null;
    const sent = message.entries.find(({ index }) => index === this.#index) ?? this.#entryIn(before);
    return sent === null ? null : this.#of(sent);
  }

  #isCompacted({ log }: Node): boolean {
    return log.snapshot.index >= this.#index;
  }

  #entryIn({ log }: Node): Entry | null {
    return this.#index >= log.first && this.#index <= log.last.index ? log.at(this.#index) : null;
  }

  #of({ term }: Entry): EntryHistory | null {
    return this.entries.find(({ entry }) => entry.term === term) ?? null;
  }

  #copyOn(node: NodeId, entry: Entry): Copy | null {
    return this.#of(entry)?.copies.findLast((copy) => copy.node === node) ?? null;
  }
}

const NOTHING = {
  written: null,
  durable: null,
  committed: null,
  handed: null,
  applied: null,
  replaced: null,
  lost: null,
};

/** The copy that a node begins with. */
function foundOn({ applied, commit, id, stable }: Node, index: number): Copy {
  const done = (upTo: number): number | null => upTo >= index ? 0 : null;
  return {
    ...NOTHING,
    node: id,
    durable: done(stable),
    committed: done(commit),
    handed: done(applied),
    applied: done(applied),
  };
}
