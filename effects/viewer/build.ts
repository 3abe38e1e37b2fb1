/**
 * Builds the page: `deno run -A effects/viewer/build.ts` bundles what is in `page/` into `built/`, which is shipped, so that
 * whoever uses the viewer needs no build and no network. A test compares both.
 *
 * @module
 */
const HERE = new URL("./", import.meta.url);

/** Bundles the page into `folder`. */
export async function buildPage(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [entry, name] of [["page/main.tsx", "page.js"], ["page/worker.ts", "worker.js"]]) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--platform",
        "browser",
        "--minify",
        "--no-check",
        "--output",
        `${folder}/${name}`,
        entry,
      ],
      cwd: HERE,
      stdout: "null",
      stderr: "piped",
    }).output();
    if (code !== 0) throw new Error(`Cannot bundle ${entry}: ${new TextDecoder().decode(stderr)}`);
  }
  for (const name of ["page.html", "page.css"]) await Deno.copyFile(new URL(`page/${name}`, HERE), `${folder}/${name}`);
}

if (import.meta.main) await buildPage(decodeURIComponent(new URL("built", HERE).pathname));
