/**
 * Whatever state a node is in: a recording that begins with it gives it back, in both forms, and the node that was read goes
 * on as the one that was written. The states are those of random clusters that have heard more random messages. What states
 * and messages have to hold is counted.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  entryAt,
  type EntryType,
  type Inflights,
  listInflights,
  Log,
  type Message,
  NO_BYTES,
  type Node,
  proposal,
  step,
} from "../../core/mod.ts";
import { readRuns } from "../../effects/debugger/run.ts";
import { exportLines } from "../../effects/recording/export_jsonl.ts";
import { hexadecimal, type PlacedRecord, replayRecords, stateHash } from "../../effects/recording/mod.ts";
import { readJsonLines } from "../../effects/recording/read_jsonl.ts";
import { canonical, hashOf } from "../properties/canonical.ts";
import { arbitraries } from "../properties/messages.ts";
import { LARGEST } from "../properties/setups.ts";
import { idsOf } from "../properties/state_machine.ts";
import { anyMessage } from "../wire/arbitraries.ts";
import { observable } from "../wire/round_trip.ts";
import { MESSAGES } from "../wire/samples.ts";
import { type LifeStep, randomLives, record, recordsOn } from "./lives.ts";

/** What the members of values were: there or not, true or false, empty or not, or which name. */
class Forms {
  readonly #seen = new Map<string, Set<string>>();

  see(path: string, value: unknown): void {
    if (typeof value === "boolean" || typeof value === "string") return this.#note(path, `${value}`);
    if (typeof value !== "object" || value === null) return;
    if (value instanceof Log) {
      const entries = value.slice(value.first, value.last.index);
      return this.see(path, { isCompacted: value.snapshot.index > 0, entries });
    }
    if (isInflights(value)) return this.see(path, listInflights(value).map(([index]) => index));
    if (Array.isArray(value) || value instanceof Uint8Array) {
      this.#note(path, value.length === 0 ? "[]" : "[…]");
      for (const element of value) this.see(`${path}[]`, element);
    } else if ("_tag" in value) {
      this.#note(path, "value" in value ? "some" : "none");
      if ("value" in value) this.see(path, value.value);
    } else {
      for (const [name, member] of Object.entries(value)) this.see(path === "" ? name : `${path}.${name}`, member);
    }
  }

  /** The members that were always there or never, always true or never, always empty or never. */
  get halves(): readonly string[] {
    return this.all.filter((line) => /: (none|some|false|true|\[.?\])$/.test(line));
  }

  /** The members that are names, and which. */
  get names(): readonly string[] {
    return this.all.filter((line) => !/: (none|some|false|true|\[.?\])(, |$)/.test(line));
  }

  /** All members. */
  get all(): readonly string[] {
    return [...this.#seen].map(([path, forms]) => `${path}: ${[...forms].sort().join(", ")}`).sort();
  }

  #note(path: string, form: string): void {
    this.#seen.set(path, (this.#seen.get(path) ?? new Set()).add(form));
  }
}

function isInflights(value: object): value is Inflights {
  return "front" in value && "back" in value;
}

/** One state of each kind that random clusters come to: among all of them, the rare ones would hardly be drawn. */
const POOL: readonly Node[] = [
  ...new Map(
    randomLives(150, 60).flat().flatMap(({ steps }) => steps).map(({ after }) => [kindOf(after), after]),
  ).values(),
];

/** A state, and messages that are told next. */
interface Case {
  readonly node: Node;
  readonly messages: readonly Message[];
}

/** States that have heard more messages, whose numbers are those of the state: others would be refused. */
const cases: fc.Arbitrary<Case> = fc.tuple(fc.constantFrom(...POOL), fc.boolean()).chain(([first, lenient]) => {
  const { applied, commit, configuration, id, log, term } = first;
  const number = fc.constantFrom(
    ...[term, term, term, term + 1, commit, commit + 1, applied, log.last.index, log.last.term, id, 0],
    ...configuration.members,
  );
  const header = { from: id + 1, to: id, term };
  const snapshot = fc.nat({ max: 2 }).map((by): Message => {
    const ids = idsOf(configuration);
    const learners = by > 0 ? [...ids.learners, LARGEST + 1] : ids.learners;
    const snapshot = { index: log.last.index + 1 + by, term, configuration: { ...ids, learners } };
    return { type: "InstallSnapshot", ...header, snapshot: { ...snapshot, data: new Uint8Array(by) } };
  });
  const append = fc.constantFrom<EntryType>("normal", "confChange", "confChangeV2", "empty").map((type): Message => {
    const entries = [entryAt(proposal(NO_BYTES, type), log.last.index + 1, term)];
    return { type: "Append", ...header, prev: log.last, entries, commit };
  });
  const apt = fc.oneof(snapshot, append, ...Object.values<fc.Arbitrary<Message>>(arbitraries(number)));
  const start: Node = { ...first, options: { ...first.options, disableConfChangeValidation: lenient } };
  return fc.record({
    node: fc.array(apt, { maxLength: 5 }).map((heard) =>
      heard.reduce((before, message) => step(before, message)[0], start)
    ),
    messages: fc.array(fc.oneof({ weight: 3, arbitrary: apt }, { weight: 1, arbitrary: anyMessage }), {
      minLength: 1,
      maxLength: 6,
    }),
  });
});

Deno.test("whatever state a node is in comes back from either form of a recording, and goes on as it would have", async () => {
  const [states, told, types] = [new Forms(), new Forms(), new Set<string>()];
  await fc.assert(
    fc.asyncProperty(cases, async ({ node, messages }) => {
      const isStable = node.stable === node.log.last.index;
      states.see("", { ...node, isStable, isApplied: node.applied === node.commit });
      for (const { type, ...members } of messages) {
        types.add(type);
        told.see(type, members);
      }
      await assertRoundTrips(node, messages);
    }),
    { seed: 1, numRuns: 800 },
  );
  assertOfEveryKind(states);
  assertEquals(types, new Set(Object.keys(MESSAGES)));
  assertOfEveryForm(told);
});

async function assertRoundTrips(node: Node, messages: readonly Message[]): Promise<void> {
  const steps = future(node, messages);
  const binary = await recordsOn(await record([{ id: node.id, first: node, outbox: [], steps }], { msPerStep: 0 }));
  for (const records of [binary, await throughLines(binary)]) {
    const [run] = await readRuns([records]);
    const heard = run.inputs.map(({ message }) => message);
    assertEquals(observable(run.node), observable(node));
    assertEquals(canonical(heard), canonical(messages));
    assertEquals(hashesOf(run.node, future(run.node, heard)), hashesOf(node, steps));
    assertEquals((await replayRecords([records])).differences, []);
  }
}

/** What may be there, true or empty in a state was so, and was not so. */
function assertOfEveryKind({ halves, names }: Forms): void {
  assertEquals(halves, [
    "configuration.incoming: […]", // a node that knows of no cluster takes part in none
    "configuration.members: […]",
    "configuration.voters: […]",
    "own.progress: […]",
    "pendingSnapshot.configuration.voters: […]",
  ]);
  assertEquals(names, [
    "heldReads[].type: ForwardedReadIndex, ReadIndex",
    "log.entries[].type: confChange, confChangeV2, empty, normal",
    "options.readOnlyOption: leaseBased, safe",
    "own.progress[].state: probe, replicate, snapshot",
    "own.reads.pending[].request.type: ForwardedReadIndex, ReadIndex",
    "role: candidate, follower, leader, preCandidate",
  ]);
}

/** The same of messages. */
function assertOfEveryForm({ halves, names }: Forms): void {
  assertEquals(halves, []);
  assertEquals(names, [
    "Append.entries[].type: confChange, confChangeV2, empty, normal",
    "ApplyConfChange.change.changes[].type: addLearnerNode, addNode, removeNode, updateNode",
    "ApplyConfChange.change.transition: auto, jointExplicit, jointImplicit",
    "ForwardedPropose.entries[].type: confChange, confChangeV2, empty, normal",
    "Propose.entries[].type: confChange, confChangeV2, empty, normal",
  ]);
}

/** What a node does, whatever its numbers. */
function kindOf({ configuration, heldReads, own, pendingSnapshot, role, vote }: Node): string {
  const forms = new Forms();
  forms.see("", { votersOutgoing: configuration.votersOutgoing, heldReads, own, pendingSnapshot, role, vote });
  return forms.all.join();
}

function future(node: Node, messages: readonly Message[]): LifeStep[] {
  let before = node;
  return messages.map((message) => {
    const [after, outbox] = step(before, message);
    before = after;
    return { message, after, outbox };
  });
}

function hashesOf(node: Node, steps: readonly LifeStep[]): readonly string[] {
  const after = steps.map(({ after, outbox }) => `${hexadecimal(stateHash(after))} ${hashOf(outbox)}`);
  return [hexadecimal(stateHash(node)), ...after];
}

async function throughLines(records: readonly PlacedRecord[]): Promise<readonly PlacedRecord[]> {
  return (await Array.fromAsync(readJsonLines("run.jsonl", exportLines([records])))).flat();
}
