/** Which steps are on the screen, and the lines of the nodes in pieces. */
import { assert, assertEquals } from "@std/assert";
import { ABSENT, piecesOf, roleAt } from "../../effects/viewer/page/pieces.ts";
import { centred, firstView, moved, showing, zoomed } from "../../effects/viewer/page/view.ts";

Deno.test("at first a story is shown from its beginning, as much of it as there is room for", () => {
  assertEquals(firstView(1_000, 900), { from: 0, to: 100 });
  assertEquals(firstView(20, 900), { from: 0, to: 21 });
  assertEquals(firstView(0, 900), { from: 0, to: 12 }, "an empty story has a view too");
});

Deno.test("a view does not leave the story", () => {
  assertEquals(moved({ from: 0, to: 100 }, -5, 1_000), { from: 0, to: 100 });
  assertEquals(moved({ from: 800, to: 900 }, 500, 1_000), { from: 901, to: 1_001 });
  assertEquals(moved({ from: 0, to: 12 }, 5, 3), { from: 0, to: 12 });
});

Deno.test("zooming keeps the step under the pointer where it is, within limits", () => {
  assertEquals(zoomed({ from: 100, to: 200 }, 0.5, 150, 1_000), { from: 125, to: 175 });
  assertEquals(zoomed({ from: 100, to: 200 }, 0.5, 100, 1_000), { from: 100, to: 150 });
  assertEquals(zoomed({ from: 100, to: 112 }, 0.1, 106, 1_000), { from: 100, to: 112 }, "no fewer than 12 steps");
  assertEquals(zoomed({ from: 0, to: 900 }, 9, 450, 1_000), { from: 0, to: 1_001 }, "no more than there are");
  const far = zoomed({ from: 0, to: 10_000 }, 9, 5_000, 1_000_000);
  assertEquals(far.to - far.from, 20_000, "no more than can be drawn");
});

Deno.test("a selected step is brought into view, and a view that shows it stays", () => {
  const view = { from: 100, to: 200 };
  assertEquals(showing(view, 150, 1_000), view);
  assertEquals(showing(view, 300, 1_000), { from: 250, to: 350 });
  assertEquals(centred(view, 110, 1_000), { from: 60, to: 160 });
});

function pieces(lanes: readonly number[], roles: readonly number[], runs: Parameters<typeof piecesOf>[0]["runs"]) {
  const none = new Float64Array(lanes.length);
  const columns = {
    node: Uint16Array.from(lanes),
    role: Uint8Array.from(roles),
    message: new Uint8Array(lanes.length),
    cause: new Int32Array(lanes.length),
    at: none,
    term: none,
    commit: none,
    marks: new Uint8Array(lanes.length),
  };
  return piecesOf({ columns, length: lanes.length, nodes: [1, 2], runs });
}

Deno.test("a line is a piece for each role, and a node that does not run between two runs is absent", () => {
  const found = pieces([0, 0, 1, 0, 1, 0, 0], [0, 2, 0, 3, 0, 0, 0], [
    { lane: 0, first: 1, last: 4, end: "cut" },
    { lane: 1, first: 3, last: 5, end: "cut" },
    { lane: 0, first: 6, last: 7, end: "closed" },
  ]);
  assertEquals(found.starts, [[0, 2, 4, 4, 6, 7], [0]]);
  assertEquals(found.roles, [[0, 2, 3, ABSENT, 0, ABSENT], [0]]);
  assertEquals([0, 1, 2, 3, 4, 5, 6, 7].map((number) => roleAt(found, 0, number)), [0, 0, 2, 2, 4, 4, 0, 4]);
});

Deno.test("a node whose recording just ends is shown to the end", () => {
  const { roles } = pieces([0, 1], [3, 0], [
    { lane: 0, first: 1, last: 1, end: "cut" },
    { lane: 1, first: 2, last: 2, end: "cut" },
  ]);
  assert(!roles.flat().includes(ABSENT));
});
