/**
 * The same module in Deno, Node, Bun and a browser: each elects a leader of three nodes and replicates an entry.
 *
 * A runtime that is not on this machine is skipped, which is said. Bun comes with `npm install bun`, a browser with
 * `apt-get install chromium`.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { isGranted } from "../permissions.ts";
import { bundle } from "./bundle.ts";
import { find, run } from "./programs.ts";
import { type Outcome, replicate } from "./three_nodes.ts";

const EXPECTED: Outcome = {
  leaders: [1, 1, 1],
  commits: [2, 2, 2],
  applied: [["hello"], ["hello"], ["hello"]],
};

const GRANTED = isGranted("read", "write", "run", "env", "net");

const PROGRAMS = {
  Node: GRANTED ? await find(["node"]) : undefined,
  Bun: GRANTED ? await find(["bun"]) : undefined,
  "a browser": GRANTED ? await find(["chromium", "/usr/bin/chromium", "google-chrome"]) : undefined,
};

Deno.test("three nodes replicate an entry in Deno", () => {
  assertEquals(replicate("hello"), EXPECTED);
});

example("Node", async (program, folder) => {
  assertEquals(JSON.parse(await run(program, [`${folder}/print.js`])), EXPECTED);
});

example("Bun", async (program, folder) => {
  assertEquals(JSON.parse(await run(program, [`${folder}/print.js`])), EXPECTED);
});

example("a browser", async (program, folder) => {
  const server = serve(folder);
  try {
    const options = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}/profile`];
    const page = await run(program, [...options, "--dump-dom", `http://localhost:${server.addr.port}/page.html`]);
    assertStringIncludes(page, JSON.stringify(EXPECTED));
  } finally {
    await server.shutdown();
  }
});

type Runtime = keyof typeof PROGRAMS;

function example(runtime: Runtime, test: (program: string, folder: string) => Promise<void>): void {
  const program = PROGRAMS[runtime];
  if (GRANTED && program === undefined) {
    console.warn(`SKIPPED: the example in ${runtime}, because there is none on this machine.`);
  }
  Deno.test({
    name: `three nodes replicate an entry in ${runtime}`,
    ignore: program === undefined,
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await bundle(folder);
        await test(program ?? "", folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

// Browsers load modules only from a server.
function serve(folder: string): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "localhost", port: 0, onListen: () => {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    if (name !== "page.html" && name !== "page.js") return new Response(null, { status: 404 });
    const type = name.endsWith(".html") ? "text/html" : "text/javascript";
    return new Response(await Deno.readFile(`${folder}/${name}`), { headers: { "content-type": type } });
  });
}
