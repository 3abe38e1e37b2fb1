import { assert, assertEquals } from "@std/assert";
import { type Bounds, explore, type ExploreOptions, type WorldView } from "../../effects/explore/mod.ts";
import { ghostText } from "../../effects/explore/ghost.ts";
import { naiveStates, orbits, textOnce, withoutMessages } from "./naive.ts";

const SWAP = [[1, 2], [2, 1]];
const PERMUTATIONS = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];

const PAIRS: readonly Bounds[] = [
  { nodes: 2, terms: 2, proposals: 1 },
  { nodes: 2, terms: 1, proposals: 0, duplicates: 1, crashes: 1 },
  { nodes: 2, terms: 2, proposals: 1, crashes: 1, inFlight: 1 },
  { nodes: 2, terms: 1, proposals: 2, inFlight: 2 },
  { nodes: 2, terms: 2, proposals: 2, ordered: true },
  { nodes: 2, terms: 1, proposals: 1, duplicates: 1, crashes: 1, ordered: true },
  { nodes: 2, terms: 1, proposals: 0, crashes: 1, delayedWrites: true, delayedApplies: true },
];

for (const bounds of PAIRS) {
  Deno.test(`the states of ${JSON.stringify(bounds)} are as many as without interning, and so are their orbits`, async () => {
    const naive = naiveStates(bounds);
    const plain = await explore(bounds, { symmetry: false, keepUseless: true });
    assertEquals([plain.exhausted, plain.counterexample], [true, null]);
    assertEquals(plain.states, naive.size);
    const symmetric = await explore(bounds, { keepUseless: true });
    assertEquals(symmetric.symmetries, 2);
    assertEquals(symmetric.states, orbits(naive.values(), SWAP, bounds.ordered));
  });

  Deno.test(`what is left out in ${JSON.stringify(bounds)} does not hide a state of the machines`, async () => {
    const everything = withoutMessages(naiveStates(bounds, true).values());
    const seen = await machinesOf(bounds, { symmetry: false });
    assertEquals([seen.size, [...everything].filter((text) => !seen.has(text)).length], [everything.size, 0]);
  });
}

Deno.test("the states of three nodes are as many as without interning, and so are their orbits", async () => {
  const bounds: Bounds = { nodes: 3, terms: 1, proposals: 0 };
  const naive = naiveStates(bounds);
  const options: ExploreOptions = { keepUseless: true };
  assertEquals((await explore(bounds, { ...options, symmetry: false })).states, naive.size);
  const symmetric = await explore(bounds, options);
  assertEquals([symmetric.symmetries, symmetric.states], [6, orbits(naive.values(), PERMUTATIONS)]);
  assert(naive.size > 1000);
});

// The text of the machines and the past in every state.
async function machinesOf(bounds: Bounds, options: ExploreOptions): Promise<ReadonlySet<string>> {
  const texts = new Set<string>();
  const invariant = ({ hosts, past }: WorldView): null => {
    texts.add(`${hosts.map(textOnce)} ${ghostText(past)}`);
    return null;
  };
  await explore(bounds, { ...options, invariant });
  return texts;
}
