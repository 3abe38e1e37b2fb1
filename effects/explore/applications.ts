/**
 * How state machines were given the log in an exploration, in batches, with snapshots and restarts between them, and whether
 * a state machine comes to the same in each of these ways.
 *
 * Where a log ends says what is in it (the Log Matching Property, §5.3). So an exploration gives a graph: from one end of a
 * log to another by a batch, and at some ends by way of a snapshot to a new machine. A machine is deterministic. If it gives
 * the same replies along every way through this graph, then it did so in every state of the exploration, since every machine
 * there has gone one of these ways.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Bytes, Entry, EntryId } from "../../core/entry.ts";
import { SimulatedClock } from "../clock/simulated_clock.ts";
import type { StateMachine } from "../node/state_machine.ts";
import { seededRandom } from "../random/random.ts";
import type { App, Machinery } from "../sim/app.ts";
import type { Outcome } from "./outcome.ts";

/** A way that a state machine goes on. */
type Step =
  /** It is given the entries. */
  | { readonly type: "batch"; readonly entries: readonly Entry[] }
  /** Another one is restored from its snapshot. */
  | { readonly type: "restored" };

/** Where two ways differ. */
export interface Divergence {
  /** What is different, in a sentence. */
  readonly sentence: string;
  /** The two ways, a line each. */
  readonly ways: readonly string[];
}

/** More ways than this are not gone. */
const MOST_WAYS = 20_000;

/** Everything that state machines were given. */
export class Applications {
  readonly #batches = new Map<string, Map<string, readonly Entry[]>>();
  readonly #snapshots = new Set<string>();

  /** Takes note of what a machine was given. */
  note({ applied }: Outcome): void {
    for (const work of applied) {
      if (work.type === "restore") this.#snapshots.add(placeOf(work.at));
      else this.#noteBatch(placeOf(work.after), work.entries);
    }
  }

  #noteBatch(from: string, entries: readonly Entry[]): void {
    const batches = this.#batches.get(from) ?? new Map<string, readonly Entry[]>();
    this.#batches.set(from, batches);
    const last = entries.at(-1);
    if (last !== undefined) batches.set(placeOf(last), entries);
  }

  /** All ways from the beginning, the short ones first; a way that is the beginning of another is left out. */
  ways(): readonly (readonly Step[])[] {
    const ways: (readonly Step[])[] = [];
    let open: { readonly at: string; readonly steps: readonly Step[] }[] = [{ at: "0/0", steps: [] }];
    while (open.length > 0 && ways.length < MOST_WAYS) {
      const next: typeof open = [];
      for (const { at, steps } of open) {
        const batches = this.#batches.get(at);
        const again = this.#snapshots.has(at) && steps.at(-1)?.type === "batch";
        if (again) next.push({ at, steps: [...steps, { type: "restored" }] });
        for (const [to, entries] of batches ?? []) next.push({ at: to, steps: [...steps, { type: "batch", entries }] });
        if (batches === undefined && !again) ways.push(steps);
      }
      open = next;
    }
    return ways;
  }

  /** Where the machines of `app` give different replies on two ways; null if they never do. */
  async divergence<Command, Reply, Query, Answer>(
    app: App<Command, Reply, Query, Answer>,
  ): Promise<Divergence | null> {
    const known = new Map<string, { readonly reply: string; readonly way: readonly Step[] }>();
    for (const way of this.ways()) {
      for (const { place, reply, steps } of await replies(app, way)) {
        const before = known.get(place);
        if (before === undefined) known.set(place, { reply, way: way.slice(0, steps) });
        else if (before.reply !== reply) {
          const [index, term] = place.split("/");
          return {
            sentence:
              `the reply to entry ${index} of term ${term} is ${before.reply} on one node and ${reply} on another`,
            ways: [
              `One has applied ${wayInWords(before.way)}.`,
              `The other one has applied ${wayInWords(way.slice(0, steps))}.`,
            ],
          };
        }
      }
    }
    return null;
  }
}

/** A reply to a command. */
interface Given {
  /** The index and the term of the command. */
  readonly place: string;
  /** The reply. */
  readonly reply: string;
  /** How much of the way was gone. */
  readonly steps: number;
}

async function replies<Command, Reply, Query, Answer>(
  app: App<Command, Reply, Query, Answer>,
  way: readonly Step[],
): Promise<readonly Given[]> {
  const machinery: Machinery = { clock: new SimulatedClock(), random: seededRandom(1) };
  const replies: Given[] = [];
  let machine = app.machine(machinery);
  let index = 0;
  for (let i = 0; i < way.length; i++) {
    const step = way[i];
    if (step.type === "restored") {
      const chunks = await copied(machine.snapshot());
      machine = app.machine(machinery);
      await machine.restore(chunks, { index, records: [] });
      continue;
    }
    index = step.entries[step.entries.length - 1].index;
    for (const [place, reply] of await applied(machine, step.entries)) replies.push({ place, reply, steps: i + 1 });
  }
  return replies;
}

async function applied<Command, Reply, Query, Answer>(
  machine: StateMachine<Command, Reply, Query, Answer>,
  entries: readonly Entry[],
): Promise<readonly (readonly [place: string, reply: string])[]> {
  const given = entries.filter(({ type, data }) => type === "normal" && data.length > 0);
  const commands = given.map(({ data }): Command => {
    const command = machine.codec.command.decode(data);
    if (E.isLeft(command)) throw new Error(`Cannot decode what was encoded as a command: ${command.left}`);
    return command.right;
  });
  const { index } = entries[entries.length - 1];
  const made = commands.length === 0 ? [] : await machine.apply({ commands, index, records: () => [] });
  return given.map((entry, i) => [placeOf(entry), bytesInWords(machine.codec.reply.encode(made[i]))]);
}

// A chunk is valid until the next one is asked for.
async function copied(chunks: AsyncIterable<Bytes>): Promise<AsyncIterable<Bytes>> {
  const all: Bytes[] = [];
  for await (const chunk of chunks) all.push(chunk.slice());
  return (async function* () {
    yield* all;
  })();
}

function placeOf({ index, term }: EntryId): string {
  return `${index}/${term}`;
}

function wayInWords(way: readonly Step[]): string {
  const words = way.map((step) =>
    step.type === "restored" ? "a snapshot of that" : `[${step.entries.map(placeOf).join(" ")}]`
  );
  return words.join(", then ");
}

function bytesInWords(bytes: Bytes): string {
  const text = new TextDecoder().decode(bytes);
  return /^[\x20-\x7e]*$/.test(text) ? text : `the bytes ${bytes}`;
}
