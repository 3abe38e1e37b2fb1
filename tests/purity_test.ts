/**
 * `deno task check` can fail: every kind of impurity, put into a tiny core, is reported by the right check for the
 * right reason, and by no other check.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { testsThatNeed } from "./permissions.ts";

/** The files of the tiny core; `mod.ts` comes close to what is banned without being it. */
const PURE = {
  "core/mod.ts": `
    import * as O from "fp-ts/Option";
    import { pipe } from "fp-ts/function";
    import type { Vote } from "./vote.ts";

    /** Members may be called like what is banned. */
    export const CLOCK = { fetch: 1, performance: 2, Date: 3 } as const;

    /** The rest of Math is pure. */
    export function later(vote: Vote): O.Option<number> {
      return pipe(vote.vote, O.map((id) => Math.max(id, CLOCK.fetch, CLOCK.performance, CLOCK.Date)));
    }
  `,
  "core/vote.ts": `
    import type { Option } from "fp-ts/Option";

    /** A comment may say: import { later } from "./mod.ts"; */
    export interface Vote {
      readonly vote: Option<number>;
    }
  `,
  "effects/mod.ts": `export type A = 1;`,
};

/** What is added on top of `core/mod.ts`, and what each of the checks that fail has to say about it. */
interface Violation {
  readonly code: string;
  readonly files?: Record<string, string>;
  readonly says: Record<string, string>;
}

const violations: Record<string, Violation> = {
  // The compiler refuses these; the linter knows them too, in case a declaration made them compile.
  "Deno": ambient("Deno", "export const a = Deno.cwd();"),
  "console": ambient("console", "console.log(1);"),
  "setTimeout": ambient("setTimeout", "setTimeout(later, 1);"),
  "fetch": ambient("fetch", `export const a = fetch("http://localhost");`),
  "performance": ambient("performance", "export const a = performance.now();"),
  "crypto": ambient("crypto", "export const a = crypto.randomUUID();"),

  // These compile.
  "globalThis": linted("no-ambient", "export const a = globalThis;"),
  "eval": linted("no-ambient", `export const a: unknown = eval("1");`),
  "Temporal": linted("no-ambient", "export const a = Temporal.Now.instant();"),
  "the machine's language": linted("no-locale", "export const a = (1234.5).toLocaleString();"),
  "a cache of the module": linted("no-module-state", "export const a = new Map<number, number>();"),
  "Date.now": linted("no-date", "export const a = Date.now();"),
  "new Date": linted("no-date", "export const a = new Date();"),
  "Date as a type": linted("no-date", "export type A = Date;"),
  "Math.random": linted("no-random", "export const a = Math.random();"),
  "Math.random in brackets": linted("no-random", `export const a = Math["random"]();`),
  "Math.random by destructuring": linted("no-random", "export const { random } = Math;"),
  "an import of effects": linted("imports-stay-inside", `export * from "../effects/mod.ts";`),
  "an import of a type of effects": linted("imports-stay-inside", `export type { A } from "../effects/mod.ts";`),
  "an import of node:fs": linted("imports-stay-inside", `import "node:fs";`),
  "an import of fp-ts/Random": {
    code: `import "fp-ts/Random";`,
    says: { compiler: "fp-ts/Random", linter: "error[purity/imports-stay-inside]" }, // deno.json does not map it either
  },
  "a dynamic import": linted("imports-stay-inside", `export const a = import("./vote.ts");`),
  "an import in place": linted("imports-stay-inside", `export type A = import("./vote.ts").Vote;`),
  "a default export": linted("no-default-export", "export default later;"),
  "a default export by renaming": linted("no-default-export", "export { later as default };"),
  "a cast": linted("no-cast", "export const a = 1 as number;"),
  "a cast in angle brackets": linted("no-cast", "export const a = <number> 1;"),
  "a non-null assertion": linted("no-non-null", "export const a = (x?: number): number => x!;"),
  "any": linted("no-any", "export const a: any = 1;"),
  "a variable of the module": linted("no-module-state", "export let a = 1;"),

  "a cycle of imports": {
    code: `export { a } from "./a.ts";`,
    files: {
      "core/a.ts": `export { b as a } from "./b.ts";`,
      "core/b.ts": `import { CLOCK } from "./mod.ts"; export const b = () => CLOCK;`,
    },
    says: { cycles: "a.ts → b.ts → mod.ts → a.ts" },
  },
  "a cycle of imports of types": {
    code: `export type { A } from "./a.ts";`,
    files: { "core/a.ts": `import type { CLOCK } from "./mod.ts"; export type A = typeof CLOCK;` },
    says: { cycles: "a.ts → mod.ts → a.ts" },
  },
  "a file that imports itself": {
    code: `import type { later as me } from "./mod.ts"; export type A = typeof me;`,
    says: { cycles: "mod.ts → mod.ts" },
  },

  // Each of these silences a check, so the check for loopholes has to speak.
  "a silenced file": {
    code: "// deno-lint-ignore-file\nexport const a = Date.now();",
    says: { loopholes: "deno-lint-ignore-file" },
  },
  "a silenced rule": {
    code: "// deno-lint-ignore purity/no-cast\nexport const a = 1 as number;",
    says: { loopholes: "deno-lint-ignore" },
  },
  "a silenced compiler": {
    code: "// @ts-ignore because\nexport const a = Deno.cwd();",
    says: { linter: "purity/no-ambient", loopholes: "@ts-ignore" },
  },
  "a lib of its own": {
    code: `/// <reference lib="dom" />\nexport const a = localStorage;`,
    says: { loopholes: "<reference" },
  },
};

const test = testsThatNeed("read", "write", "run");

test("deno task check passes a pure core", () => assertFails({ code: "", says: {} }));

for (const [name, violation] of Object.entries(violations)) {
  test(
    `deno task check refuses ${name} (${Object.keys(violation.says).join(" and ")})`,
    () => assertFails(violation),
  );
}

function ambient(name: string, code: string): Violation {
  return {
    code,
    says: { compiler: `Cannot find name '${name}'`, linter: `error[purity/no-ambient]: Cannot use \`${name}\`` },
  };
}

function linted(rule: string, code: string): Violation {
  return { code, says: { linter: `error[purity/${rule}]` } };
}

/** Asserts that exactly the checks that have something to say fail, and say it. */
async function assertFails({ code, files, says }: Violation): Promise<void> {
  const { exitCode, output } = await check({
    ...PURE,
    ...files,
    "core/mod.ts": `${code}\n${PURE["core/mod.ts"]}`,
  });
  const failed = new Map(
    output.split(/^(?=FAIL|ok)/m).flatMap((block) => {
      const name = block.match(/^FAIL +core\/ (\w+)/)?.[1];
      return name === undefined ? [] : [[name, block] as const];
    }),
  );
  assertEquals([...failed.keys()].sort(), Object.keys(says).sort(), output);
  for (const [name, sentence] of Object.entries(says)) assertStringIncludes(failed.get(name) ?? "", sentence);
  assertEquals(exitCode, failed.size === 0 ? 0 : 1);
}

/** Runs the real check on a project of these files, with the real settings of the linter and versions of fp-ts. */
async function check(files: Record<string, string>): Promise<{ exitCode: number; output: string }> {
  const folder = await Deno.makeTempDir({ prefix: "raftfold-purity-" });
  try {
    const { imports, lint } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
    const fpTs = Object.fromEntries(Object.entries(imports).filter(([name]) => name.startsWith("fp-ts/")));
    await write(`${folder}/deno.json`, JSON.stringify({ imports: fpTs, lint }));
    for (const name of ["check.ts", "core.deno.json", "cycles.ts", "plugin.ts"]) {
      await write(
        `${folder}/tests/purity/${name}`,
        await Deno.readTextFile(new URL(`purity/${name}`, import.meta.url)),
      );
    }
    for (const [name, text] of Object.entries(files)) await write(`${folder}/${name}`, text);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", "--allow-read", "--allow-run", "tests/purity/check.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    return { exitCode: code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}
