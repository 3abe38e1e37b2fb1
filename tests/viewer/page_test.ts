/** The page in a real browser: open, step, scrub, search, fork, links, keys, colours, small screens. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import type { Timeline } from "../../effects/debugger/timeline.ts";
import { recordDemo } from "../../effects/viewer/demo_run.ts";
import { serving, testInBrowser } from "./browser.ts";
import { opened, press, search, told, unfold, until } from "./demo_page.ts";
import { findings } from "./accessibility.ts";
import { firstStep, secondLeader } from "./timelines.ts";

function firstLeader(timeline: Timeline): number {
  return firstStep(timeline, (number) => timeline.columns.role[number - 1] === 3);
}

testInBrowser(
  "a recording opens at its first step, with a lane, a log and a state for each node",
  (page) =>
    opened(page, async (timeline) => {
      await told(page, 1);
      assertStringIncludes(
        await page.getByRole("banner").innerText(),
        `${timeline.length.toLocaleString("en")} steps of 3 nodes`,
      );
      assertStringIncludes(await page.locator("canvas.lanes").getAttribute("aria-label") ?? "", "Lanes of 3 nodes");
      const rows = page.getByRole("region", { name: "State of the nodes" }).locator("tbody tr");
      assertEquals(await rows.count(), 3);
      assertEquals(await page.getByRole("region", { name: "Logs, side by side" }).locator("tbody tr").count(), 3);
      for (const canvas of ["canvas.lanes", ".map canvas"]) await hasDrawn(page, canvas);
    }),
);

/** Waits until something is drawn on a canvas. */
function hasDrawn(page: Page, selector: string): Promise<void> {
  return until(() =>
    page.evaluate(`(() => {
      const canvas = document.querySelector(${JSON.stringify(selector)});
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value !== 0);
    })()`)
  );
}

testInBrowser(
  "buttons and keys step, and go to changes of a role and to the ends",
  (page) =>
    opened(page, async (timeline) => {
      const button = (name: string): Promise<void> => page.getByRole("button", { name, exact: true }).click();
      await told(page, 1);
      await button("One step on");
      await told(page, 2);
      await button("One step back");
      await told(page, 1);
      await button("Last step");
      await told(page, timeline.length);
      await button("First step");
      await told(page, 0);
      const turn = firstStep(timeline, (number) => (timeline.columns.marks[number - 1] & 1) !== 0);
      await button("Next change of a role");
      await told(page, turn);
      await page.locator("body").click({ position: { x: 2, y: 2 } });
      await press(page, "Home", "ArrowRight", "ArrowRight", "Shift+ArrowRight");
      await told(page, 12);
      await press(page, "ArrowLeft");
      await told(page, 11);
      const { node } = timeline.columns;
      await press(page, "ArrowDown");
      await told(page, firstStep(timeline, (number) => node[number - 1] === node[10], 12));
      await press(page, "ArrowUp");
      await told(page, 11);
      await press(page, "Home", "n");
      await told(page, turn);
      await press(page, "End");
      await told(page, timeline.length);
      await press(page, "p");
      let last = timeline.length - 1;
      while ((timeline.columns.marks[last - 1] & 1) === 0) last--;
      await told(page, last);
    }),
);

testInBrowser("the story runs on its own, and stops", async (page) => {
  await page.clock.install({ time: 0 });
  await opened(page, async () => {
    await told(page, 1);
    await page.clock.pauseAt(3_600_000); // from here on, time passes only when it is told to
    await page.getByRole("button", { name: "Let it run" }).click();
    await page.clock.runFor(120);
    await told(page, 2);
    await page.clock.runFor(120);
    await told(page, 3);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Let it run" }).waitFor();
    await page.clock.runFor(1_200);
    await told(page, 3);
  });
});

testInBrowser("while somebody scrubs, the lanes follow at once, and the words now and then", async (page) => {
  await page.addInitScript(`{
    const { postMessage } = Worker.prototype;
    globalThis.asked = [];
    Worker.prototype.postMessage = function (message) {
      if (message.request.type === "moment") asked.push(performance.now());
      return postMessage.call(this, message);
    };
  }`);
  await opened(page, async () => {
    await told(page, 1);
    const frames = 40;
    const asked = await page.evaluate(`new Promise((resolve) => {
      const scrubber = document.querySelector(".scrubber");
      asked.length = 0;
      const frame = (number) => {
        if (number > ${frames}) return resolve(asked);
        scrubber.value = String(number);
        scrubber.dispatchEvent(new Event("input", { bubbles: true }));
        requestAnimationFrame(() => frame(number + 1));
      };
      frame(2);
    })`) as readonly number[];
    // However fast or slow the frames are, it rests between two questions.
    const rests = asked.slice(1).map((time, i) => time - asked[i]);
    assert(rests.every((rest) => rest > 60), `it asked again after ${Math.min(...rests)} ms`);
    await told(page, frames);
  });
});

testInBrowser("the scrubber and the map go anywhere", (page) =>
  opened(page, async (timeline) => {
    await told(page, 1);
    const scrubber = page.getByRole("slider", { name: "Step" });
    await scrubber.fill("100");
    await told(page, 100);
    assertStringIncludes(await scrubber.getAttribute("aria-valuetext") ?? "", `Step 100 of ${timeline.length}`);
    const map = page.locator(".map .frame");
    const box = await map.boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.click(box.x + box.width - 8, box.y + 10);
    await told(page, timeline.length);
    await page.mouse.move(box.x + box.width - 8, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 72, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await told(page, 0);
  }));

testInBrowser(
  "a click selects a step of the lane under it, a pointer over it says what it is, and wheels zoom",
  (page) =>
    opened(page, async (timeline) => {
      await told(page, 1);
      const lanes = page.locator("canvas.lanes");
      const box = await lanes.boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 };
      const shown = Math.min(timeline.length + 1, Math.round(1280 / 9));
      const number = firstStep(timeline, (number) => timeline.columns.node[number - 1] === 2, 40);
      const x = box.x + 72 + number / shown * (box.width - 80);
      const y = box.y + 24 + 2.5 / 3 * (box.height - 50);
      await page.mouse.move(x, y);
      await page.getByText(`Step ${number} · node 3`).waitFor();
      await page.mouse.click(x, y);
      await told(page, number);
      const before = await lanes.screenshot();
      await page.mouse.wheel(0, -300);
      while (before.toString() === (await lanes.screenshot()).toString());
    }),
);

testInBrowser(
  "search finds what was asked for, on and back, and says what it does not know",
  (page) =>
    opened(page, async (timeline) => {
      const { columns, nodes } = timeline;
      const first = (holds: (at: number) => boolean): number => firstStep(timeline, (number) => holds(number - 1));
      const problem = page.getByRole("alert");
      await told(page, 1);
      await press(page, "/");
      await page.keyboard.type("term 2\n");
      await told(page, first((at) => columns.term[at] === 2));
      await page.getByRole("button", { name: "First step" }).click();
      await search(page, "node 3");
      await told(page, first((at) => nodes[columns.node[at]] === 3));
      await page.getByRole("button", { name: "First step" }).click();
      await search(page, "lost");
      await told(page, first((at) => (columns.marks[at] & 64) !== 0));
      await search(page, "RequestVote");
      await page.locator(".told .message").getByText(/^RequestVote/).waitFor();
      await search(page, "index 2");
      await page.locator(".logs").getByRole("columnheader", { name: "2", exact: true }).waitFor();
      await search(page, "step 77");
      await told(page, 77);
      await search(page, "term 99");
      await problem.getByText("There is no later such step.").waitFor();
      await page.getByRole("button", { name: "Search backwards" }).click();
      await problem.getByText("There is no earlier such step.").waitFor();
      await search(page, "nonsense");
      await problem.getByText(/"nonsense" is neither node, term/).waitFor();
      await search(page, "step 78");
      await told(page, 78);
      await problem.waitFor({ state: "detached" });
    }),
);

testInBrowser(
  "the address leads to the selected step, for somebody else and back",
  (page) =>
    opened(page, async (timeline, url) => {
      await told(page, 60);
      await press(page, "ArrowRight");
      await told(page, 61);
      const { node, run, step } = timeline.step(61);
      await page.waitForURL(`${url}#step=61&at=${node}.${run}.${step}`);
      await page.evaluate("location.hash = '#step=90'");
      await told(page, 90);
    }, "#step=60"),
);

testInBrowser(
  "without the vote of its election nobody leads, and both futures can be seen",
  (page) =>
    opened(page, async (timeline) => {
      const vote = secondLeader(timeline);
      const role = (): Promise<string> =>
        page.getByRole("region", { name: "State of the nodes" }).locator("tr.acting td").first().innerText();
      await told(page, 1);
      await search(page, `step ${vote}`);
      await told(page, vote);
      assertStringIncludes(await role(), "leader");
      await page.locator("body").click({ position: { x: 2, y: 2 } });
      await press(page, "f");
      await page.getByRole("button", { name: /^Drop this message/ }).click();
      await page.getByRole("button", { name: `without step ${vote}`, pressed: true }).waitFor();
      await page.locator(".nodes tr", { hasText: "candidate" }).first().waitFor();
      assert(!(await page.locator(".nodes tbody").first().innerText()).includes("leader"));
      await page.getByRole("button", { name: "recorded" }).click();
      await page.locator(".nodes tbody tr", { hasText: "leader" }).first().waitFor();
    }),
);

testInBrowser(
  "a message that is inserted has its consequences; what is no message is refused",
  (page) =>
    opened(page, async (timeline) => {
      await told(page, timeline.length);
      const at = secondLeader(timeline) + 50;
      await search(page, `step ${at}`);
      const node = timeline.nodes.find((id) => timeline.state(at).get(id)?.role === "follower") ?? 0;
      await told(page, at);
      await unfold(page, "Fork from here");
      const json = page.getByRole("textbox", { name: "The message as JSON" });
      await json.fill("{");
      await page.getByRole("button", { name: "Insert it" }).click();
      await page.getByRole("alert").getByText("What the node is to be told is not JSON.").waitFor();
      await json.fill(`{"type":"Sing"}`);
      await page.getByRole("button", { name: "Insert it" }).click();
      await page.getByRole("alert").getByText(/^This is no message: /).waitFor();
      await page.getByRole("combobox", { name: /tell node/ }).selectOption(String(node));
      await page.getByRole("combobox", { name: "What it is told" }).selectOption({ label: "it campaigns" });
      await page.getByRole("button", { name: "Insert it" }).click();
      await page.getByRole("button", { name: `changed after step ${at}`, pressed: true }).waitFor();
      await search(page, "Campaign");
      await page.locator(".told .message").getByText("Campaign").waitFor();
      await page.locator(".told").getByRole("listitem").getByText(/RequestPreVote|RequestVote/).first().waitFor();
    }, `#step=100000`),
);

testInBrowser("a broken recording is not shown: the error names the file and the place", async (page) => {
  const folder = await Deno.makeTempDir();
  await recordDemo(folder);
  const path = `${folder}/node-2/00000001.recording`;
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1] ^= 1;
  await Deno.writeFile(path, bytes);
  await serving([folder], async (url) => {
    await page.goto(url);
    const text = await page.getByRole("alert").innerText();
    assertStringIncludes(text, `${folder}/node-2/00000001.recording at byte `);
    assertEquals(await page.locator("canvas").count(), 0);
  });
  await Deno.remove(folder, { recursive: true });
});

testInBrowser(
  "the colours are those that the machine prefers, until the button is pressed",
  (page) =>
    opened(page, async () => {
      await told(page, 1);
      const paper = (): Promise<unknown> => page.evaluate("getComputedStyle(document.body).backgroundColor");
      assertEquals(await paper(), "rgb(20, 23, 27)");
      await page.getByRole("button", { name: "Light or dark" }).click();
      assertEquals(await paper(), "rgb(255, 255, 255)");
    }),
  { colorScheme: "dark" },
);

for (const colorScheme of ["light", "dark"] as const) {
  testInBrowser(
    `everything has a name and can be read, with ${colorScheme} colours`,
    (page) =>
      opened(page, async (timeline) => {
        await told(page, 1);
        await search(page, `step ${firstLeader(timeline)}`);
        await told(page, firstLeader(timeline));
        for (const name of ["Fork from here", "Keys"]) await unfold(page, name);
        await search(page, "nonsense");
        await page.getByRole("alert").waitFor();
        assertEquals(await findings(page), []);
      }),
    { colorScheme },
  );
}

testInBrowser(
  "a node without power is down, what is sent to it says so, and the picture of the README shows it",
  (page) =>
    opened(page, async (timeline) => {
      const [down] = timeline.runs.filter(({ end }) => end === "cut");
      const turn = secondLeader(timeline);
      await told(page, 1);
      await page.evaluate(`location.hash = "#step=${turn}"`);
      await told(page, turn);
      await page.getByRole("row", { name: new RegExp(`^${down.node} down`) }).waitFor();
      await page.locator(".told li", { hasText: `to ${down.node}: the receiver was down` }).waitFor();
      if (Deno.env.get("RAFTFOLD_PICTURES") !== "1") return;
      await page.screenshot({ path: decodeURIComponent(new URL("../../docs/viewer.png", import.meta.url).pathname) });
    }),
  { viewport: { width: 1280, height: 860 } },
);

testInBrowser("on a phone nothing is wider than the screen", (page) =>
  opened(page, async (timeline) => {
    await told(page, 1);
    await search(page, `step ${firstLeader(timeline)}`);
    await told(page, firstLeader(timeline));
    await unfold(page, "Fork from here");
    assertEquals(await page.evaluate("[document.documentElement.scrollWidth, innerWidth]"), [390, 390]);
    const buttons = await page.getByRole("button").all();
    for (const button of buttons) {
      const { height = 0, width = 0 } = await button.boundingBox() ?? {};
      assert(height >= 32 && width >= 32, "a finger finds it");
    }
  }), { viewport: { width: 390, height: 844 } });
