/**
 * A small simulated cluster: nodes, their disks and state machines, and a network between them. What happens is decided
 * by actions alone, so that the same setup and the same actions are the same run.
 *
 * The hosts obey the contract: a `Persist` waits in a queue until the disk has finished it and every earlier one, and
 * only then leaves its `then`; a crash loses what is not durable; committed entries are applied in order, a committed
 * configuration change is applied before `Applied` says so, and the log is compacted up to what is durably applied.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import {
  type ConfChange,
  type Entry,
  type Message,
  type NodeId,
  type Outbox,
  type PeerMessage,
  type Persisted,
  type Proposal,
  proposal,
  proposeConfChange,
  type Snapshot,
  step,
} from "../../core/mod.ts";
import type { Action, Target } from "./action.ts";
import type { Check } from "./check.ts";
import { Host } from "./host.ts";
import { isIn, type Letter, Network, shuffled } from "./network.ts";
import { type Setup, sizeOf } from "./setup.ts";

/** The reducer, or one that does the same and something besides. */
export type Reducer = typeof step;

/** A cluster. */
export class World {
  readonly hosts: readonly Host[];
  readonly network = new Network();
  #tickets = 0;
  #commands = 0;
  #rounds = 0;

  constructor(readonly setup: Setup, readonly checks: readonly Check[] = [], readonly reducer: Reducer = step) {
    this.hosts = Array.from({ length: sizeOf(setup) }, (_, i) => new Host(i + 1, setup));
    for (const host of this.hosts) this.#start(host);
  }

  /** The host of node `id`. */
  host(id: NodeId): Host {
    return this.hosts[id - 1];
  }

  /** Whom `target` means now. */
  resolve(target: Target): Host {
    if (target > 0) return this.hosts[(target - 1) % this.hosts.length];
    let leader = this.hosts[0];
    let term = -1;
    for (const host of this.hosts) {
      if (host.node === null || host.node.role !== "leader" || host.node.term <= term) continue;
      leader = host;
      term = host.node.term;
    }
    return leader;
  }

  /** Lets `action` happen. */
  act(action: Action): void {
    for (const check of this.checks) check.acting?.(action, this);
    this.#perform(action);
    for (const check of this.checks) check.acted?.(this);
  }

  /** Tells the node of `host` something, and does what it wants done; a node that is down hears nothing. */
  tell(host: Host, message: Message): void {
    const before = host.node;
    if (before === null) return;
    const [after, outbox] = this.reducer(before, message);
    host.node = after;
    for (const check of this.checks) check.stepped?.({ host, before, message, after, outbox }, this);
    this.#carryOut(host, outbox);
  }

  /** Lets `letter`, which is in flight, arrive. */
  arrive(letter: Letter): void {
    this.network.take(letter);
    this.tell(this.host(letter.message.to), letter.message);
  }

  #perform(action: Action): void {
    switch (action.type) {
      case "deliver":
        return this.#withLetter(action, (letter) => this.arrive(letter));
      case "drop":
        return this.#withLetter(action, (letter) => this.network.take(letter));
      case "duplicate":
        return this.#withLetter(action, ({ message }) => this.network.send(message));
      case "delay":
        return this.#withLetter(action, (letter) => {
          this.network.take(letter);
          this.network.send(letter.message);
        });
      case "settle":
        for (let round = 0; round < action.rounds; round++) this.#settle(action);
        return;
      case "tick":
        for (let i = 0; i < action.count; i++) {
          this.tell(this.resolve(action.node), { type: "Tick", random: action.random });
        }
        return;
      case "campaign":
        return this.tell(this.resolve(action.node), { type: "Campaign" });
      case "beat":
        return this.tell(this.resolve(action.node), { type: "Beat" });
      case "checkQuorum":
        return this.tell(this.resolve(action.node), { type: "CheckQuorum" });
      case "forgetLeader":
        return this.tell(this.resolve(action.node), { type: "ForgetLeader" });
      case "propose":
        return this.#propose(action.node, Array.from({ length: action.count }, () => this.#command()));
      case "proposeConfChange":
        return this.#propose(action.node, [proposeConfChange(this.#among(action.change))]);
      case "transfer": {
        const { id: transferee } = this.resolve(action.transferee);
        return this.tell(this.resolve(action.node), { type: "TransferLeader", ticket: ++this.#tickets, transferee });
      }
      case "read":
        return this.#read(this.resolve(action.node));
      case "flush":
        return this.#flush(this.#first(action.node, ({ disk }) => disk.queue.length > 0), action.count);
      case "apply":
        return this.#apply(this.#first(action.node, ({ machine }) => machine.pending.length > 0), action.count);
      case "snapshot":
        return this.#snapshot(this.resolve(action.node), action.keep);
      case "crash": {
        const host = this.resolve(action.node);
        host.crash();
        for (const check of this.checks) check.crashed?.(host, this);
        return action.restart ? this.#start(host) : undefined;
      }
      case "restart":
        return this.#restart(action.node);
      case "partition":
        return this.network.partition(action.mask, action.lossy);
      case "heal":
        return this.network.partition(0, false);
      case "unreachable":
        return this.tell(this.resolve(action.node), { type: "Unreachable", peer: this.resolve(action.peer).id });
      case "snapshotStatus": {
        const { id: peer } = this.resolve(action.peer);
        return this.tell(this.resolve(action.node), { type: "SnapshotStatus", peer, arrived: action.arrived });
      }
    }
  }

  // The first host from `target` on that is as wanted; if none is, it does not matter which.
  #first(target: Target, isWanted: (host: Host) => boolean): Host {
    const { id } = this.resolve(target);
    for (let i = 0; i < this.hosts.length; i++) {
      const host = this.hosts[(id - 1 + i) % this.hosts.length];
      if (isWanted(host)) return host;
    }
    return this.host(id);
  }

  #withLetter({ to, nth }: { to: Target; nth: number }, use: (letter: Letter) => void): void {
    const host = this.#first(to, ({ id }) => this.network.deliverable(id).length > 0);
    const letters = this.network.deliverable(host.id);
    if (letters.length > 0) use(letters[nth % letters.length]);
  }

  // What is on its way when the round begins arrives; what that provokes waits for the next round.
  #settle({ slow, idle, shuffle, ticking }: Extract<Action, { type: "settle" }>): void {
    if (ticking) {
      this.#rounds++;
      for (const host of this.hosts) this.tell(host, { type: "Tick", random: (host.id * this.#rounds * 0.618) % 1 });
    }
    const letters = this.hosts.flatMap((host) => this.network.deliverable(host.id));
    for (const letter of shuffle === 0 ? letters : shuffled(letters, shuffle)) this.arrive(letter);
    for (const host of this.hosts) {
      if (!isIn(slow, host.id)) this.#flush(host, host.disk.queue.length);
      if (!isIn(idle, host.id)) this.#apply(host, host.machine.pending.length);
    }
  }

  #command(): Proposal {
    const number = ++this.#commands;
    // Commands are told apart by their bytes and have several lengths.
    return proposal(Uint8Array.of(number >> 8, number & 255, ...new Array<number>(number % 3).fill(7)));
  }

  // The same change of nodes that exist.
  #among({ transition, changes, context }: ConfChange): ConfChange {
    return { transition, changes: changes.map(({ type, id }) => ({ type, id: this.resolve(id).id })), context };
  }

  #propose(target: Target, entries: readonly Proposal[]): void {
    this.tell(this.resolve(target), { type: "Propose", ticket: ++this.#tickets, entries });
  }

  #read(host: Host): void {
    const ticket = ++this.#tickets;
    const context = Uint8Array.of(host.id, host.incarnation, ticket >> 8, ticket & 255);
    this.tell(host, { type: "ReadIndex", ticket, context });
  }

  #carryOut(host: Host, outbox: Outbox): void {
    for (const effect of outbox) {
      switch (effect.type) {
        case "Send":
          this.#release(host, effect.message);
          break;
        case "Persist":
          host.disk.queue.push(effect);
          if (O.isSome(effect.snapshot) && this.setup.forgetsSuperseded) host.machine.supersede();
          break;
        case "Apply":
          this.#hand(host, effect.entries);
          break;
        case "RestoreSnapshot":
          this.#hand(host, effect.snapshot);
          break;
        case "SnapshotWanted": // the schedule decides when a snapshot is made
        case "ReadReady": // these are for the checks
        case "ForwardedReadReady":
        case "Appended":
        case "Rejected":
        case "RoleChanged":
        case "Refused":
        case "Fault":
          break;
      }
    }
  }

  #release(host: Host, message: PeerMessage): void {
    for (const check of this.checks) check.released?.(message, host, this);
    this.network.send(message);
  }

  #hand(host: Host, work: readonly Entry[] | Snapshot): void {
    for (const check of this.checks) check.handed?.(work, host, this);
    if ("data" in work) {
      host.machine.pending = [{ snapshot: work }];
      host.machine.handed = work.index;
    } else {
      host.machine.pending.push(...work.map((entry) => ({ entry })));
      host.machine.handed = work[work.length - 1].index;
    }
  }

  #flush(host: Host, count: number): void {
    let reports: Persisted[] = [];
    for (let i = 0; i < count && host.node !== null; i++) {
      const persist = host.disk.flush();
      if (persist === undefined) break;
      for (const message of persist.then) {
        if (message.type === "Persisted") {
          if (this.setup.groupCommit) reports = [message];
          else this.tell(host, message);
        } else if (message.to === host.id) {
          for (const check of this.checks) check.released?.(message, host, this);
          this.tell(host, message);
        } else {
          this.#release(host, message);
        }
      }
    }
    for (const report of reports) this.tell(host, report);
  }

  #apply(host: Host, count: number): void {
    const { machine } = host;
    let applied = 0;
    for (let i = 0; i < count && host.node !== null && machine.pending.length > 0; i++) {
      const [work] = machine.pending.splice(0, 1);
      if ("snapshot" in work) {
        machine.restore(work.snapshot);
        this.tell(host, { type: "SnapshotAvailable", ...work.snapshot });
      } else {
        const change = machine.apply(work.entry);
        if (change !== null) this.tell(host, { type: "ApplyConfChange", change });
        applied = work.entry.index;
      }
      for (const check of this.checks) check.applied?.(host, this);
    }
    if (this.setup.durableApplies) machine.durable = machine.state;
    if (applied > 0) this.tell(host, { type: "Applied", index: applied });
  }

  #snapshot(host: Host, keep: number): void {
    const { machine, disk, node } = host;
    // A state machine that has still to take over the snapshot at the beginning of its log has nothing to offer.
    if (node === null || machine.state.index === 0 || machine.state.index < disk.base.index) return;
    const snapshot = machine.snapshot();
    machine.durable = machine.state;
    disk.snapshot = snapshot;
    this.tell(host, { type: "SnapshotAvailable", ...snapshot });
    const index = Math.min(snapshot.index - keep, disk.commit);
    if (index <= 0) return;
    this.tell(host, { type: "Compact", index });
    disk.compact(index);
  }

  #restart(target: Target): void {
    const host = this.#first(target, ({ node }) => node === null);
    if (host.node === null) this.#start(host);
  }

  #start(host: Host): void {
    const [node, outbox] = host.start();
    for (const check of this.checks) check.started?.(host, node, outbox, this);
    this.#carryOut(host, outbox);
  }
}
