/**
 * A node in a run that may come out in another way than it was recorded: besides the node itself it is known what its disk
 * holds, what it has said so far, and what its disk and its state machine were asked for. So it shows whether a recorded
 * input is still possible, and with what the node would start again.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import { Log } from "../../core/log.ts";
import type { Message, PeerMessage, Persisted } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { HardState, Outbox, Persist } from "../../core/outbox.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { start } from "../../core/start.ts";
import { encode, writeMessage } from "../wire/mod.ts";
import { differencesOf } from "./difference.ts";
import type { Reducer } from "./run.ts";

/** A message that was said: when its write is durable, if it waits for one. */
export interface Said {
  /** The message. */
  readonly message: PeerMessage | Persisted;
  /** The write that it waits for; null if it leaves at once. */
  readonly behind: Persist | null;
}

/** A step that a machine has taken. */
export interface MachineStep {
  /** The node before. */
  readonly before: Node;
  /** The node after. */
  readonly after: Node;
  /** What the node wants done. */
  readonly outbox: Outbox;
  /** The messages in it. */
  readonly said: readonly Said[];
}

/** A node, its disk and what it has said. */
export class Machine {
  /** The node. */
  node: Node;
  /** Up to where the state machine was handed the log. */
  handed: number;
  readonly #reducer: Reducer;
  #disk: Disk;
  #writing: Persist[] = [];

  /** Everything that `node` holds up to its stable index is durable. */
  constructor(node: Node, reducer: Reducer) {
    this.node = node;
    this.#reducer = reducer;
    this.#disk = diskOf(node);
    this.handed = handedOut(node);
  }

  /** Who it is. */
  get id(): NodeId {
    return this.node.id;
  }

  /** Tells the node `message`. */
  take(message: Message): MachineStep {
    const before = this.node;
    const [after, outbox] = this.#reducer(before, message);
    this.node = after;
    const said: Said[] = [];
    for (const effect of outbox) {
      if (effect.type === "Send") said.push({ message: effect.message, behind: null });
      if (effect.type === "RestoreSnapshot") this.handed = effect.snapshot.index;
      if (effect.type === "Apply") this.handed = effect.entries[effect.entries.length - 1]?.index ?? this.handed;
      if (effect.type !== "Persist") continue;
      this.#writing.push(effect);
      for (const then of effect.then) said.push({ message: then, behind: effect });
    }
    return { before, after, outbox, said };
  }

  /** The write, and every earlier one, is durable. */
  durable(persist: Persist): void {
    const at = this.#writing.indexOf(persist);
    for (const write of this.#writing.splice(0, at + 1)) this.#disk = written(this.#disk, write);
  }

  /** Everything that the node holds is durable. */
  flush(): void {
    const { log } = this.node;
    this.#writing = [];
    this.#disk = { ...diskOf(this.node), log };
  }

  /** The node starts again, and everything that it holds then is durable. */
  begin(node: Node): void {
    this.node = node;
    this.#writing = [];
    this.#disk = diskOf(node);
    this.handed = handedOut(node);
  }

  /** The node starts again: as it was `recorded`, if its disk holds what it held then, or with what it holds now. */
  restart(recorded: Node): void {
    const { hardState, log, snapshot } = this.#disk;
    const was = diskOf(recorded);
    const isAsRecorded = differencesOf(
      [was.hardState.term, was.hardState.vote, was.log],
      [hardState.term, hardState.vote, log],
    ).length === 0; // the commit index may lag behind, or be known from what was applied
    if (isAsRecorded) {
      return this.begin(recorded);
    }
    const { id, options, applied, configuration } = this.node;
    const [first, last] = [log.snapshot.index, log.last.index];
    const within = (index: number): number => Math.min(Math.max(index, first), last);
    const started = start({ id, options }, {
      hardState: O.some({ ...hardState, commit: within(hardState.commit) }),
      log,
      snapshot,
      applied: within(applied),
      configuration,
    });
    this.begin(E.isRight(started) ? started.right[0] : recorded);
  }
}

/** Whether it comes from a peer of the node that is told it. */
export function isFromPeer(message: Message): message is PeerMessage {
  return "from" in message && message.from !== message.to;
}

/** Whether it is what a node has said to itself: an acknowledgement of its own, or a report of its disk. */
export function isOwn(message: Message): message is PeerMessage | Persisted {
  return message.type === "Persisted" || ("from" in message && message.from === message.to);
}

/** A text by which a message is known again. */
export function keyOf(message: Message): string {
  return encode(message, writeMessage).toBase64();
}

/** What a disk holds. */
interface Disk {
  readonly hardState: HardState;
  readonly log: Log;
  readonly snapshot: O.Option<Snapshot>;
}

function diskOf({ term, vote, commit, log, stable, snapshot }: Node): Disk {
  const durable = stable >= log.last.index ? log : Log.of(log.snapshot, log.slice(log.first, stable));
  return { hardState: { term, vote, commit: Math.min(commit, durable.last.index) }, log: durable, snapshot };
}

function written(disk: Disk, { hardState, entries, snapshot }: Persist): Disk {
  const log = O.isSome(snapshot) ? disk.log.restore(snapshot.value) : disk.log;
  const first = entries[0]?.index ?? 0;
  return {
    hardState: O.isSome(hardState) ? hardState.value : disk.hardState,
    // A log that was compacted since lies behind what was written before.
    log: first === 0 || first > log.last.index + 1 || first <= log.snapshot.index ? log : log.append(entries),
    snapshot: O.isSome(snapshot) ? snapshot : disk.snapshot,
  };
}

function handedOut({ applied, commit, stable }: Node): number {
  return Math.max(applied, Math.min(commit, stable));
}
