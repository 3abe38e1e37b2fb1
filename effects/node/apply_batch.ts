/**
 * Committed entries on their way through the state machine: which of their commands are to be applied, and what became of
 * each entry.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Entry, EntryId } from "../../core/entry.ts";
import { decodeEnvelope } from "../session/envelope.ts";
import type { Kept, Verdict } from "../session/sessions.ts";
import type { Outcome } from "./outcome.ts";
import type { Batch, Codec, SystemRecord } from "./state_machine.ts";
import type { SystemState } from "./system_state.ts";

/** What a batch keeps of an entry until the replies are there. */
type Plan =
  | { readonly type: "Reply"; readonly position: number }
  | { readonly type: "Repeat"; readonly kept: Kept }
  | { readonly type: "Settled"; readonly outcome: Outcome<never> };

const NOTHING: Plan = { type: "Settled", outcome: { type: "Nothing" } };

/** A batch that grows entry by entry. */
export class ApplyBatch<Command, Reply> implements Batch<Command, Reply> {
  readonly #codec: { readonly command: Codec<Command>; readonly reply: Codec<Reply> };
  readonly #system: SystemState;
  readonly #entries: Entry[] = [];
  readonly #plans: Plan[] = [];
  readonly #kept: { readonly kept: Kept; readonly position: number }[] = [];
  readonly #commands: Command[] = [];
  #bytes = 0;
  #replies: readonly Reply[] | null = null;

  /** An empty batch. */
  constructor(codec: { readonly command: Codec<Command>; readonly reply: Codec<Reply> }, system: SystemState) {
    this.#codec = codec;
    this.#system = system;
  }

  /** How many entries it covers. */
  get size(): number {
    return this.#entries.length;
  }

  /** How many bytes of data they have. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the state machine has to apply. */
  get commands(): readonly Command[] {
    return this.#commands;
  }

  /** The index of the last entry. */
  get index(): number {
    return this.#entries[this.#entries.length - 1].index;
  }

  /** Adds the next entry, which is no change of the configuration. */
  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.data.length;
    this.#plans.push(entry.data.length === 0 ? NOTHING : this.#plan(entry));
  }

  /** For a durable machine: what the shell has to have stored along with the effects. It may be taken out of the batch. */
  readonly records = (replies: readonly Reply[]): readonly SystemRecord[] => {
    this.#keep(replies);
    return this.#system.changes();
  };

  /** The commands are applied, with these replies. */
  settle(replies: readonly Reply[]): void {
    if (replies.length !== this.#commands.length) {
      throw new Error(`The state machine gave ${replies.length} replies to ${this.#commands.length} commands.`);
    }
    this.#keep(replies);
    this.#system.forgetChanges();
  }

  /** Tells what became of each entry. */
  outcomes(tell: (id: EntryId, outcome: Outcome<Reply>) => void): void {
    for (let i = 0; i < this.#entries.length; i++) tell(this.#entries[i], this.#outcome(this.#plans[i]));
  }

  #plan(entry: Entry): Plan {
    const envelope = decodeEnvelope(entry.data);
    if (E.isLeft(envelope)) throw cannotRead(entry, envelope.left);
    return this.#judged(entry, this.#system.sessions.judge(envelope.right, entry.index));
  }

  #judged(entry: Entry, verdict: Verdict): Plan {
    switch (verdict.type) {
      case "Apply": {
        const decoded = this.#codec.command.decode(verdict.command);
        if (E.isLeft(decoded)) throw cannotRead(entry, decoded.left);
        const position = this.#commands.push(decoded.right) - 1;
        if (verdict.kept !== null) this.#kept.push({ kept: verdict.kept, position });
        return { type: "Reply", position };
      }
      case "Repeat":
        return verdict;
      case "Opened":
      case "Closed":
      case "SessionExpired":
      case "AlreadyAcknowledged":
        return { type: "Settled", outcome: verdict };
    }
  }

  /** The replies that sessions keep; once, since encoding costs. */
  #keep(replies: readonly Reply[]): void {
    if (this.#replies !== null) return;
    this.#replies = replies;
    for (const { kept, position } of this.#kept) kept.reply = this.#codec.reply.encode(replies[position]);
  }

  #outcome(plan: Plan): Outcome<Reply> {
    switch (plan.type) {
      case "Settled":
        return plan.outcome;
      case "Reply":
        return { type: "Replied", reply: (this.#replies ?? [])[plan.position] };
      case "Repeat": {
        const reply = this.#codec.reply.decode(plan.kept.reply);
        if (E.isLeft(reply)) throw new Error(`Cannot read a reply that a session has kept: ${reply.left}`);
        return { type: "Replied", reply: reply.right };
      }
    }
  }
}

/** What is committed and cannot be read would leave this node with another state than the others: it stops. */
function cannotRead({ index, term }: EntryId, why: string): Error {
  return new Error(`Cannot read the committed entry ${index} (term ${term}): ${why}`);
}
