/**
 * The command line, and a folder to try it on: the recordings of two stories, and modules for `--with` and `--check`.
 *
 * @module
 */
import { main } from "../../effects/cli.ts";
import { linesOfRuns } from "../../effects/debugger/write_run.ts";
import { CapturedOutput, type Output } from "../../effects/terminal/output.ts";
import { sealed } from "../recording/sealed_lines.ts";
import { CRASHED, CUT_OFF, runsIn } from "./stories.ts";

/** The folder of this repository. */
export const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** A module whose reducer gives a second vote in the same term. */
const SECOND_VOTE = `
import { step as sound } from "${ROOT}/core/mod.ts";
export function step(node, message) {
  const asked = message.type === "RequestVote" && message.term > node.term && node.vote._tag === "Some";
  const [after, outbox] = sound(node, message);
  return [asked ? { ...after, vote: node.vote } : after, outbox];
}
`;

/** A property that does not hold: nobody votes for node 2. */
const NO_VOTE_FOR_2 = `
export default function check({ after }) {
  return after.vote._tag === "Some" && after.vote.value === 2 ? "node 2 has a vote" : null;
}
`;

/** Runs `body` in a folder with the recordings of two stories, and two modules. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, story] of [["cut", CUT_OFF], ["crashed", CRASHED]] as const) {
      await Deno.mkdir(`${folder}/${name}`);
      for (const [id, runs] of runsIn(story)) {
        await Deno.writeTextFile(`${folder}/${name}/${id}.jsonl`, `${linesOfRuns(runs).join("\n")}\n`);
      }
    }
    await Deno.writeTextFile(`${folder}/second_vote.js`, SECOND_VOTE);
    await Deno.writeTextFile(`${folder}/check.js`, NO_VOTE_FOR_2);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes the check of the first tick in a file of lines another one; returns the index of its line. */
export async function breakCheck(path: string): Promise<number> {
  const lines = (await Deno.readTextFile(path)).split("\n");
  const at = lines.findIndex((line) => line.includes('"Tick"'));
  lines[at] = lines[at].replace(/"check":"[0-9a-f]+"/, '"check":"00000000"');
  await Deno.writeTextFile(path, sealed(lines).join("\n"));
  return at;
}

/** What a command has said, and its exit code. */
export interface Ran {
  /** The exit code. */
  readonly code: number;
  /** What was written to standard output. */
  readonly out: string;
  /** What was written to standard error. */
  readonly err: string;
}

/** Runs the program. */
export function run(...args: readonly string[]): Promise<Ran> {
  return runWith({}, ...args);
}

/** Runs the program on another kind of output. */
export async function runWith(changed: Partial<Output>, ...args: readonly string[]): Promise<Ran> {
  const output = new CapturedOutput();
  const { err, out, terminal } = output;
  const code = await main(args, { err, out, terminal, ...changed });
  return { code, out: output.lines.join("\n"), err: output.errors.join("\n") };
}
