/**
 * A cluster that goes on from an instant of its recording, while it is told what was recorded or something else. What is
 * assumed is said in `fork_timeline.ts`.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { decodeConfChange } from "../../core/conf_change_bytes.ts";
import { type Entry, isConfChange, NO_BYTES, type NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Outbox } from "../../core/outbox.ts";
import { step as coreStep } from "../../core/step.ts";
import { RecordedFates } from "./fork_fates.ts";
import { isFromPeer, isOwn, Machine, type Said } from "./machine.ts";
import type { Timeline, TimelineRun, TimelineStep } from "./timeline.ts";

import type { ForkedOrigin, ForkedStep, ForkedTimeline, ForkTimelineOptions } from "./forked.ts";

/** So many steps at most. */
const MOST = 100_000;

/** A message on its way that was not sent in the recording. */
interface Letter {
  readonly message: Message;
  readonly to: NodeId;
  /** It arrives before the recorded step with this number. */
  readonly due: number;
}

/** The cluster while it goes on. */
export class Future {
  readonly #timeline: Timeline;
  readonly #at: number;
  readonly #most: number;
  readonly #machines = new Map<NodeId, Machine>();
  readonly #fates: RecordedFates;
  readonly #steps: ForkedStep[] = [];
  readonly #vanished: number[] = [];
  readonly #diverged = new Map<NodeId, number>();
  readonly #starts = new Map<number, TimelineRun>();
  #letters: Letter[] = [];
  #now: number;

  /** Everything is as it was after step `at`. */
  constructor(timeline: Timeline, at: number, { most = MOST, step = coreStep }: ForkTimelineOptions) {
    this.#timeline = timeline;
    this.#at = at;
    this.#now = at;
    this.#most = most;
    for (const node of timeline.state(at).values()) this.#machines.set(node.id, new Machine(node, step));
    this.#fates = new RecordedFates(timeline, at);
    const begun = new Set<NodeId>();
    for (const run of timeline.runs) {
      if (run.first > at && begun.has(run.node)) this.#starts.set(run.first, run);
      begun.add(run.node);
    }
  }

  /** Whether there are as many steps as there may be. */
  get over(): boolean {
    return this.#steps.length >= this.#most;
  }

  /** Tells a node something that was not recorded. */
  insert(node: NodeId, message: Message): void {
    this.#diverge(node, this.#now);
    this.#tell(node, message, "changed", null);
  }

  /** Lets what is due before the recorded step `number` arrive. */
  advance(number: number): void {
    for (;;) {
      const due = this.#letters.filter((letter) => letter.due <= number).sort((a, b) => a.due - b.due)[0];
      if (due === undefined || this.over) break;
      this.#letters = this.#letters.filter((letter) => letter !== due);
      this.#now = Math.max(this.#now, due.due - 1);
      if (this.#isDown(due.to, number)) continue;
      this.#diverge(due.to, this.#now);
      this.#tell(due.to, due.message, "new", null);
    }
    this.#now = number;
  }

  /** The recorded step, or another one in its place, if it still happens. */
  recorded(step: TimelineStep, edited: Message | undefined): void {
    const { message, node, number } = step;
    this.#restart(number);
    if (edited !== undefined) {
      this.#diverge(node, number - 1, number);
      return this.#tell(node, edited, "changed", number);
    }
    if (isFromPeer(message)) {
      return this.#fates.arrives(step) ? this.#tell(node, message, "recorded", number) : this.vanish(step);
    }
    if (this.#diverged.has(node) && isReport(message)) return void this.#vanished.push(number);
    this.#tell(node, message, "recorded", number);
  }

  /** The recorded step does not happen. */
  vanish({ node, number }: TimelineStep): void {
    this.#restart(number);
    this.#vanished.push(number);
    this.#diverge(node, number - 1, number);
  }

  /** Lets what is still on its way arrive, and what that provokes. */
  settle(): void {
    while (this.#letters.length > 0 && !this.over) {
      this.advance(Math.min(...this.#letters.map(({ due }) => due)));
    }
  }

  /** What came of it. */
  outcome(): ForkedTimeline {
    const nodes = new Map([...this.#machines].map(([id, { node }]) => [id, node]));
    return { at: this.#at, steps: this.#steps, vanished: this.#vanished, diverged: this.#diverged, nodes };
  }

  #tell(id: NodeId, message: Message, origin: ForkedOrigin, recorded: number | null): void {
    const machine = this.#machines.get(id);
    if (machine === undefined) return;
    const { before, after, outbox, said } = machine.take(message);
    this.#steps.push({ node: id, origin, recorded, message, before, after, outbox });
    for (const one of said) this.#say(id, one);
    if (this.#diverged.has(id)) this.#carryOut(machine, outbox);
  }

  #say(from: NodeId, { message }: Said): void {
    if (!isFromPeer(message) || !this.#machines.has(message.to)) return;
    const due = this.#fates.send(from, message, this.#now);
    for (const at of due) this.#letters.push({ message, to: message.to, due: at });
  }

  /** The disk and the state machine of a diverged node are done at once. */
  #carryOut(machine: Machine, outbox: Outbox): void {
    for (const effect of outbox) {
      if (this.over) return;
      if (effect.type === "Persist") {
        machine.durable(effect);
        for (const message of effect.then) if (isOwn(message)) this.#tell(machine.id, message, "report", null);
      }
      if (effect.type === "Apply") this.#apply(machine, effect.entries);
      if (effect.type === "RestoreSnapshot") {
        this.#tell(machine.id, { ...effect.snapshot, type: "SnapshotAvailable" }, "report", null);
      }
      if (effect.type === "SnapshotWanted") this.#makeSnapshot(machine);
    }
  }

  #apply(machine: Machine, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (!isConfChange(entry)) continue;
      const change = decodeConfChange(entry);
      if (E.isRight(change)) this.#tell(machine.id, { type: "ApplyConfChange", change: change.right }, "report", null);
    }
    const { index } = entries[entries.length - 1];
    if (index > machine.node.applied) this.#tell(machine.id, { type: "Applied", index }, "report", null);
  }

  #makeSnapshot(machine: Machine): void {
    const { applied: index, configuration, log } = machine.node;
    const { autoLeave, learners, learnersNext, voters, votersOutgoing } = configuration;
    const members = { autoLeave, learners, learnersNext, voters, votersOutgoing };
    const message = {
      type: "SnapshotAvailable",
      index,
      term: log.termAt(index),
      configuration: members,
      data: NO_BYTES,
    } as const;
    this.#tell(machine.id, message, "report", null);
  }

  /**
   * From here on, behind step `last`, the node is on its own: what its disk and its state machine still had to do is done,
   * but for what the recorded step `besides` says.
   */
  #diverge(id: NodeId, last: number, besides: number = last): void {
    const machine = this.#machines.get(id);
    if (machine === undefined || this.#diverged.has(id)) return;
    this.#diverged.set(id, this.#steps.length);
    for (const message of this.#fates.unreported(id, last, besides)) this.#tell(id, message, "report", null);
    machine.flush();
    const { node, handed } = machine;
    const from = Math.max(node.applied, node.log.snapshot.index) + 1;
    if (handed >= from) this.#apply(machine, node.log.slice(from, Math.min(handed, node.log.last.index)));
  }

  #restart(number: number): void {
    const run = this.#starts.get(number);
    const machine = run === undefined ? undefined : this.#machines.get(run.node);
    if (run === undefined || machine === undefined) return;
    const before = machine.node;
    if (this.#diverged.has(run.node)) machine.restart(run.state);
    else machine.begin(run.state);
    this.#starts.delete(number);
    this.#steps.push({
      node: run.node,
      origin: "restart",
      recorded: null,
      message: null,
      before,
      after: machine.node,
      outbox: [],
    });
    if (!this.#diverged.has(run.node)) return;
    const { applied, commit, log } = machine.node;
    if (commit > applied) this.#apply(machine, log.slice(Math.max(applied, log.snapshot.index) + 1, commit));
  }

  /** Whether the machine of a node was off, just before a recorded step. */
  #isDown(node: NodeId, number: number): boolean {
    for (const [first, run] of this.#starts) {
      if (run.node !== node || first < number) continue;
      const earlier = this.#timeline.runs.findLast((other) =>
        other.node === node && other.last < first && other.first > 0
      );
      return earlier !== undefined && earlier.last < number;
    }
    return false;
  }
}

/** Whether it is what a disk or a state machine reports of its work. */
function isReport(message: Message): boolean {
  if (isOwn(message)) return true;
  switch (message.type) {
    case "Applied":
    case "ApplyConfChange":
    case "SnapshotAvailable":
    case "SnapshotUnavailable":
    case "Compact":
      return true;
    default: // what hosts and clients ask for
      return false;
  }
}
