/**
 * The shipped recordings agree; the comparison can fail, member by member; and bad input is never a success.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import { conform } from "../effects/commands/conform.ts";
import { shippedRecordings } from "../effects/commands/recordings.ts";
import { replay } from "../effects/commands/replay.ts";
import { main } from "../effects/cli.ts";
import { decodeConfChange } from "../core/mod.ts";
import { checkLine } from "../effects/etcd/check_line.ts";
import { toConfChange, toEntry } from "../effects/etcd/entries.ts";
import { ALLOWED } from "../effects/etcd/exclusions.ts";
import { Judge } from "../effects/etcd/judge_file.ts";
import { readLines } from "../effects/etcd/reader.ts";
import { Line } from "../effects/etcd/recorded.ts";
import { RecordedEntry } from "../effects/etcd/recorded_message.ts";
import { emptyReport, excesses, isGood, type Report, tallyOf } from "../effects/etcd/report.ts";
import { RunMemory } from "../effects/etcd/run_memory.ts";
import { CapturedOutput } from "../effects/terminal/output.ts";
import { testsThatNeed } from "./permissions.ts";

const test = testsThatNeed("read", "write", "run");

const RECORDINGS = new URL("recordings/", import.meta.url).pathname;
const EXAMPLES = `${RECORDINGS}examples.jsonl.gz`;
const RANDOM = `${RECORDINGS}random/random-03.jsonl.gz`;
const FUZZ = `${RECORDINGS}fuzz/fuzz-02.jsonl.gz`;

test("the shipped recordings agree, and the totals say so", async () => {
  const output = new CapturedOutput();
  assertEquals(await conform(await shippedRecordings(), {}, output), 0, output.lines.join("\n"));
  const [total, ready, init] = output.lines.slice(-3);
  assertMatch(total, /^TOTAL: 95481 transitions, \d+ agree, \d+ excluded, 0 disagree$/);
  assertMatch(ready, /^READY: \d+, \d+ agree, 0 excluded, 0 disagree$/);
  assertMatch(init, /^INIT: \d+, \d+ agree, 0 excluded, 0 disagree$/);
});

test("replay recognizes a recording and sums it up", async () => {
  const output = new CapturedOutput();
  assertEquals(await replay([EXAMPLES], {}, output), 0);
  const text = output.lines.join("\n");
  assertMatch(text, /\nTOTAL: 2681 transitions, 2681 agree, 0 excluded, 0 disagree\n/);
  for (const part of ["runs", "steps", "elections", "election timeout", "commits", "snapshots", "disagreements"]) {
    assertStringIncludes(text, part);
  }
});

test("--json writes one object with everything in it", async () => {
  const output = new CapturedOutput();
  assertEquals(await main(["conform", "--json", EXAMPLES], output), 0);
  assertEquals(output.lines.length, 1);
  const { total, disagreements } = JSON.parse(output.lines[0]);
  assertEquals(total.transitions, { total: 2681, agree: 2681, excluded: 0, disagree: 0 });
  assertEquals(disagreements, []);
});

// The comparison can fail.

/** A way to spoil one line: what there is at `path` becomes something else. */
interface Alteration {
  readonly what: string;
  /** Members from the line downwards; `*` is any member. */
  readonly path: readonly string[];
  /** What it becomes; `undefined`: it is not there any more. */
  readonly change: (value: unknown) => unknown;
  /** What is reported to differ. */
  readonly field: RegExp;
  readonly file?: string;
  /** The line must also satisfy this. */
  readonly where?: (line: Line) => boolean;
  /** The member is not there before. */
  readonly add?: true;
}

const more = (value: unknown): unknown => Number(value) + 1;
const not = (value: unknown): unknown => value !== true;
const without = (): unknown => undefined;
const list = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [];
const hasTwo = (line: Line): boolean => "send" in line && list(line.send).length > 1;

const ALTERATIONS: readonly Alteration[] = [
  { what: "a term", path: ["set", "term"], change: more, field: /^(term|Persist)/ },
  { what: "a commit", path: ["set", "commit"], change: more, field: /^(commit|Persist)/ },
  { what: "a commit that is not there", path: ["set", "commit"], change: without, field: /^(commit|Persist)/ },
  { what: "a vote", path: ["set", "vote"], change: more, field: /^vote/ },
  { what: "a leader", path: ["set", "lead"], change: more, field: /^lead/ },
  { what: "a role", path: ["set", "role"], change: () => "preCandidate", field: /^role/ },
  { what: "an applied index", path: ["set", "applied"], change: more, field: /^applied/ },
  { what: "an elapsed time", path: ["set", "electionElapsed"], change: more, field: /^electionElapsed/ },
  {
    what: "the heartbeat timer",
    path: ["set", "heartbeatElapsed"],
    change: more,
    field: /^heartbeatElapsed/,
    file: RANDOM,
  },
  { what: "an answer in a campaign", path: ["set", "votes", "*"], change: not, field: /^votes/ },
  { what: "a lost answer in a campaign", path: ["set", "votes", "*"], change: without, field: /^votes/ },
  {
    what: "the order of messages",
    path: ["send"],
    change: (v) => list(v).toReversed(),
    field: /^send\[/,
    where: hasTwo,
  },
  { what: "a missing message", path: ["send"], change: (v) => list(v).slice(1), field: /^send\[/ },
  { what: "a doubled message", path: ["send"], change: (v) => [...list(v), list(v)[0]], field: /^send\[/ },
  { what: "no messages", path: ["send"], change: without, field: /^send\[/ },
  { what: "a receiver", path: ["send", "0", "to"], change: more, field: /^send\[0/ },
  { what: "a sender", path: ["send", "0", "from"], change: more, field: /^send\[0/ },
  { what: "the type of a message", path: ["send", "0", "type"], change: () => "MsgBeat", field: /^send\[0/ },
  { what: "a member too many", path: ["send", "0", "vote"], change: () => 1, field: /^send\[0/, add: true },
  { what: "the entries of a message", path: ["send", "*", "entries"], change: without, field: /^send\[/ },
  { what: "the data of an entry", path: ["send", "*", "entries", "0", "data"], change: () => "AAAA", field: /^send\[/ },
  {
    what: "a read position",
    path: ["send", "0", "context"],
    change: () => "/wAAAAAAAAA=",
    field: /^send\[0/,
    file: RANDOM,
  },
  { what: "an acknowledgement", path: ["after", "0", "index"], change: more, field: /^after\[0/ },
  { what: "a missing acknowledgement", path: ["after"], change: without, field: /^after\[0/ },
  { what: "a refusal", path: ["after", "0", "reject"], change: without, field: /^after\[0/, file: RANDOM },
  { what: "a hint", path: ["after", "0", "rejectHint"], change: more, field: /^after\[0/, file: RANDOM },
  { what: "a progress", path: ["set", "progress", "*", "match"], change: more, field: /^progress/, where: leads },
  { what: "what is sent next", path: ["set", "progress", "*", "next"], change: more, field: /^progress/, where: leads },
  {
    what: "a sent commit",
    path: ["set", "progress", "*", "sentCommit"],
    change: more,
    field: /^progress/,
    where: leads,
  },
  { what: "activity", path: ["set", "progress", "*", "recentActive"], change: not, field: /^progress/, where: leads },
  {
    what: "a pause",
    path: ["set", "progress", "*", "msgAppFlowPaused"],
    change: not,
    field: /^progress/,
    where: leads,
  },
  { what: "a learner", path: ["set", "progress", "*", "isLearner"], change: not, field: /^progress/ },
  {
    what: "the bytes on their way",
    path: ["set", "progress", "*", "inflights", "0", "1"],
    change: more,
    field: /^progress/,
    where: leads,
  },
  { what: "an entry's term", path: ["set", "log", "entries", "0", "term"], change: more, field: /^log/ },
  { what: "an entry's index", path: ["set", "log", "entries", "0", "index"], change: more, field: /^(log|Persist)/ },
  { what: "an entry's size", path: ["set", "log", "entries", "0", "type"], change: () => "normal", field: /^log/ },
  { what: "where the log changes", path: ["set", "log", "from"], change: more, field: /^(log|Persist)/ },
  { what: "what is stable", path: ["set", "log", "stable"], change: (v) => Number(v) - 1, field: /^log.stable/ },
  { what: "a snapshot", path: ["set", "log", "pendingSnapshot", "term"], change: more, field: /^log.pendingSnapshot/ },
  { what: "a configuration", path: ["set", "config", "voters"], change: (v) => [...list(v), 99], field: /^config/ },
  { what: "a returned configuration", path: ["confState", "autoLeave"], change: not, field: /^confState/ },
  { what: "a read", path: ["reads", "0", "index"], change: more, field: /^reads\[0/, file: RANDOM },
  { what: "which read", path: ["reads", "0", "context"], change: () => "AAAA", field: /^reads\[0/, file: RANDOM },
  { what: "a missing read", path: ["reads"], change: without, field: /^reads\[0/, file: RANDOM },
  {
    what: "confirmed reads",
    path: ["set", "readOnly", "confirmed"],
    change: more,
    field: /^readOnly/,
    file: RANDOM,
    where: leads,
  },
  {
    what: "who confirmed",
    path: ["set", "readOnly", "acks", "*"],
    change: more,
    field: /^readOnly/,
    file: RANDOM,
    where: leads,
  },
  {
    what: "a held read",
    path: ["set", "pendingReadIndex"],
    change: () => [],
    field: /^pendingReadIndex/,
    file: RANDOM,
  },
  {
    what: "a transfer",
    path: ["set", "leadTransferee"],
    change: more,
    field: /^leadTransferee/,
    file: RANDOM,
    where: leads,
  },
  {
    what: "the pending change",
    path: ["set", "pendingConfIndex"],
    change: more,
    field: /^pendingConfIndex/,
    where: leads,
  },
  {
    what: "uncommitted bytes",
    path: ["set", "uncommittedSize"],
    change: more,
    field: /^uncommittedSize/,
    where: leads,
  },
  { what: "an error", path: ["err"], change: without, field: /^err/, file: RANDOM },
  {
    what: "an invented error",
    path: ["err"],
    change: () => "raft proposal dropped",
    field: /^err/,
    where: isTick,
    add: true,
  },
  { what: "a timeout", path: ["set", "timeout"], change: more, field: /^timeout/ },
  { what: "a drawn timeout", path: ["drew", "0"], change: more, field: /^timeout/ },
  { what: "a timeout that was not drawn", path: ["drew"], change: without, field: /^timeout/ },
  { what: "an invented draw", path: ["drew"], change: () => [13], field: /^(drew|timeout)/, where: isTick, add: true },
  { what: "an invented panic", path: ["panic"], change: () => "no", field: /^panic/, where: isTick, add: true },
  { what: "a panic that is not there", path: ["panic"], change: without, field: /^panic/, file: FUZZ },
  { what: "a message that was given", path: ["step", "term"], change: (v) => Number(v) + 7, field: /./ },
  { what: "written entries", path: ["ready", "entries", "1"], change: more, field: /^ready.entries/ },
  { what: "no written entries", path: ["ready", "entries"], change: without, field: /^ready.entries/ },
  { what: "a written hard state", path: ["ready", "hardState", "commit"], change: more, field: /^ready.hardState/ },
  { what: "no written hard state", path: ["ready", "hardState"], change: without, field: /^ready.hardState/ },
  { what: "a written snapshot", path: ["ready", "snapshot"], change: without, field: /^ready.snapshot/ },
  { what: "a sync", path: ["ready", "mustSync"], change: not, field: /^ready.mustSync/ },
  { what: "who leads", path: ["ready", "softState", "lead"], change: more, field: /^ready.softState/ },
  {
    what: "applied entries",
    path: ["ready", "committedEntries", "1"],
    change: more,
    field: /^ready.committed/,
    where: isAsync,
  },
  {
    what: "no applied entries",
    path: ["ready", "committedEntries"],
    change: without,
    field: /^ready.committed/,
    where: isAsync,
  },
  { what: "a start", path: ["init", "applied"], change: () => 1_000_000, field: /^init/ },
  { what: "a stored term", path: ["init", "hardState", "term"], change: more, field: /^term/, file: RANDOM },
  { what: "a stored vote", path: ["init", "hardState", "vote"], change: more, field: /^vote/, file: RANDOM },
  { what: "a started commit", path: ["load", "commit"], change: more, field: /^commit/ },
  { what: "a started term", path: ["load", "term"], change: more, field: /^term/ },
];

/** Where only a leader keeps what changes. */
const leaders = new WeakSet<Line>();
const asynchronous = new WeakSet<Line>();

function leads(line: Line): boolean {
  return leaders.has(line);
}

function isAsync(line: Line): boolean {
  return asynchronous.has(line);
}

function isTick(line: Line): boolean {
  return "tick" in line && !("err" in line) && !("drew" in line);
}

for (const alteration of ALTERATIONS) {
  test(`an altered recording is reported at its line: ${alteration.what}`, async () => {
    const runs = await runsOf(alteration.file ?? EXAMPLES);
    const { run, at, altered } = spoil(runs, alteration) ?? spoil(await runsOf(RANDOM), alteration) ??
      fail(`no line has ${alteration.path.join(".")}`);
    const report = judgeLines(run.map((line, i) => JSON.stringify(i === at ? altered : line)));
    assert(!isGood(report), "nothing is reported");
    const [first] = report.samples;
    assertEquals(first.line, at + 1, JSON.stringify(first));
    const fields = first.differences.map(({ field }) => field);
    assert(fields.some((field) => alteration.field.test(field)), `reported: ${fields.join(", ")}`);
  });
}

test("every run that is altered here agrees as it is", async () => {
  for (const file of [EXAMPLES, RANDOM, FUZZ]) {
    for (const run of (await runsOf(file)).slice(0, 3)) {
      assertEquals(judgeLines(run.map((line) => JSON.stringify(line))).transitions.disagree, 0);
    }
  }
});

test("what is excused in fuzz runs is not excused in any other run", async () => {
  const lines: string[] = [];
  for await (const batch of readLines(FUZZ)) lines.push(...batch);
  const excused = judgeLines(lines);
  assert(excused.transitions.excluded > 0 && excused.transitions.disagree === 0);
  for (const kind of ["example", "random", "suite"]) {
    const renamed = judgeLines(lines.map((line) => line.replace('"kind":"fuzz"', `"kind":"${kind}"`)));
    assertEquals(renamed.transitions.disagree, excused.transitions.excluded, kind);
  }
});

test("more exclusions than are allowed are a failure", () => {
  for (const kind of ["example", "random", "suite", "fuzz"] as const) {
    const report = emptyReport();
    const tally = tallyOf(report, kind);
    tally.total = 1000;
    tally.excluded = ALLOWED[kind] * 1000;
    assertEquals(excesses(report), []);
    tally.excluded++;
    assertMatch(excesses(report)[0], new RegExp(`of 1000 transitions of ${kind} runs are excluded`));
    assert(!isGood(report));
  }
});

test("decodeConfChange() reads every recorded configuration change as the library does", async () => {
  const changes = new Map<string, RecordedEntry>();
  for (const file of [EXAMPLES, RANDOM, FUZZ]) {
    for (const run of await runsOf(file)) collectChanges(run, changes);
  }
  for (const { cc, ...entry } of changes.values()) {
    const memory = new RunMemory();
    const decoded = decodeConfChange(toEntry(entry, memory));
    assertEquals(decoded, cc === undefined ? decoded : E.right(toConfChange(cc, memory)));
    assertEquals(E.isRight(decoded), cc !== undefined);
  }
  assert(changes.size > 100, `only ${changes.size} were found`);
});

/** The entries in `value` that change the configuration, each once but for its place. */
function collectChanges(value: unknown, found: Map<string, RecordedEntry>): void {
  if (typeof value !== "object" || value === null) return;
  if ("type" in value && (value.type === "confChange" || value.type === "confChangeV2") && RecordedEntry.is(value)) {
    found.set(JSON.stringify([value.type, value.data, value.cc]), value);
  } else {
    for (const member of Object.values(value)) collectChanges(member, found);
  }
}

// The fast check of a line is the codec.

test("checkLine() takes every shipped line that the codec takes, and the codec takes them all", async () => {
  for (const file of [EXAMPLES, `${RECORDINGS}suite/rawnode_test.jsonl.gz`]) {
    for await (const batch of readLines(file)) {
      for (const text of batch) {
        const value: unknown = JSON.parse(text);
        assert(E.isRight(Line.decode(value)), text);
        assert(E.isRight(checkLine(value)), text);
      }
    }
  }
});

test("checkLine() refuses what the codec refuses, whatever is changed in a line", async () => {
  const lines = (await runsOf(EXAMPLES)).concat((await runsOf(FUZZ)).slice(0, 2)).flat();
  const strange = fc.oneof(
    fc.constantFrom<unknown>(null, -1, 1.5, 2 ** 53, NaN, "", "x", "AAA", "AA==", true, false, [], {}, 0, 7, "append"),
    fc.jsonValue(),
  );
  let refused = 0;
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.nat(), strange, fc.boolean(), (at, place, value, add) => {
      const altered = alterSomewhere(lines[at], place, value, add);
      const fast = E.isRight(checkLine(altered));
      if (!fast) refused++;
      assertEquals(fast, Line.is(altered), JSON.stringify(altered));
      assertEquals(fast, E.isRight(Line.decode(altered)), JSON.stringify(altered));
    }),
    { numRuns: 3_000 },
  );
  assert(refused > 1_000, `only ${refused} of the changes were refused`);
});

// Bad input.

interface Bad {
  readonly what: string;
  readonly content: string | Uint8Array<ArrayBuffer> | "a directory" | "nothing";
  readonly says: RegExp;
}

const HEADER = '{"run":"r","kind":"example","source":"test"}\n';

const BAD: readonly Bad[] = [
  { what: "a missing file", content: "nothing", says: /: there is no such file\. Check the path\.$/ },
  { what: "a directory", content: "a directory", says: /: this is a directory\. Name the files in it, one by one\.$/ },
  { what: "an empty file", content: "", says: /: the file is empty\. / },
  { what: "a recording without a transition", content: HEADER, says: /: there is no transition to judge\. / },
  {
    what: "a line that is not JSON",
    content: `${HEADER}{"node":\n`,
    says: /:2: not JSON \(.+\)\. .+; copy the file again\.$/,
  },
  { what: "an empty line", content: `${HEADER}\n`, says: /:2: not JSON / },
  {
    what: "a line that is no object",
    content: `${HEADER}[1]\n`,
    says: /:2: a line must be a JSON object, not \[1\]\. /,
  },
  {
    what: "a line of no kind",
    content: `${HEADER}{"x":1}\n`,
    says: /:2: none of run, load, poke, .+ no line of a recording/,
  },
  {
    what: "an unknown member",
    content: `${HEADER}{"node":"1","tick":true,"x":1}\n`,
    says: /:2: x is not a member of this line\. Remove it/,
  },
  {
    what: "a wrong type deep inside",
    content: `${HEADER}{"node":"1","tick":true,"set":{"progress":{"2":{"match":"3"}}}}\n`,
    says: /:2: set\.progress\.2\.match: must be a whole number, not "3"\. /,
  },
  {
    what: "a node that was not loaded",
    content: `${HEADER}{"node":"1","tick":true}\n`,
    says: /:2: nothing was loaded for node "1" in this run\. A load line has to come first\.$/,
  },
  {
    what: "text that is not UTF-8",
    content: new Uint8Array([0x7b, 0xff, 0xfe, 0x0a]),
    says: /:1: this is not UTF-8 text\. Copy the file again\.$/,
  },
];

for (const { what, content, says } of BAD) {
  test(`bad input ends with 2 and a sentence: ${what}`, async () => {
    const folder = await Deno.makeTempDir();
    const file = `${folder}/bad.jsonl`;
    if (content === "a directory") await Deno.mkdir(file);
    else if (content !== "nothing") await Deno.writeFile(file, typeof content === "string" ? encode(content) : content);
    await assertBad([file], says);
    await Deno.remove(folder, { recursive: true });
  });
}

test("bad input ends with 2 and a sentence: a truncated or damaged gzip", async () => {
  const folder = await Deno.makeTempDir();
  const whole = await Deno.readFile(EXAMPLES);
  const damaged = whole.slice();
  damaged.fill(0x55, 20_000, 20_100);
  for (const content of [whole.slice(0, whole.length / 2), whole.slice(0, -4), whole.slice(0, 3), damaged]) {
    const file = `${folder}/bad.jsonl.gz`;
    await Deno.writeFile(file, content);
    await assertBad([file], /:\d+: (the compressed data is cut off or damaged|not JSON|this is not UTF-8)/);
  }
  await Deno.remove(folder, { recursive: true });
});

test("a compressed file is recognized by its content, whatever its name, and so is a plain one", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.copyFile(EXAMPLES, `${folder}/compressed`);
  const lines: string[] = [];
  for await (const batch of readLines(EXAMPLES)) lines.push(...batch);
  await Deno.writeTextFile(`${folder}/plain.gz`, lines.join("\n"));
  for (const name of ["compressed", "plain.gz"]) {
    assertEquals(await conform([`${folder}/${name}`], {}, new CapturedOutput()), 0, name);
  }
  await Deno.remove(folder, { recursive: true });
});

test("wrong use ends with 2, help with 0", async () => {
  assertEquals(await main(["conform", "--nonsense"], new CapturedOutput()), 2);
  assertEquals(await main(["nonsense"], new CapturedOutput()), 2);
  for (const args of [["--help"], ["conform", "--help"], ["replay", "--help"]]) {
    const output = new CapturedOutput();
    assertEquals(await main(args, output), 0);
    if (args.length > 1) assertMatch(output.lines.join("\n"), /Examples:\n {2}deno task /);
  }
});

test("the program itself says the same, with the permission to read and nothing else", async () => {
  const cli = new URL("../effects/cli.ts", import.meta.url).pathname;
  const run = async (...args: readonly string[]) => {
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "--no-prompt", "--allow-read", cli, ...args] });
    const { code, stdout, stderr } = await command.output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  };
  const good = await run("conform", EXAMPLES);
  assertEquals(good.code, 0, good.err);
  assertMatch(good.out, /^TOTAL: 2681 transitions, 2681 agree, 0 excluded, 0 disagree$/m);
  const bad = await run("replay", `${RECORDINGS}nothing.jsonl`);
  assertEquals([bad.code, bad.out], [2, ""]);
  assertMatch(bad.err, /nothing\.jsonl: there is no such file\. Check the path\.\n$/);
});

// What the tests above are made of.

async function assertBad(files: readonly string[], says: RegExp): Promise<void> {
  const output = new CapturedOutput();
  assertEquals(await conform(files, {}, output), 2, output.lines.join("\n"));
  assertEquals(output.errors.length, 1);
  assertMatch(output.errors[0], says);
  assertStringIncludes(output.errors[0], files[0]);
  assert(output.lines.every((line) => !line.startsWith("TOTAL")));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function judgeLines(lines: readonly string[]): Report {
  const judge = new Judge("altered");
  for (const line of lines) judge.line(line);
  return judge.finish();
}

const known = new Map<string, readonly (readonly Line[])[]>();

/** The runs of a file, each as its lines, the header first. Remembers which lines a leader was at work in. */
async function runsOf(file: string): Promise<readonly (readonly Line[])[]> {
  const before = known.get(file);
  if (before !== undefined) return before;
  const runs: Line[][] = [];
  let roles = new Map<string, string>();
  let async = new Set<string>();
  for await (const batch of readLines(file)) {
    for (const text of batch) {
      const line = checkLine(JSON.parse(text));
      if (E.isLeft(line)) fail(line.left);
      const { right } = line;
      if ("run" in right) {
        runs.push([]);
        roles = new Map();
        async = new Set();
      } else {
        if ("load" in right && right.rawNode?.asyncStorageWrites) async.add(right.node);
        if (async.has(right.node)) asynchronous.add(right);
        const role = "load" in right ? right.load.role : "set" in right ? right.set?.role : undefined;
        const led = roles.get(right.node) === "leader";
        if (role !== undefined) roles.set(right.node, role);
        if (led && roles.get(right.node) === "leader") leaders.add(right);
      }
      runs[runs.length - 1].push(right);
    }
  }
  known.set(file, runs);
  return runs;
}

interface Spoiled {
  readonly run: readonly Line[];
  readonly at: number;
  readonly altered: unknown;
}

/** The first run with a line that can be altered so. */
function spoil(
  runs: readonly (readonly Line[])[],
  { path, change, where = () => true, add }: Alteration,
): Spoiled | undefined {
  for (const run of runs) {
    for (const [at, line] of run.entries()) {
      if ("run" in line || !where(line)) continue;
      if (has(line, path) === (add ?? false)) continue;
      const altered = alter(line, path, change);
      if (altered !== undefined && JSON.stringify(altered) !== JSON.stringify(line)) return { run, at, altered };
    }
  }
  return undefined;
}

/** Whether there is something at `path`. */
function has(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  const key = name === "*" ? [...members.keys()][0] : name;
  return key !== undefined && members.has(key) && has(members.get(key), rest);
}

/** `value` with another value at `path`; undefined if the path leads nowhere. */
function alter(value: unknown, path: readonly string[], change: (value: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const entries: (readonly [string, unknown])[] = Object.entries(value);
  const [name, ...rest] = path;
  const at = name === "*" ? 0 : entries.findIndex(([key]) => key === name);
  if (at < 0) return rest.length === 0 ? { ...value, [name]: change(undefined) } : undefined;
  const [key, old] = entries[at];
  const altered = rest.length === 0 ? change(old) : alter(old, rest, change);
  if (rest.length > 0 && altered === undefined) return undefined;
  const changed = altered === undefined ? entries.toSpliced(at, 1) : entries.toSpliced(at, 1, [key, altered]);
  return Array.isArray(value) ? changed.map(([, one]) => one) : Object.fromEntries(changed);
}

/** `value` with something else in one of its places: a member changed, taken away or added. */
function alterSomewhere(value: unknown, place: number, other: unknown, add: boolean): unknown {
  if (typeof value !== "object" || value === null) return other;
  const entries: (readonly [string, unknown])[] = Object.entries(value);
  const at = place % (entries.length + 1);
  if (at === entries.length) {
    if (Array.isArray(value)) return [...value, other];
    return add || entries.length === 0 ? { ...value, strange: other } : Object.fromEntries(entries.slice(1));
  }
  const [key, old] = entries[at];
  const changed = [key, alterSomewhere(old, Math.floor(place / (entries.length + 1)), other, add)] as const;
  const all = entries.toSpliced(at, 1, changed);
  return Array.isArray(value) ? all.map(([, one]) => one) : Object.fromEntries(all);
}

function fail(why: string): never {
  throw new Error(why);
}
