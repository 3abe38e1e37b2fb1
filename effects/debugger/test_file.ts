/**
 * Writes a script as a test for Deno: a file that holds what the nodes are told and asserts a property.
 *
 * @module
 */
import { Log } from "../../core/log.ts";
import type { Script, ScriptLine } from "./script.ts";
import { describeMessage } from "./words.ts";

/**
 * How a module says a property: with a function that is shown every step, with a check, with a function that makes one of
 * them; or the property is to do the same as this module.
 */
export type PropertyForm = "step" | "factory" | "check" | "same";

/** What a test imports and is called. */
export interface TestFile {
  /** The name of the test. */
  readonly name: string;
  /** Where `Log` comes from. */
  readonly core: string;
  /** Where `objectionTo` comes from. */
  readonly debugger: string;
  /** Where `step` comes from: the reducer that is tested. */
  readonly reducer: string;
  /** Where the property comes from: a module with a default export, or with "same" another version's `step`. */
  readonly property: string;
  /** How it says it. */
  readonly form: PropertyForm;
}

/** The text of a test in which `script` must not violate the property. */
export function testOf(script: Script, file: TestFile): string {
  const nodes = script.nodes.map((node) => `    ${literal(node)},`);
  const lines = script.lines.map((line) => `    ${literal(line)}, // ${commentOn(line)}`);
  const data = [...nodes, ...lines].join("\n");
  return [
    `/** ${file.name.replaceAll("*/", "* /")} */`,
    ...imports(file, data.includes("Log.of(")),
    "",
    ...optionLiterals(data),
    "/** What the nodes begin with, and who is told what. */",
    "const script: Script = {",
    "  nodes: [",
    ...nodes,
    "  ],",
    "  lines: [",
    ...lines,
    "  ],",
    "};",
    "",
    `Deno.test(${JSON.stringify(file.name)}, () => {`,
    `  const objection = objectionTo(script, ${PROPERTIES[file.form]}, step);`,
    "  if (objection === null) return;",
    "  const { node, number, sentence } = objection;",
    "  throw new Error(`step ${number} of node ${node}: ${sentence}`);",
    "});",
    "",
  ].join("\n");
}

const PROPERTIES: Readonly<Record<PropertyForm, string>> = {
  step: "() => property",
  factory: "property",
  check: "() => property",
  same: "doesTheSame(other)",
};

function commentOn(line: ScriptLine): string {
  return line.type === "told" ? describeMessage(line.message) : "starts again";
}

function imports({ core, debugger: tools, form, property, reducer }: TestFile, usesLog: boolean): readonly string[] {
  const same = form === "same";
  return [
    ...(usesLog ? [`import { Log } from ${JSON.stringify(core)};`] : []),
    `import { ${same ? "doesTheSame, " : ""}objectionTo, type Script } from ${JSON.stringify(tools)};`,
    `import { step } from ${JSON.stringify(reducer)};`,
    `import ${same ? "{ step as other }" : "property"} from ${JSON.stringify(property)};`,
  ];
}

/** What literals of options need. */
function optionLiterals(data: string): readonly string[] {
  const lines: string[] = [];
  if (/\bnone\b/.test(data)) lines.push('const none = { _tag: "None" } as const;', "");
  if (data.includes("some(")) {
    lines.push('function some<A>(value: A): { readonly _tag: "Some"; readonly value: A } {');
    lines.push('  return { _tag: "Some", value };', "}", "");
  }
  return lines;
}

/** A value as it is written in a program. */
export function literal(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  if (value instanceof Uint8Array) return `Uint8Array.of(${[...value].join(", ")})`;
  if (value instanceof Log) {
    return `Log.of(${literal(value.snapshot)}, ${literal(value.slice(value.first, value.last.index))})`;
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if ("_tag" in value) return "value" in value ? `some(${literal(value.value)})` : "none";
  return `{ ${Object.entries(value).map(([name, member]) => `${name}: ${literal(member)}`).join(", ")} }`;
}
