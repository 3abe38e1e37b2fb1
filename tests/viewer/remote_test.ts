/** The viewer of a module that came over the network, as registries bring modules. */
import { assertEquals } from "@std/assert";
import { freeAddresses } from "../../effects/processes/ports.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const ROOT = new URL("../../", import.meta.url);
const TYPES: Readonly<Record<string, string>> = { ts: "text/typescript", js: "text/javascript", css: "text/css" };
const PARTS: readonly (readonly [path: string, file: string])[] = [
  ["", "page.html"],
  ["page.css", "page.css"],
  ["page.js", "page.js"],
  ["worker.js", "worker.js"],
];

/** Serves this repository while `work` goes on. */
async function serving(work: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const type = TYPES[pathname.split(".").pop() ?? ""] ?? "text/html";
    const body = await Deno.readFile(new URL(`.${pathname}`, ROOT)).catch(() => null);
    return new Response(body, { status: body === null ? 404 : 200, headers: { "content-type": type } });
  });
  try {
    await work(`127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** A program that serves the viewer, asks for its parts, and prints them. */
function program(origin: string, port: number): string {
  return `import { serveViewer } from "http://${origin}/effects/viewer/server.ts";
const { url, close } = serveViewer({ live: false, port: ${port}, sources: () => Promise.resolve([]) });
const parts = ${JSON.stringify(PARTS.map(([path]) => path))}.map(async (path) => (await fetch(url + path)).text());
console.log(JSON.stringify(await Promise.all(parts)));
await close();
`;
}

testsThatNeed("read", "write", "run", "env", "net")(
  "the page comes along with a module from elsewhere, and is served without a permission to go there",
  () =>
    inFolder((folder) =>
      serving(async (origin) => {
        const [own] = freeAddresses(1);
        await Deno.writeTextFile(`${folder}/main.ts`, program(origin, Number(own.split(":")[1])));
        const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
          args: ["run", "--no-prompt", `--allow-import=${origin}`, `--allow-net=${own}`, "main.ts"],
          cwd: folder,
          env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
        }).output();
        const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
        assertEquals(code, 0, text(stderr));
        const shipped = await Promise.all(
          PARTS.map(([, file]) => Deno.readTextFile(new URL(`effects/viewer/built/${file}`, ROOT))),
        );
        assertEquals(JSON.parse(text(stdout)), shipped);
      })
    ),
);
