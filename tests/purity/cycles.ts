/**
 * Finds cycles of imports.
 *
 * Imports of types count too: at run time they cause no harm, but whoever reads two files that need each other has to
 * read them as one.
 *
 * @module
 */

/** A folder's files and what each of them imports, by URL. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** Each cycle of imports among the TypeScript files under `folder`, as a path like `a.ts → b.ts → a.ts`. */
export async function findCycles(folder: URL): Promise<string[]> {
  const graph = new Map<string, readonly string[]>();
  for (const file of await listFiles(folder)) {
    graph.set(file, importsOf(await Deno.readTextFile(new URL(file)), file));
  }
  return cyclesOf(graph).map((cycle) => cycle.map((file) => file.slice(folder.href.length)).join(" → "));
}

/** Walks depth first: an import of a file that is still being walked closes a cycle. */
function cyclesOf(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file]);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const imported of graph.get(file) ?? []) visit(imported);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}

/** The relative imports and re-exports of a source text, of values and of types, as URLs. */
export function importsOf(source: string, file: string): string[] {
  const declared = /^[ \t]*(?:import|export)\b[^;"'`=]*?\bfrom\s*["'](\.[^"']+)["']/gm;
  const bare = /\bimport\s*\(?\s*["'](\.[^"']+)["']/g; // for its effects, or dynamic, or as the type `import("…").X`
  const code = withoutComments(source);
  const specifiers = [declared, bare].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, specifier]) => specifier)
  );
  return [...new Set(specifiers)].map((specifier) => new URL(specifier, file).href);
}

/** Examples in doc comments import as well, often the very file that they document. */
function withoutComments(source: string): string {
  const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return source.replace(stringOrComment, (_, string: string | undefined) => string ?? "");
}

/** The TypeScript files under `folder`, as URLs, in a fixed order so that a cycle always reads the same. */
export async function listFiles(folder: URL): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) files.push(...await listFiles(new URL(`${entry.name}/`, folder)));
    else if (entry.name.endsWith(".ts")) files.push(new URL(entry.name, folder).href);
  }
  return files.sort();
}
