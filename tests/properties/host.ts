/**
 * A simulated machine: one node with its disk and its state machine.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  type Durable,
  type EntryId,
  Log,
  NO_MEMBERS,
  type Node,
  ofVoters,
  type Options,
  options as completeOptions,
  ORIGIN,
  type Snapshot,
  start,
  type Step,
} from "../../core/mod.ts";
import { violated } from "./check.ts";
import { Disk } from "./disk.ts";
import type { Setup } from "./setup.ts";
import { bytesOf, idsOf, StateMachine } from "./state_machine.ts";

/** A machine. */
export class Host {
  /** Null while the machine is down. */
  node: Node | null = null;
  /** How often it was started. */
  incarnation = 0;
  readonly disk: Disk;
  readonly machine: StateMachine;
  readonly options: Options;

  constructor(readonly id: number, setup: Setup) {
    const options = completeOptions(setup.options);
    if (E.isLeft(options)) throw new Error(options.left.message);
    this.options = options.right;
    this.disk = new Disk(setup.lazyCommit);
    const voters = idsOf(ofVoters(...Array.from({ length: setup.voters }, (_, i) => i + 1)));
    const isMember = id <= setup.voters;
    const genesis: EntryId = isMember && setup.genesis > 0 ? { index: setup.genesis, term: 1 } : ORIGIN;
    // Without a first snapshot everybody has to know the first configuration; with one, a new node learns it from there.
    const configuration = isMember || setup.genesis === 0 ? voters : NO_MEMBERS;
    this.machine = new StateMachine({ ...genesis, configuration, digest: 0 });
    this.disk.base = genesis;
    if (genesis.index > 0) {
      this.disk.hardState = { term: genesis.term, vote: O.none, commit: genesis.index };
      this.disk.snapshot = { ...genesis, configuration, data: bytesOf(0) };
    }
    const past = setup.past?.[id - 1];
    if (past !== undefined) {
      this.disk.entries = [...past.entries];
      this.disk.hardState = { term: past.term, vote: O.none, commit: past.commit };
    }
  }

  /** Starts the node from what is durable. */
  start(): Step {
    const started = start({ id: this.id, options: this.options }, this.#durable());
    if (E.isLeft(started)) {
      return violated("A node starts from what it has made durable", JSON.stringify(started.left));
    }
    this.incarnation++;
    this.node = started.right[0];
    return started.right;
  }

  /** The machine goes down; what is not durable is lost. */
  crash(): void {
    this.node = null;
    this.disk.crash();
    this.machine.crash(this.disk.snapshot, this.disk.base.index);
  }

  /** The log of the node; while it is down, what its disk holds. */
  log(): Log {
    return this.node === null ? Log.of(this.disk.base, this.disk.entries) : this.node.log;
  }

  #durable(): Durable {
    const { hardState, base, entries, snapshot } = this.disk;
    return {
      hardState: hardState === null ? O.none : O.some(hardState),
      log: Log.of(base, entries),
      snapshot: optionOf(snapshot),
      applied: this.machine.durable.index,
      configuration: this.machine.durable.configuration,
    };
  }
}

function optionOf(snapshot: Snapshot | null): O.Option<Snapshot> {
  return snapshot === null ? O.none : O.some(snapshot);
}
