/**
 * A replicated state machine: the list of the commands that it was given. What it has applied is durable at once, together
 * with the applied index and the configuration as of it.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import {
  type Apply,
  type Bytes,
  type ConfChange,
  type ConfigurationIds,
  decodeConfChange,
  type Entry,
  NO_BYTES,
  type RestoreSnapshot,
  type Snapshot,
} from "../../../core/mod.ts";
import { dataText } from "../text/entry.ts";

/** Why the state machine changes: entries, or a snapshot in the place of all earlier ones. */
export type Work = Apply | RestoreSnapshot;

/** The state after an index. */
interface Version {
  readonly index: number;
  readonly commands: readonly string[];
  readonly configuration: ConfigurationIds;
}

/** The change that a committed entry holds; with `veto`, one without effect in its place. */
export function changeOf(entry: Entry, veto: boolean): ConfChange {
  if (veto) return { transition: "auto", changes: [{ type: "updateNode", id: 0 }], context: NO_BYTES };
  const change = decodeConfChange(entry);
  if (E.isLeft(change)) throw new Error(`Cannot read the change at ${entry.index}: ${change.left}.`);
  return change.right;
}

/** The state machine of one node. */
export class Machine {
  /** Whether work waits for the command `apply`. */
  manual = false;
  #work: readonly Work[] = [];
  // Every version, so that a test can go back to an earlier one.
  #versions: readonly Version[];

  /** A state machine without commands, in the first configuration. */
  constructor(configuration: ConfigurationIds) {
    this.#versions = [{ index: 0, commands: [], configuration }];
  }

  /** What was handed out by the node and is not applied yet. */
  get work(): readonly Work[] {
    return this.#work;
  }

  /** The last index that is applied. */
  get applied(): number {
    return this.#last().index;
  }

  /** The commands that were applied, in order. */
  get commands(): readonly string[] {
    return this.#last().commands;
  }

  /** The configuration as of {@linkcode applied}. */
  get configuration(): ConfigurationIds {
    return this.#last().configuration;
  }

  /** Takes work. */
  hand(work: Work): void {
    this.#work = [...this.#work, work];
  }

  /** The oldest work, which is the caller's now. */
  take(): Work {
    const [work, ...rest] = this.#work;
    this.#work = rest;
    return work;
  }

  /** Applies an entry; `configuration` is the one after it. */
  apply(entry: Entry, configuration: ConfigurationIds): void {
    if (entry.index !== this.applied + 1) {
      throw new Error(`Cannot apply entry ${entry.index}: the last one was ${this.applied}.`);
    }
    const command = entry.type === "normal" && entry.data.length > 0 ? [dataText(entry.data)] : [];
    this.#versions = [
      ...this.#versions,
      { index: entry.index, commands: [...this.commands, ...command], configuration },
    ];
  }

  /** Takes the state of a snapshot in place of its own. */
  restore({ index, configuration, data }: Snapshot): void {
    const text = new TextDecoder().decode(data);
    this.#versions = [{ index, commands: text === "" ? [] : text.split(" "), configuration }];
  }

  /** The state as the bytes of a snapshot. */
  save(): Bytes {
    return new TextEncoder().encode(this.commands.join(" "));
  }

  /** The node is gone, and with it what it had handed out. */
  crash(): void {
    this.#work = [];
  }

  /** Forgets everything behind `index`, as if it had not been durable. */
  rollBack(index: number): void {
    this.#versions = this.#versions.filter((version) => version.index <= index);
    if (this.#versions.length === 0 || this.applied !== index) {
      throw new Error(`Cannot go back to index ${index}: there is no such version of the state machine.`);
    }
  }

  #last(): Version {
    return this.#versions[this.#versions.length - 1];
  }
}
