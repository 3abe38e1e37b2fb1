/**
 * Client sessions (thesis §6.3): which commands were applied already, and what the replies were. The table is part of the
 * replicated state: whatever changes it is an entry of the log, so all nodes forget the same sessions at the same index.
 *
 * @module
 */
import { type Bytes, NO_BYTES } from "../../core/entry.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { SystemRecord } from "../node/state_machine.ts";
import type { Close, Envelope, InSession, Keyed } from "./envelope.ts";

/** When sessions are forgotten. Every node of a cluster must have the same limits. */
export interface SessionLimits {
  /** A session that was not used by so many entries of the log expires. */
  readonly entries: number;
  /** The most sessions; beyond it the one that was not used for the longest expires. */
  readonly sessions: number;
}

/** A million entries, ten thousand sessions. */
export const SESSION_LIMITS: SessionLimits = { entries: 1_000_000, sessions: 10_000 };

/** What is to be done with an entry. */
export type Verdict =
  /** Apply the command; `session` is where its reply has to be kept, if anywhere. */
  | { readonly type: "Apply"; readonly command: Bytes; readonly kept: Kept | null }
  /** The command was applied before: this is its reply, or will be once the batch that it is in is applied. */
  | { readonly type: "Repeat"; readonly kept: Kept }
  | { readonly type: "Opened"; readonly session: number }
  | { readonly type: "Closed" }
  | { readonly type: "SessionExpired" }
  | { readonly type: "AlreadyAcknowledged" };

/** The reply to a command of a session. */
export interface Kept {
  /** The session. */
  readonly name: string;
  /** The command's number in it. */
  readonly sequence: number;
  /** The encoded reply, once there is one. */
  reply: Bytes;
}

/** A client that acknowledges nothing does not make a session grow for ever. */
const MOST_REPLIES = 1_000;

interface Session {
  used: number;
  acknowledged: number;
  readonly replies: Map<number, Kept>;
}

/** The table of sessions, in the order in which they were used last. */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #sessions = new Map<string, Session>();
  readonly #changed = new Set<string>();

  /** An empty table. */
  constructor(limits: SessionLimits = SESSION_LIMITS) {
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Judges the entry at `index`, and notes what it changes. The caller sets `reply` of what it applies. */
  judge(envelope: Envelope, index: number): Verdict {
    if (envelope.type === "Plain") return { type: "Apply", command: envelope.command, kept: null };
    this.#expire(index);
    switch (envelope.type) {
      case "Open":
        this.#put(`s${index}`, { used: index, acknowledged: 0, replies: new Map() });
        this.#expire(index);
        return { type: "Opened", session: index };
      case "InSession":
        return this.#inSession(envelope, index);
      case "Close":
        return this.#close(envelope);
      case "Keyed":
        return this.#keyed(envelope, index);
    }
  }

  /** The records of what has changed since they were last taken. */
  changes(): readonly SystemRecord[] {
    if (this.#changed.size === 0) return [];
    const records = [...this.#changed].map((name): SystemRecord => {
      const session = this.#sessions.get(name);
      return { key: `session/${name}`, value: session === undefined ? null : encodeSession(session) };
    });
    this.#changed.clear();
    return records;
  }

  /** What has changed need not be stored. */
  forgetChanges(): void {
    this.#changed.clear();
  }

  /** The records of all sessions, in the order in which they were used last. */
  records(): readonly SystemRecord[] {
    return [...this.#sessions].map(([name, session]) => ({ key: `session/${name}`, value: encodeSession(session) }));
  }

  /** Replaces the table by these records; others than a session's are passed over. */
  restore(records: readonly SystemRecord[]): void {
    this.#sessions.clear();
    this.#changed.clear();
    const found: [string, Session][] = [];
    for (const { key, value } of records) {
      if (value !== null && key.startsWith("session/")) {
        const name = key.slice("session/".length);
        found.push([name, decodeSession(name, value)]);
      }
    }
    for (const [name, session] of found.sort(([, a], [, b]) => a.used - b.used)) this.#sessions.set(name, session);
  }

  #inSession({ session: id, sequence, acknowledged, command }: InSession, index: number): Verdict {
    const name = `s${id}`;
    const session = this.#sessions.get(name);
    if (session === undefined) return { type: "SessionExpired" };
    this.#put(name, session);
    session.used = index;
    if (acknowledged > session.acknowledged) {
      session.acknowledged = acknowledged;
      for (const known of session.replies.keys()) if (known <= acknowledged) session.replies.delete(known);
    }
    return this.#once(name, session, sequence, command);
  }

  #keyed({ key, command }: Keyed, index: number): Verdict {
    const name = `k${key}`;
    const session = this.#sessions.get(name) ?? { used: index, acknowledged: 0, replies: new Map() };
    this.#put(name, session);
    session.used = index;
    this.#expire(index);
    return this.#once(name, session, 1, command);
  }

  #once(name: string, session: Session, sequence: number, command: Bytes): Verdict {
    if (sequence <= session.acknowledged) return { type: "AlreadyAcknowledged" };
    const known = session.replies.get(sequence);
    if (known !== undefined) return { type: "Repeat", kept: known };
    const kept: Kept = { name, sequence, reply: NO_BYTES };
    session.replies.set(sequence, kept);
    if (session.replies.size > MOST_REPLIES) acknowledgeOldest(session);
    return { type: "Apply", command, kept };
  }

  #close({ session }: Close): Verdict {
    const name = `s${session}`;
    if (this.#sessions.delete(name)) this.#changed.add(name);
    return { type: "Closed" };
  }

  /** Puts a session last, as the one that was used most recently. */
  #put(name: string, session: Session): void {
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    this.#changed.add(name);
  }

  #expire(index: number): void {
    for (const [name, session] of this.#sessions) {
      const idle = session.used + this.#limits.entries < index;
      if (!idle && this.#sessions.size <= this.#limits.sessions) return;
      this.#sessions.delete(name);
      this.#changed.add(name);
    }
  }
}

function acknowledgeOldest(session: Session): void {
  const oldest = Math.min(...session.replies.keys());
  session.acknowledged = oldest;
  session.replies.delete(oldest);
}

function encodeSession({ used, acknowledged, replies }: Session): Bytes {
  const writer = new Writer();
  writer.varint(used);
  writer.varint(acknowledged);
  writer.varint(replies.size);
  for (const { sequence, reply } of replies.values()) {
    writer.varint(sequence);
    writer.bytes(reply);
  }
  return writer.copy();
}

function decodeSession(name: string, value: Bytes): Session {
  const reader = new Reader(value);
  const [used, acknowledged, count] = [reader.varint(), reader.varint(), reader.varint()];
  const replies = new Map<number, Kept>();
  for (let i = 0; i < count; i++) {
    const sequence = reader.varint();
    replies.set(sequence, { name, sequence, reply: reader.bytes().slice() });
  }
  return { used, acknowledged, replies };
}
