/**
 * The effects of many steps in the shape of etcd's `Ready`: a host that works in batches sees a node like this.
 *
 * @module
 */
import { assertEquals, equal } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Effect, Entry, HardState, Message, NodeId, PeerMessage, RoleName, Snapshot } from "../../../core/mod.ts";
import type { Member } from "./member.ts";

/** What need not survive a crash. */
export interface SoftState {
  readonly lead: Option<NodeId>;
  readonly role: RoleName;
}

/** What has come up since the last batch that was done. */
export interface Ready {
  /** None if it is as it was. */
  readonly softState: Option<SoftState>;
  /** None if it is as it was. */
  readonly hardState: Option<HardState>;
  /** To be stored. */
  readonly entries: readonly Entry[];
  /** To be stored. */
  readonly snapshot: Option<Snapshot>;
  /** To be applied. */
  readonly committedEntries: readonly Entry[];
  /** To be sent. */
  readonly messages: readonly PeerMessage[];
}

/** A member whose effects are fetched in batches. */
export class RawNode {
  /** The member. It stores what it writes at once; a batch shows it again. */
  readonly member: Member;
  #softState: SoftState;
  #hardState: HardState;
  #effects: Effect[];
  #seen = 0;

  /** The first batch of `member`, which has just been started. */
  constructor(member: Member) {
    const { lead, role, term, vote, commit } = member.node;
    this.member = member;
    this.#softState = { lead, role };
    this.#hardState = { term, vote, commit };
    this.#effects = [...member.started];
  }

  /** Gives the node `message`. */
  step(message: Message): void {
    this.#effects.push(...this.member.step(message));
  }

  /** The batch so far. */
  ready(): Ready {
    this.#seen = this.#effects.length;
    const ready = this.#effects.reduce(withEffect, NOTHING);
    return {
      ...ready,
      softState: news(ready.softState, this.#softState),
      hardState: news(ready.hardState, this.#hardState),
    };
  }

  /** Whether the batch has anything in it. */
  get hasReady(): boolean {
    const { softState, hardState, entries, snapshot, committedEntries, messages } = this.ready();
    return O.isSome(softState) || O.isSome(hardState) || O.isSome(snapshot) ||
      entries.length + committedEntries.length + messages.length > 0;
  }

  /** The last batch that was fetched is done. */
  advance({ softState, hardState, entries, committedEntries }: Ready): void {
    if (O.isSome(softState)) this.#softState = softState.value;
    if (O.isSome(hardState)) this.#hardState = hardState.value;
    this.#effects = this.#effects.slice(this.#seen);
    this.#seen = 0;
    this.member.readOutbox();
    for (const entry of entries) assertEquals(this.member.disk.log.at(entry.index), entry, "the entry is stored");
    const last = committedEntries.at(-1);
    if (last !== undefined) this.step({ type: "Applied", index: last.index });
  }
}

const NOTHING: Ready = {
  softState: O.none,
  hardState: O.none,
  entries: [],
  snapshot: O.none,
  committedEntries: [],
  messages: [],
};

function withEffect(ready: Ready, effect: Effect): Ready {
  switch (effect.type) {
    case "Persist": {
      const { hardState, entries, snapshot, then } = effect;
      const first = entries.at(0)?.index ?? Infinity;
      return {
        ...ready,
        hardState: O.isSome(hardState) ? hardState : ready.hardState,
        entries: [...ready.entries.filter(({ index }) => index < first), ...entries],
        snapshot: O.isSome(snapshot) ? snapshot : ready.snapshot,
        messages: [
          ...ready.messages,
          ...then.flatMap((message) => message.type === "Persisted" || message.to === message.from ? [] : [message]),
        ],
      };
    }
    case "Send":
      return { ...ready, messages: [...ready.messages, effect.message] };
    case "Apply":
      return { ...ready, committedEntries: [...ready.committedEntries, ...effect.entries] };
    case "RoleChanged":
      return { ...ready, softState: O.some({ lead: effect.lead, role: effect.to }) };
    case "RestoreSnapshot": // a batch shows the snapshot where it is to be stored
    case "SnapshotWanted": // a batch of etcd has no room for these
    case "ReadReady":
    case "ForwardedReadReady":
    case "Appended":
    case "Rejected":
    case "Refused":
    case "Fault":
      return ready;
  }
}

// Changes are relative to the last batch that was done: there and back again is none.
function news<T>(now: Option<T>, before: T): Option<T> {
  return O.isSome(now) && !equal(now.value, before) ? now : O.none;
}
