/** `view` and `demo` as commands. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { main } from "../../effects/cli.ts";
import { CapturedOutput } from "../../effects/terminal/output.ts";
import { view } from "../../effects/viewer/command.ts";
import { demo } from "../../effects/viewer/demo.ts";
import { recordDemo } from "../../effects/viewer/demo_run.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write", "net", "env");

/** An output that tells of each line when it is written. */
class HeardOutput extends CapturedOutput {
  constructor(private readonly heard: (line: string) => void) {
    super();
  }

  override readonly out = (line: string): void => {
    this.lines.push(line);
    this.heard(line);
  };
}

/** The first address in a text. */
function urlIn(text: string): string {
  return /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0] ?? "";
}

/** Runs a command that serves, asks the page that it names for its sources, and interrupts it. */
async function served(
  run: (output: CapturedOutput, signal: AbortSignal) => Promise<number>,
): Promise<readonly [code: number, sources: number, output: CapturedOutput]> {
  const [asked, interrupt] = [Promise.withResolvers<string>(), new AbortController()];
  const output = new HeardOutput((line) => urlIn(line) !== "" && asked.resolve(urlIn(line)));
  const running = run(output, interrupt.signal);
  const { sources } = await (await fetch(`${await asked.promise}sources.json`)).json();
  interrupt.abort();
  return [await running, sources.length, output];
}

test("view says where the page is, serves the recordings, and ends when it is interrupted", () =>
  inFolder(async (folder) => {
    await recordDemo(folder);
    const [code, sources, { lines }] = await served((output, signal) => view([folder], { port: "0" }, output, signal));
    assertEquals([code, sources], [0, 3]);
    assert(
      /^3 recordings to see at http:\/\/127\.0\.0\.1:\d+\/\nCtrl-C ends it\.$/.test(lines.join("\n")),
      lines.join(),
    );
    const json = await served((output, signal) => view([folder], { port: "0", json: true }, output, signal));
    const { recordings, url } = JSON.parse(json[2].lines.join("\n"));
    assertEquals(recordings, [1, 2, 3].map((id) => `${folder}/node-${id}`));
    assertEquals(urlIn(url), url);
  }));

test("view --follow serves recordings that grow", () =>
  inFolder(async (folder) => {
    await recordDemo(folder);
    const [code, sources] = await served((output, signal) =>
      view([folder], { port: "0", follow: true }, output, signal)
    );
    assertEquals([code, sources], [0, 3]);
  }));

test("view refuses what is no recording, and ports that are none or in use", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/text`, "text\n");
    await Deno.mkdir(`${folder}/run`);
    await recordDemo(`${folder}/run`);
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const cases: readonly (readonly [args: readonly string[], error: string])[] = [
      [[`${folder}/none`], "none: "],
      [[`${folder}/text`], "text: this is no recording."],
      [[`${folder}/run`, "--port", "x"], '"x" is no port.'],
      [[`${folder}/run`, "--port", "65536"], '"65536" is no port.'],
      [[`${folder}/run`, "--port", `${taken.addr.port}`], `port ${taken.addr.port} is in use.`],
      [[], "missing required argument"],
    ];
    for (const [args, error] of cases) {
      const output = new CapturedOutput();
      assertEquals(await main(["view", ...args], output), 2, args.join(" "));
      assertStringIncludes(output.errors.join("\n"), error);
    }
    taken.close();
  }));

test("view refuses a damaged recording before it serves anything, and says where the damage is", () =>
  inFolder(async (folder) => {
    await recordDemo(folder);
    const path = `${folder}/node-2/00000001.recording`;
    const sound = await Deno.readFile(path);
    const damages: readonly (readonly [bytes: Uint8Array, error: string])[] = [
      [sound.with(6, 9), "at byte 0: "],
      [sound.with(sound.length >> 1, sound[sound.length >> 1] ^ 4), "at byte "],
    ];
    for (const [bytes, error] of damages) {
      await Deno.writeFile(path, bytes);
      for (const args of [["view", folder], ["view", folder, "--follow"]]) {
        const output = new CapturedOutput();
        assertEquals([await main(args, output), output.lines], [2, []]);
        assertStringIncludes(output.errors.join("\n"), `error: ${path} ${error}`);
      }
    }
    await Deno.writeTextFile(
      `${folder}/etcd.jsonl`,
      '{"run":"example/failover","kind":"example","source":"examples","parameters":{"seed":1,"nodes":3,"maxNodes":5,"async":false,"bootstrap":"snapshot","steps":0,"electionTick":10,"heartbeatTick":1,"maxInflightMsgs":256,"checkQuorum":false,"preVote":false,"leaseBased":false,"stepDownOnRemoval":false,"disableProposalForwarding":false,"disableConfChangeValidation":false,"confChanges":false,"drop":0,"duplicate":0,"reorder":0,"partitions":false,"crashes":false,"compaction":false,"reads":false,"maxData":0,"fuzz":0,"mixedOptions":false}}\n{"nothing"\n',
    );
    const output = new CapturedOutput();
    assertEquals(await main(["view", `${folder}/etcd.jsonl`], output), 2);
    assertStringIncludes(output.errors.join("\n"), "etcd.jsonl:2: ");
  }));

test("view shows one run of a recording of etcd's library, which has to be chosen if there are several", async () => {
  const path = decodeURIComponent(new URL("../recordings/examples.jsonl.gz", import.meta.url).pathname);
  const cases: readonly (readonly [args: readonly string[], error: string])[] = [
    [[], 'there are 14 runs in this file, each of a cluster of its own. Choose one with --run: "example/failover", '],
    [["--run", "none"], 'there are 14 runs in this file, and none is called "none". Choose one with --run: "example/'],
  ];
  for (const [args, error] of cases) {
    const output = new CapturedOutput();
    assertEquals([await main(["view", path, ...args], output), output.lines], [2, []]);
    assertStringIncludes(output.errors.join("\n"), `error: ${path}: ${error}`);
  }
  const [code, sources] = await served((output, signal) =>
    view([path], { port: "0", run: "example/restart" }, output, signal)
  );
  assertEquals([code, sources], [0, 1]);
});

test("view --run is for recordings of etcd's library only", () =>
  inFolder(async (folder) => {
    await recordDemo(folder);
    const output = new CapturedOutput();
    assertEquals([await main(["view", folder, "--run", "one"], output), output.lines], [2, []]);
    assertStringIncludes(output.errors.join("\n"), "these are recordings of nodes");
  }));

test("demo refuses what is no port before anything happens", async () => {
  for (const args of [["--text"], ["--no-open"], []]) {
    const output = new CapturedOutput();
    assertEquals([await main(["demo", "--port", "x", ...args], output), output.lines], [2, []]);
    assertStringIncludes(output.errors.join("\n"), '"x" is no port.');
  }
});

test("demo --text tells how a leader is elected, lost and replaced, always in the same words", async () => {
  const [first, second] = [new CapturedOutput(), new CapturedOutput()];
  assertEquals(await main(["demo", "--text"], first), 0);
  assertEquals(await main(["demo", "--text"], second), 0);
  assertEquals(second.lines, first.lines);
  const story = first.lines.join("\n");
  for (
    const part of [
      /Term 1$/m,
      /Node \d leads term 1/,
      /crashed/,
      /Term 2$/m,
      /Node \d leads term 2/,
      /It still leads at the end/,
    ]
  ) {
    assert(part.test(story), story);
  }
  assertEquals(first.errors, []);
});

test("demo shows the run in the viewer until it is interrupted, and leaves nothing behind", async () => {
  const [code, sources, { lines }] = await served((output, signal) => demo({ open: false, port: "0" }, output, signal));
  assertEquals([code, sources], [0, 3]);
  assertStringIncludes(lines.join("\n"), "Node");
});

test("the help says what there is", async () => {
  for (const name of ["view", "demo"]) {
    const output = new CapturedOutput();
    assertEquals(await main([name, "--help"], output), 0);
    assertStringIncludes(output.lines.join("\n"), `deno task ${name}`);
  }
});
