import { assert, assertEquals } from "@std/assert";
import { type Message, type Node, type Step, step } from "../../core/mod.ts";
import { type Bounds, explore, type ExploreOptions } from "../../effects/explore/mod.ts";

const BOUNDS: Bounds = { terms: 2, proposals: 0, inFlight: 1 };

/** Takes granted votes of earlier terms for votes of its own. */
function countsStaleVotes(before: Node, message: Message): Step {
  const stale = message.type === "RequestVoteResponse" && message.term < before.term && before.role === "candidate";
  return step(before, stale ? { ...message, term: before.term } : message);
}

/** Node 3 never votes for others. */
function dislikesVoting(before: Node, message: Message): Step {
  if (message.type === "RequestVote" && before.id === 3) return [before, []];
  return step(before, message);
}

Deno.test("the reductions are used with the reducer of this module", async () => {
  const { keptUseless, symmetries } = await explore(BOUNDS);
  assertEquals([keptUseless, symmetries], [false, 6]);
});

Deno.test("a reducer that has use for old messages is explored with all of them, and the fault is found", async () => {
  const { keptUseless, counterexample } = await explore(BOUNDS, { step: countsStaleVotes });
  assert(keptUseless);
  assertEquals(counterexample?.check, "Election safety: one leader in a term");
});

Deno.test("a reducer for which nodes are not alike is explored without symmetry", async () => {
  const { symmetries, states } = await explore(BOUNDS, { step: dislikesVoting });
  assertEquals(symmetries, 1);
  assertEquals(states, (await explore(BOUNDS, { step: dislikesVoting, symmetry: false })).states);
});

Deno.test("nodes with other settings are not taken for each other", async () => {
  const { symmetries } = await explore({ ...BOUNDS, terms: 1, optionsOf: { 2: { maxSizePerMsg: 0 } } });
  assertEquals(symmetries, 2);
});

Deno.test("changes that name a node tell it from the others", async () => {
  const remove3 = { transition: "auto", changes: [{ type: "removeNode", id: 3 }], context: new Uint8Array() } as const;
  const { symmetries } = await explore({ ...BOUNDS, terms: 1, changes: 1, alphabet: [remove3] });
  assertEquals(symmetries, 2);
});

Deno.test("a cluster that cannot elect anybody any more is found", async () => {
  const deaf: ExploreOptions["step"] = (before, message) =>
    before.term > 0 && message.type === "Tick" ? [before, []] : step(before, message);
  const exploration = await explore({ terms: 1, proposals: 0 }, { step: deaf, recovery: true });
  assertEquals(exploration.counterexample?.check, "The cluster can always go on");
  assertEquals(exploration.counterexample?.story.length, 3);
  const sound = await explore({ terms: 1, proposals: 0 }, { recovery: true });
  assertEquals(sound.counterexample, null);
  assert(sound.recoveries > 20);
});
