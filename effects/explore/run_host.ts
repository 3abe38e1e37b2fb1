/**
 * What becomes of a machine when something happens to it: a host that obeys the contract of the reducer, as a function.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { proposeConfChange } from "../../core/conf_change_bytes.ts";
import { type Entry, type EntryId, NO_BYTES } from "../../core/entry.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox, Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { Violation } from "../invariants/check.ts";
import { type DurableState, firstConfiguration, type Host, type Machine, timeless, type Work } from "./host.ts";
import type { Input } from "./input.ts";
import { onRelease, onStable, onStep, onWrite } from "./local_invariants.ts";
import { advanced, machineOf, written } from "./machine.ts";
import { started } from "./start_host.ts";
import type { Applied, Committed, HostRules, Listener, Outcome, ReadAnswer } from "./outcome.ts";

/**
 * What becomes of `host` by `input`. With `interrupted`, its power goes off as soon as its node has taken the input: what
 * may leave at once has left, and what was to be written is lost.
 */
export function runHost(host: Host, input: Input, rules: HostRules, more: {
  readonly interrupted?: boolean;
  readonly listener?: Listener;
  readonly restarted?: (node: Node, outbox: Outbox) => void;
} = {}): Outcome {
  const run = new Run(host, rules, more.listener, more.restarted);
  try {
    run.happen(input);
    if (more.interrupted) run.interrupt();
    else run.settle();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    run.objection = error;
  }
  return run.outcome();
}

/** A host at work. */
class Run {
  #node: Node;
  #disk: DurableState;
  #queue: Persist[];
  #machine: Machine;
  #pending: Work[];
  readonly #sent: PeerMessage[] = [];
  readonly #committed: Committed[] = [];
  readonly #reads: ReadAnswer[] = [];
  readonly #applied: Applied[] = [];
  #elected = 0;
  objection: Violation | null = null;

  constructor(
    readonly host: Host,
    readonly rules: HostRules,
    readonly listener: Listener | undefined,
    readonly restarted: ((node: Node, outbox: Outbox) => void) | undefined,
  ) {
    this.#node = host.node;
    this.#disk = host.disk;
    this.#queue = [...host.queue];
    this.#machine = host.machine;
    this.#pending = [...host.pending];
  }

  happen(input: Input): void {
    switch (input.type) {
      case "deliver":
        return this.#tell(input.message);
      case "timeout":
        return this.#timeout();
      case "idle":
        return this.#idle();
      case "crash":
        return this.#restart();
      case "flush":
        return this.#flush();
      case "apply":
        return this.#apply(1);
      case "beat":
        return this.#tell({ type: "Beat" });
      case "checkQuorum":
        return this.#tell({ type: "CheckQuorum" });
      case "propose":
        return this.#tell({ type: "Propose", ticket: input.number, entries: [input.proposal] });
      case "change":
        return this.#tell({ type: "Propose", ticket: input.number, entries: [proposeConfChange(input.change)] });
      case "snapshot":
        return this.#snapshot();
      case "read":
        return this.#tell({ type: "ReadIndex", ticket: input.number, context: Uint8Array.of(input.number) });
      case "transfer":
        return this.#tell({ type: "TransferLeader", ticket: 0, transferee: input.to });
      case "unreachable":
        return this.#tell({ type: "Unreachable", peer: input.peer });
    }
  }

  /** Lets the disk finish and the state machine apply, unless they take their time. */
  settle(): void {
    const { delayedWrites, delayedApplies } = this.rules;
    do {
      while (!delayedWrites && this.#queue.length > 0) this.#flush();
      if (!delayedApplies && this.#pending.length > 0) this.#apply(this.#pending.length);
    } while (!delayedWrites && this.#queue.length > 0);
  }

  /** The power goes off. */
  interrupt(): void {
    this.#restart();
  }

  outcome(): Outcome {
    const node = this.rules.untouched ? this.#node : timeless(this.#node);
    return {
      host: {
        id: this.host.id,
        node,
        disk: this.#disk,
        queue: this.#queue,
        machine: this.#machine,
        pending: this.#pending,
      },
      sent: this.#sent,
      elected: this.#elected,
      committed: this.#committed,
      reads: this.#reads,
      applied: this.#applied,
      objection: this.objection,
    };
  }

  #tell(message: Message): void {
    const before = this.#node;
    const [after, outbox] = this.rules.step(before, message);
    this.#node = after;
    this.listener?.(message, after, outbox);
    onStep(before, message, after, outbox);
    onStable(before, after, this.#disk);
    if (after.commit > before.commit) this.#noteCommits(before, after);
    if (after.role === "leader" && (before.role !== "leader" || before.term !== after.term)) this.#elected = after.term;
    this.#carryOut(outbox);
  }

  #noteCommits(before: Node, { term, log, commit, configuration, role }: Node): void {
    const entries: (Entry | EntryId)[] = [];
    for (let index = before.commit + 1; index <= commit; index++) {
      if (index >= log.first && index <= log.last.index) entries.push(log.at(index));
      else if (log.knows(index)) entries.push(log.idAt(index));
    }
    this.#committed.push({ term, entries, configuration, leads: role === "leader" });
  }

  #carryOut(outbox: Outbox): void {
    for (const effect of outbox) {
      switch (effect.type) {
        case "Send":
          this.#release(effect.message);
          break;
        case "Persist":
          this.#queue.push(effect);
          if (O.isSome(effect.snapshot)) this.#pending = []; // it supersedes what was handed over before
          break;
        case "Apply":
          for (const entry of effect.entries) this.#pending.push({ entry });
          break;
        case "RestoreSnapshot":
          this.#pending = [{ snapshot: effect.snapshot }];
          break;
        case "ReadReady":
          this.#reads.push({ number: effect.ticket, index: effect.index });
          break;
        case "ForwardedReadReady":
          this.#reads.push({ number: effect.context[0], index: effect.index });
          break;
        case "SnapshotWanted": // snapshots are made when an action says so
        case "Appended": // nobody waits for these
        case "Rejected":
        case "RoleChanged":
        case "Refused": // objected to already
        case "Fault":
          break;
      }
    }
  }

  #release(message: PeerMessage): void {
    onRelease(message, this.#disk);
    this.#sent.push(message);
  }

  #timeout(): void {
    const { electionTick } = this.#node.options;
    const { term, role } = this.#node;
    if (role === "leader") return; // what its ticks do, `beat` and `checkQuorum` do
    for (let tick = 0; tick < 2 * electionTick; tick++) {
      this.#tell({ type: "Tick", random: 0 });
      const node: Node = this.#node;
      // It campaigns: that, and no further tick, is what an election timeout is.
      if (node.term !== term || node.role !== role || node.electionElapsed === 0) return;
    }
  }

  #idle(): void {
    const { electionTick, checkQuorum } = this.#node.options;
    if (!checkQuorum || this.#node.role === "leader") return;
    while (this.#node.electionElapsed < electionTick) {
      const { electionElapsed } = this.#node;
      this.#tell({ type: "Tick", random: 1 - 1 / (2 * electionTick) });
      if (this.#node.electionElapsed <= electionElapsed) return;
    }
  }

  #restart(): void {
    const { id } = this.host;
    const { snapshot } = this.#disk;
    const { nodes } = this.rules;
    this.#machine = snapshot === null
      ? { index: 0, term: 0, configuration: firstConfiguration(nodes) }
      : machineOf(snapshot);
    const [host, outbox] = started(id, this.#disk, this.#machine, this.rules);
    this.#node = host.node;
    this.#queue = [];
    this.#pending = [];
    if (snapshot !== null) this.#applied.push({ type: "restore", at: { index: snapshot.index, term: snapshot.term } });
    this.restarted?.(host.node, outbox);
    this.#carryOut(outbox);
    this.settle();
  }

  #flush(): void {
    const persist = this.#queue.shift();
    if (persist === undefined) return;
    onWrite(this.#disk, persist, this.host.id);
    this.#disk = written(this.#disk, persist);
    for (const message of persist.then) {
      if (message.type === "Persisted") this.#tell(message);
      else if (message.to === this.host.id) {
        onRelease(message, this.#disk);
        this.#tell(message);
      } else this.#release(message);
    }
  }

  #apply(count: number): void {
    let last = 0;
    const entries: Entry[] = [];
    const { index, term } = this.#machine;
    for (let i = 0; i < count && this.#pending.length > 0; i++) {
      const [work] = this.#pending.splice(0, 1);
      if ("snapshot" in work) {
        this.#machine = machineOf(work.snapshot);
        this.#applied.push({ type: "restore", at: { index: work.snapshot.index, term: work.snapshot.term } });
        this.#tell({ type: "SnapshotAvailable", ...work.snapshot });
      } else {
        entries.push(work.entry);
        const [machine, change] = advanced(this.#machine, work.entry);
        this.#machine = machine;
        last = work.entry.index;
        if (change !== null) this.#tell({ type: "ApplyConfChange", change });
      }
    }
    if (entries.length > 0) this.#applied.push({ type: "apply", after: { index, term }, entries });
    if (last > 0) this.#tell({ type: "Applied", index: last });
  }

  #snapshot(): void {
    const { index, term, configuration } = this.#machine;
    const { snapshot, log, hardState } = this.#disk;
    const held = snapshot === null ? 0 : snapshot.index;
    // A machine that has still to take over the snapshot at the beginning of its log has nothing to offer.
    if (index <= held || index < log.snapshot.index) return;
    const made: Snapshot = { index, term, configuration, data: NO_BYTES };
    const durable = hardState === null ? 0 : hardState.commit; // `start` would miss entries behind it
    const until = Math.min(index, durable);
    this.#disk = { ...this.#disk, snapshot: made, log: log.knows(until) ? log.compact(until) : log };
    this.#tell({ type: "SnapshotAvailable", ...made });
    if (log.knows(until)) this.#tell({ type: "Compact", index: until });
  }
}
