/**
 * The search itself: level by level, what was met and how it was come to.
 *
 * @module
 */
import { proposal } from "../../core/entry.ts";
import { Violation } from "../invariants/check.ts";
import { Applications } from "./applications.ts";
import { decodeAction, renamedAction } from "./action.ts";
import type { Limits } from "./bounds.ts";
import type { ExploreOptions } from "./options.ts";
import type { Counterexample, Exploration, ReachedGoal, Trace } from "./exploration.ts";
import { Fingerprints } from "./fingerprints.ts";
import { GLOBAL_INVARIANTS } from "./ghost.ts";
import { builtInGoals, type Goal } from "./goals.ts";
import type { Host } from "./host.ts";
import { LOCAL_INVARIANTS } from "./local_invariants.ts";
import { Numbers } from "./numbers.ts";
import { type HostRules, PRODUCTION } from "./outcome.ts";
import { firstHost } from "./start_host.ts";
import { whyNotSymmetric, whyNotUseless } from "./soundness.ts";
import { Recovery } from "./recovery.ts";
import { Space } from "./space.ts";
import { renamedInput, type Renaming } from "./permute.ts";
import { Symmetry } from "./symmetry.ts";
import { type Happening, traceOf } from "./trace.ts";
import { Transitions } from "./transitions.ts";
import { viewOf } from "./view.ts";

/** The name of the invariant of whoever explores. */
const OWN_INVARIANT = "The given invariant";

/** What is tried with `recovery`. */
const RECOVERY = "The cluster can always go on";

/** After so many states `progress` is told, and the memory is looked at. */
const BREATH = 1 << 15;

/** One exploration. */
export class Search {
  readonly #rules: HostRules;
  readonly #transitions: Transitions;
  readonly #space: Space;
  readonly #first: readonly Host[];
  readonly #symmetry: Symmetry;
  readonly applications = new Applications();
  readonly #mostStates: number;
  readonly #mostBytes: number;
  readonly #seen = new Fingerprints();
  readonly #parents = new Numbers();
  readonly #actions = new Numbers();
  readonly #goals: Goal[];
  readonly #reached = new Map<string, number>();
  readonly #recovery: Recovery | null;
  readonly #recovered = new Fingerprints();
  #level = new Numbers();
  #coming = new Numbers();
  #count = 0;
  #depth = 0;
  #ways = 0;
  #full = false;
  #found: { readonly state: number; readonly action: number; readonly objection: Violation } | null = null;

  constructor(readonly limits: Limits, readonly options: ExploreOptions) {
    const { nodes, spares, settings, delayedWrites, delayedApplies } = limits;
    this.#mostStates = options.maxStates ?? 50_000_000;
    this.#mostBytes = options.maxBytes ?? 2 ** 32;
    this.#rules = {
      step: options.step ?? PRODUCTION.step,
      start: options.start ?? PRODUCTION.start,
      ...{ nodes, settings, delayedWrites, delayedApplies },
    };
    this.#transitions = new Transitions(
      this.#rules,
      !options.keepUseless,
      (outcome) => this.applications.note(outcome),
      limits.ordered,
    );
    const proposals = Array.from(
      { length: limits.proposals },
      (_, i) => options.proposals?.[i] ?? proposal(Uint8Array.of(i + 1)),
    );
    this.#space = new Space(limits, proposals, this.#transitions);
    this.#first = Array.from({ length: nodes + spares }, (_, i) => firstHost(i + 1, this.#rules));
    this.#symmetry = new Symmetry(
      this.#first,
      limits.changes > 0 ? limits.alphabet : [],
      this.#transitions,
      this.#space.ghosts,
      options.symmetry ?? true,
    );
    this.#recovery = options.recovery ? new Recovery(this.#rules) : null;
    this.#goals = [...builtInGoals(limits), ...options.goals ?? []];
  }

  async run(): Promise<Exploration> {
    const began = this.options.now?.() ?? 0;
    this.#space.begin(this.#first);
    this.#meet(-1, 0);
    let told = 0;
    while (this.#coming.length > 0 && !this.#isOver()) {
      [this.#level, this.#coming] = [this.#coming, this.#level];
      this.#coming.clear();
      const { length } = this.#level;
      for (let at = 0, state = this.#firstOfLevel(); at < length && !this.#isOver(); state++) {
        at = this.#expand(at, state);
        if (this.#count - told < BREATH) continue;
        told = this.#count;
        await this.options.progress?.({ states: this.#count, frontier: this.#count - state, depth: this.#depth });
        this.#full ||= this.#bytes() >= this.#mostBytes;
      }
      if (this.#coming.length > 0) this.#depth++;
    }
    return this.#exploration(!this.#isOver(), (this.options.now?.() ?? 0) - began);
  }

  /** What has to be different because the reducer breaks what was relied on; null if it does not. */
  unsound(): Partial<ExploreOptions> | null {
    const { keepUseless = false, symmetry = true } = this.options;
    if (!keepUseless && whyNotUseless(this.#transitions) !== null) return { keepUseless: true };
    if (symmetry && whyNotSymmetric(this.#transitions, this.#symmetry.renamings) !== null) return { symmetry: false };
    return null;
  }

  #levelAt = 0;
  #levelEnd = 0;

  #firstOfLevel(): number {
    this.#levelAt = this.#levelEnd;
    this.#levelEnd = this.#count;
    return this.#levelAt;
  }

  #expand(at: number, state: number): number {
    const { items } = this.#level;
    const length = items[at];
    const words = items.subarray(at + 1, at + 1 + length);
    this.#space.expand(words, length, (action) => {
      if (this.#isOver()) return;
      this.#ways++;
      this.#meet(state, action);
    });
    return at + 1 + length;
  }

  // The space has come to a state, from the state `parent` by `action`.
  #meet(parent: number, action: number): void {
    const space = this.#space;
    if (space.objection === null) {
      const renaming = this.#symmetry.choose(space.next, space.length);
      if (!this.#seen.add(space.next, space.length)) return;
      if (this.#count === this.#mostStates) {
        this.#full = true; // only here is it known that there are more
        return;
      }
      this.#parents.push(parent);
      this.#actions.push(action);
      const number = this.#count++;
      this.#coming.push(space.length);
      this.#coming.append(space.next, space.length);
      space.checkLogs(this.#symmetry.renamings[renaming]);
      this.#look(number);
      this.#recover();
    }
    if (space.objection !== null) this.#found ??= { state: parent, action, objection: space.objection };
  }

  #look(number: number): void {
    const { invariant } = this.options;
    if (invariant === undefined && this.#goals.length === this.#reached.size) return;
    const view = viewOf(this.#space, this.#space.next, this.#space.length);
    for (const { name, holds } of this.#goals) {
      if (!this.#reached.has(name) && holds(view)) this.#reached.set(name, number);
    }
    const sentence = invariant === undefined ? null : invariant(view);
    if (sentence !== null) this.#space.objection ??= new Violation(OWN_INVARIANT, sentence);
  }

  // Messages and the past have no part in it, so that many states are alike.
  #recover(): void {
    const { next, nodes, transitions } = this.#space;
    if (this.#recovery === null || !this.#recovered.add(next, nodes)) return;
    const why = this.#recovery.failureOf(Array.from({ length: nodes }, (_, i) => transitions.hosts.at(next[i])));
    if (why !== null) this.#space.objection ??= new Violation(RECOVERY, why);
  }

  #isOver(): boolean {
    return this.#full || this.#found !== null;
  }

  #bytes(): number {
    return this.#seen.bytes + this.#parents.bytes + this.#actions.bytes + this.#level.bytes + this.#coming.bytes;
  }

  #exploration(exhausted: boolean, ms: number): Exploration {
    const { invariant, recovery } = this.options;
    const invariants: string[] = [...Object.values(GLOBAL_INVARIANTS), ...Object.values(LOCAL_INVARIANTS)];
    if (invariant !== undefined) invariants.push(OWN_INVARIANT);
    if (recovery) invariants.push(RECOVERY);
    return {
      limits: this.limits,
      states: this.#count,
      transitions: this.#ways,
      depth: this.#depth,
      exhausted,
      computed: this.#transitions.size,
      hosts: this.#transitions.hosts.size,
      inputs: this.#transitions.inputs.size,
      recoveries: this.#recovered.size,
      keptUseless: this.options.keepUseless ?? false,
      symmetries: this.#symmetry.renamings.length,
      bytesPerState: Math.round(this.#bytes() / this.#count),
      collisionProbability: this.#seen.collisionProbability,
      ms,
      invariants,
      goals: this.#goals.map(({ name }): ReachedGoal => {
        const state = this.#reached.get(name);
        return { name, trace: state === undefined ? null : this.#trace(state, null) };
      }),
      counterexample: this.#counterexample(),
    };
  }

  #counterexample(): Counterexample | null {
    if (this.#found === null) return null;
    const { state, action, objection } = this.#found;
    const trace = this.#trace(state, action);
    // In the story the nodes have other numbers than in the state where it was found.
    const { check, sentence } = this.#objectionNow() ?? objection;
    return { check, sentence, story: [...trace.story, `Then ${check}: ${sentence}.`], runs: trace.runs };
  }

  // What must not happen and does, in the state that the space holds.
  #objectionNow(): Violation | null {
    const space = this.#space;
    space.checkLogs(this.#symmetry.renamings[0]);
    const found = space.objection;
    space.objection = null;
    const sentence = this.options.invariant?.(viewOf(space, space.next, space.length)) ?? null;
    return found ?? (sentence === null ? null : new Violation(OWN_INVARIANT, sentence));
  }

  // The way to `state`, and one action more if there is one; afterwards the space holds the last state of the story.
  #trace(state: number, last: number | null): Trace {
    const actions = last === null ? [] : [last];
    for (let at = state; this.#parents.items[at] >= 0; at = this.#parents.items[at]) {
      actions.push(this.#actions.items[at]);
    }
    const [space, symmetry] = [this.#space, this.#symmetry];
    space.begin(this.#first);
    let chosen = space.next.slice(0, space.length);
    let told = chosen;
    let names = symmetry.renamings[0]; // what the nodes of the chosen state are called in the story
    const happenings = actions.reverse().map((action): Happening => {
      const { node, input, manner } = decodeAction(action);
      const happening = {
        node: names[node] - 1,
        input: renamedInput(names, this.#transitions.inputs.at(input)),
        manner,
      };
      this.#follow(chosen, action);
      names = composed(names, symmetry.renamings[symmetry.choose(space.next, space.length)]);
      chosen = space.next.slice(0, space.length);
      this.#follow(told, renamedAction(happening, this.#transitions.inputNumber(happening.input)));
      told = space.next.slice(0, space.length);
      return happening;
    });
    return traceOf(this.#first, happenings, this.#rules);
  }

  // Goes on from the state `words` by one action: what comes of it is in the space.
  #follow(words: Int32Array, action: number): void {
    const space = this.#space;
    space.objection = null;
    let after: { readonly words: Int32Array; readonly objection: Violation | null; readonly changed: number } | null =
      null;
    space.expand(words, words.length, (other) => {
      if (other === action && after === null) {
        after = { words: space.next.slice(0, space.length), objection: space.objection, changed: space.changed };
      }
      space.objection = null;
    });
    if (after === null) throw new Error("Cannot go the way that was found: the reducer is no function.");
    const { words: state, objection, changed }: { words: Int32Array; objection: Violation | null; changed: number } =
      after;
    space.next.set(state);
    space.length = state.length;
    space.objection = objection;
    space.changed = changed;
  }
}

// Whoever `renaming` calls i is called in the story what it was called before.
function composed(names: Renaming, renaming: Renaming): Renaming {
  const after = new Array<number>(names.length);
  for (let i = 0; i < names.length; i++) after[renaming[i] - 1] = names[i];
  return after;
}
