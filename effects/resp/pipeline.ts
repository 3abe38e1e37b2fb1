/**
 * The requests of one connection that are under way: many at once, as far as nobody can tell.
 *
 * Redis carries out one request after the other. Here, neighbouring reads run together, and so do neighbouring writes,
 * which the log brings into the order in which they were proposed. A read waits for the writes before it, and a write for
 * the reads before it, because a linearizable read promises to be new enough, not to be old enough.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Bytes } from "../../core/entry.ts";
import type { Action, Ask, Change, Put, ReadKeys, Work } from "./action.ts";
import type { ServerContext } from "./context.ts";
import { proposeError } from "./errors.ts";
import { error, OK, type Reply } from "./reply.ts";
import type { ReplyWriter } from "./writer.ts";

/** The place of a reply, which may come before those of earlier requests. */
interface Slot {
  reply: Reply | null;
  /** Bytes of the request. */
  readonly size: number;
}

/** What runs together. */
type Kind = "nothing" | "reads" | "writes" | "work";

const MOST_KEYS = 256; // of one read
const MOST_PAIRS = 256; // of one proposal
const MOST_PAIR_BYTES = 65_536;
const MOST_ANSWERED = 1_024; // slots that are kept although they are done
const BROKEN_WRITE = error("UNKNOWN perhaps executed: an internal error");
const BROKEN_READ = error("ERR an internal error");

/** Starts requests and writes their replies in order. */
export class Pipeline {
  readonly #server: ServerContext;
  readonly #writer: ReplyWriter;
  readonly #progress: () => void;
  #slots: Slot[] = [];
  #answered = 0; // slots whose replies were written
  #unansweredBytes = 0;
  #kind: Kind = "nothing";
  #underWay = 0;
  /** Neighbours that are started together; their slots are the newest. */
  #reads: ReadKeys[] = [];
  #readSlots: Slot[] = [];
  #readKeys = 0;
  #puts: Put[] = [];
  #putSlots: Slot[] = [];
  #putBytes = 0;

  /** A pipeline that writes to `writer` and calls `progress` whenever it has. */
  constructor(server: ServerContext, writer: ReplyWriter, progress: () => void) {
    this.#server = server;
    this.#writer = writer;
    this.#progress = progress;
  }

  /** Requests that have no reply yet. */
  get unanswered(): number {
    return this.#slots.length - this.#answered;
  }

  /** Bytes of those requests. */
  get unansweredBytes(): number {
    return this.#unansweredBytes;
  }

  /** Whether something runs that nothing may run beside. */
  get alone(): boolean {
    return this.#kind === "work";
  }

  /** Whether `action` may start now. If not, it may later, when there was progress. */
  accepts(action: Action): boolean {
    const kind = kindOf(action);
    return this.#kind === "nothing" || kind === "nothing" || (kind === this.#kind && kind !== "work");
  }

  /** Starts an action that is accepted; `size` are the bytes of its request. */
  start(action: Action, size: number): void {
    switch (action.type) {
      case "Answer":
        return this.#answer(action.reply);
      case "Goodbye":
        if (O.isSome(action.reply)) this.#answer(action.reply.value);
        return;
      case "ReadKeys":
        return this.#group(action, this.#open("reads", size));
      case "Put":
        return this.#groupPut(action, this.#open("writes", size));
      case "Ask":
        return void this.#ask(action, this.#open("reads", size));
      case "Change": {
        const slot = this.#open("writes", size);
        this.#proposePuts(); // they come first
        return void this.#change(action, slot);
      }
      case "Work":
        return void this.#work(action, this.#open("work", size));
    }
  }

  /** Nothing more comes now: starts what was held back to be started together. */
  commit(): void {
    this.#readTogether();
    this.#proposePuts();
  }

  /** A reply that is known; it waits for earlier ones. */
  #answer(reply: Reply): void {
    if (this.unanswered === 0) this.#write(reply);
    else this.#slots.push({ reply, size: 0 });
  }

  #open(kind: Kind, size: number): Slot {
    const slot: Slot = { reply: null, size };
    this.#slots.push(slot);
    this.#unansweredBytes += size;
    this.#kind = kind;
    this.#underWay++;
    return slot;
  }

  #group(action: ReadKeys, slot: Slot): void {
    const isFull = this.#readKeys + action.keys.length > MOST_KEYS;
    if (this.#reads.length > 0 && (isFull || this.#reads[0].stale !== action.stale)) this.#readTogether();
    this.#reads.push(action);
    this.#readSlots.push(slot);
    this.#readKeys += action.keys.length;
  }

  #groupPut(action: Put, slot: Slot): void {
    const bytes = action.pair.key.length + action.pair.value.length;
    if (this.#puts.length === MOST_PAIRS || this.#putBytes + bytes > MOST_PAIR_BYTES) this.#proposePuts();
    this.#puts.push(action);
    this.#putSlots.push(slot);
    this.#putBytes += bytes;
  }

  #readTogether(): void {
    if (this.#reads.length === 0) return;
    const reads = this.#reads;
    const slots = this.#readSlots;
    this.#reads = [];
    this.#readSlots = [];
    this.#readKeys = 0;
    void this.#read(reads, slots);
  }

  #proposePuts(): void {
    if (this.#puts.length === 0) return;
    const puts = this.#puts;
    const slots = this.#putSlots;
    this.#puts = [];
    this.#putSlots = [];
    this.#putBytes = 0;
    void this.#put(puts, slots);
  }

  async #read(reads: readonly ReadKeys[], slots: readonly Slot[]): Promise<void> {
    try {
      const keys = reads.length === 1 ? reads[0].keys : reads.flatMap(({ keys }) => keys);
      const outcome = await this.#server.node.read({ type: "Get", cf: "default", keys }, consistency(reads[0]));
      if (E.isLeft(outcome)) this.#fill(slots, proposeError(outcome.left, false, this.#server.clientAddress));
      else if (outcome.right.type === "Values") distribute(reads, slots, outcome.right.values);
      else this.#fill(slots, BROKEN_READ);
    } catch (cause) {
      this.#broken(cause);
      this.#fill(slots, BROKEN_READ);
    }
    this.#settled(slots.length);
  }

  async #put(puts: readonly Put[], slots: readonly Slot[]): Promise<void> {
    try {
      const outcome = await this.#server.node.propose(
        puts.length === 1
          ? { type: "Set", cf: "default", ...puts[0].pair, condition: "always", returnOld: false }
          : { type: "SetMany", cf: "default", pairs: puts.map(({ pair }) => pair) },
      );
      this.#fill(slots, E.isRight(outcome) ? OK : proposeError(outcome.left, true, this.#server.clientAddress));
    } catch (cause) {
      this.#broken(cause);
      this.#fill(slots, BROKEN_WRITE);
    }
    this.#settled(slots.length);
  }

  async #ask(action: Ask, slot: Slot): Promise<void> {
    try {
      const outcome = await this.#server.node.read(action.query, consistency(action));
      slot.reply = E.isRight(outcome)
        ? action.reply(outcome.right)
        : proposeError(outcome.left, false, this.#server.clientAddress);
    } catch (cause) {
      this.#broken(cause);
      slot.reply = BROKEN_READ;
    }
    this.#settled(1);
  }

  async #change(action: Change, slot: Slot): Promise<void> {
    try {
      const outcome = await this.#server.node.propose(action.command);
      slot.reply = E.isRight(outcome)
        ? action.reply(outcome.right)
        : proposeError(outcome.left, true, this.#server.clientAddress);
    } catch (cause) {
      this.#broken(cause);
      slot.reply = BROKEN_WRITE;
    }
    this.#settled(1);
  }

  async #work(action: Work, slot: Slot): Promise<void> {
    try {
      slot.reply = await action.run();
    } catch (cause) {
      this.#broken(cause);
      slot.reply = BROKEN_WRITE;
    }
    this.#settled(1);
  }

  #fill(slots: readonly Slot[], reply: Reply): void {
    for (const slot of slots) slot.reply = reply;
  }

  #broken(cause: unknown): void {
    this.#server.logger.log("error", "A request could not be carried out.", { cause: String(cause) });
  }

  /** So many more slots have a reply: writes those that no earlier one holds up. */
  #settled(count: number): void {
    this.#underWay -= count;
    if (this.#underWay === 0) this.#kind = "nothing";
    const slots = this.#slots;
    while (this.#answered < slots.length) {
      const { reply, size } = slots[this.#answered];
      if (reply === null) break;
      this.#answered++;
      this.#unansweredBytes -= size;
      this.#write(reply);
    }
    if (this.#answered === slots.length || this.#answered >= MOST_ANSWERED) {
      this.#slots = slots.slice(this.#answered);
      this.#answered = 0;
    }
    this.#progress();
  }

  #write(reply: Reply): void {
    if (reply.type === "Error") this.#server.counters.errorReplies++;
    this.#writer.write(reply);
  }
}

function kindOf(action: Action): Kind {
  switch (action.type) {
    case "Answer":
    case "Goodbye":
      return "nothing";
    case "ReadKeys":
    case "Ask":
      return "reads";
    case "Put":
    case "Change":
      return "writes";
    case "Work":
      return "work";
  }
}

const STALE = { consistency: "stale" } as const;
const LINEARIZABLE = { consistency: "linearizable" } as const;

function consistency({ stale }: ReadKeys | Ask): typeof STALE | typeof LINEARIZABLE {
  return stale ? STALE : LINEARIZABLE;
}

/** Gives each of the reads its part of the values. */
function distribute(reads: readonly ReadKeys[], slots: readonly Slot[], values: readonly Option<Bytes>[]): void {
  let from = 0;
  for (let i = 0; i < reads.length; i++) {
    const { keys, reply } = reads[i];
    slots[i].reply = reply(reads.length === 1 ? values : values.slice(from, from + keys.length));
    from += keys.length;
  }
}
