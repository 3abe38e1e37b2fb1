/**
 * Proves that `core/` is pure, one line per check; exits 1 if any fails.
 *
 * - compiler: with `lib` esnext and no other types there is no Deno, no console, no timer, no network.
 * - linter: what is left to be banned, see `plugin.ts`.
 * - cycles: imports point one way.
 * - loopholes: no comment switches the compiler or the linter off.
 * - format, only with `--fmt`.
 *
 * The project checked is the one that this file is in.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findCycles, listFiles } from "./cycles.ts";

const ROOT = new URL("../../", import.meta.url);
const CORE = new URL("core/", ROOT);

/** A check finds problems, in lines for people; none means passed. */
type Check = () => Promise<string[]>;

const checks: Record<string, Check> = {
  // The one place for the versions of fp-ts is deno.json; the lock and node_modules of the project stay as they are.
  compiler: () => runDeno("check", "--config", "tests/purity/core.deno.json", "--import-map", "deno.json", "core/"),
  // Slow types are a matter of publishing, and judged over all entry points at once.
  linter: () => runDeno("lint", "--rules-exclude=no-slow-types", "core/"),
  cycles: () => findCycles(CORE),
  loopholes: findLoopholes,
  ...(Deno.args.includes("--fmt") && { format: () => runDeno("fmt", "--check", "core/") }),
};

if (import.meta.main) {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
  );
  for (const [name, problems] of results) {
    console.log([`${problems.length === 0 ? "ok  " : "FAIL"}  core/ ${name}`, ...problems].join("\n      "));
  }
  if (results.some(([, problems]) => problems.length > 0)) Deno.exit(1);
}

/** Runs a command of this very Deno in the project; its output is the problem. */
async function runDeno(...args: string[]): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  if (success) return [];
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return [`deno ${args.join(" ")}`, ...text.split("\n").filter((line) => line.trim() !== "")];
}

/** The comments that tell the compiler or the linter to look away, or to know more than `core/` may. */
async function findLoopholes(): Promise<string[]> {
  const loophole = /deno-lint-ignore(?:-file)?|@(?:ts|deno)-[a-z-]+|<reference/;
  const found: string[] = [];
  for (const file of await listFiles(CORE)) {
    const lines = (await Deno.readTextFile(new URL(file))).split("\n");
    for (const [i, line] of lines.entries()) {
      const match = line.match(loophole);
      if (match) found.push(`Cannot use \`${match[0]}\` in core/: ${fileURLToPath(file)}:${i + 1}`);
    }
  }
  return found;
}
