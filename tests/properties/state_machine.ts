/**
 * The state machine of a simulated node: a digest of everything that was applied, and the configuration as of there.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import {
  changeConfiguration,
  type ConfChange,
  type ConfigurationIds,
  decodeConfChange,
  type Entry,
  isConfChange,
  type Snapshot,
} from "../../core/mod.ts";

/** Where a state machine stands. */
export interface MachineState {
  readonly index: number;
  readonly term: number;
  readonly configuration: ConfigurationIds;
  readonly digest: number;
}

/** What the state machine has still to do: entries, or a snapshot that replaces its state. */
export type Work = { readonly entry: Entry } | { readonly snapshot: Snapshot };

/** A state machine. */
export class StateMachine {
  /** What was handed over and not yet done, in order. */
  pending: Work[] = [];
  /** The last index that was handed over. */
  handed: number;
  /** What survives a crash. */
  durable: MachineState;

  constructor(public state: MachineState) {
    this.durable = state;
    this.handed = state.index;
  }

  /** Applies one entry. A configuration change that it makes is returned; an impossible one is vetoed. */
  apply(entry: Entry): ConfChange | null {
    let { configuration } = this.state;
    let change: ConfChange | null = null;
    if (isConfChange(entry)) {
      const decoded = decodeConfChange(entry);
      if (E.isLeft(decoded)) throw new Error(`Cannot decode the committed change at ${entry.index}: ${decoded.left}`);
      const changed = changeConfiguration(configuration, decoded.right);
      if (E.isRight(changed)) {
        configuration = idsOf(changed.right.configuration);
        change = decoded.right;
      }
    }
    const { index, term } = entry;
    this.state = { index, term, configuration, digest: digestAfter(this.state.digest, entry) };
    return change;
  }

  /** Takes the state of a snapshot over. */
  restore(snapshot: Snapshot): void {
    this.state = stateOf(snapshot);
    this.durable = this.state;
  }

  /** The snapshot of the present state. */
  snapshot(): Snapshot {
    const { index, term, configuration, digest } = this.state;
    return { index, term, configuration, data: bytesOf(digest) };
  }

  /** A snapshot is being received: whatever was handed over before it is superseded. */
  supersede(): void {
    this.pending = [];
  }

  /** Back to what was durable; or to `snapshot`, which is, if the log begins behind it. */
  crash(snapshot: Snapshot | null, base: number): void {
    if (this.durable.index < base && snapshot !== null) this.durable = stateOf(snapshot);
    this.state = this.durable;
    this.pending = [];
    this.handed = this.state.index;
  }
}

/** The five lists of a configuration without what follows from them. */
export function idsOf(from: ConfigurationIds): ConfigurationIds {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = from;
  return { voters, votersOutgoing, learners, learnersNext, autoLeave };
}

/** What the state machine of a snapshot is. */
export function stateOf({ index, term, configuration, data }: Snapshot): MachineState {
  return { index, term, configuration, digest: new DataView(data.buffer, data.byteOffset).getUint32(0) };
}

/** The digest of a state in bytes: what a snapshot carries. */
export function bytesOf(digest: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, digest);
  return bytes;
}

function digestAfter(digest: number, { index, term, type, data }: Entry): number {
  let hash = mix(mix(mix(digest, index), term), type.length);
  for (const byte of data) hash = mix(hash, byte);
  return hash >>> 0;
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 16777619) ^ (hash >>> 15);
}
