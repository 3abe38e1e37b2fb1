/**
 * Bundles the examples for runtimes other than Deno: one file each, with everything that it imports.
 *
 * @module
 */

const HERE = new URL("./", import.meta.url);
const ENTRIES = ["print.ts", "page.ts"];

/** Bundles the examples into `folder`, as `print.js` and `page.js`, with `page.html` beside them. */
export async function bundle(folder: string): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--platform", "browser", "--no-check", "--outdir", folder, ...ENTRIES],
    cwd: HERE,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot bundle the examples: ${new TextDecoder().decode(stderr)}`);
  await Deno.copyFile(new URL("page.html", HERE), `${folder}/page.html`);
}
