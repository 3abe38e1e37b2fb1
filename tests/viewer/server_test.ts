/** The server of the viewer: what it serves, to whom, and what it refuses. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { viewedRecordings } from "../../effects/viewer/recordings.ts";
import { serveViewer, type ViewedRecording } from "../../effects/viewer/server.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write", "net");

/** A server with one recording of two files. */
function serving(work: (url: string, folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/one #1.recording`, "one");
    await Deno.writeTextFile(`${folder}/two`, "second");
    await Deno.writeTextFile(`${folder}/secret`, "nobody may read this");
    const found: ViewedRecording[] = [
      { name: "a", format: "segments", files: [`${folder}/one #1.recording`, `${folder}/two`] },
    ];
    const server = serveViewer({ live: false, port: 0, sources: () => Promise.resolve(found) });
    try {
      await work(server.url, folder);
    } finally {
      await server.close();
    }
  });
}

async function get(url: string, init: RequestInit = {}): Promise<readonly [status: number, body: string]> {
  const response = await fetch(url, init);
  return [response.status, await response.text()];
}

/** Sends a request as it is, which `fetch` would put in order before. */
async function raw(url: string, head: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(`${head}\r\nconnection: close\r\n\r\n`));
  return await new Response(connection.readable).text();
}

test("the page comes with its style and both programs, and may load nothing from elsewhere", () =>
  serving(async (url) => {
    for (const name of ["", "page.css", "page.js", "worker.js"]) {
      const response = await fetch(url + name);
      assert((await response.text()).length > 100, name);
      assertStringIncludes(response.headers.get("content-security-policy") ?? "", "default-src 'self'");
      assertEquals(response.headers.get("cross-origin-resource-policy"), "same-origin");
    }
  }));

test("recordings are listed with their size, and their files are served", () =>
  serving(async (url) => {
    const [status, body] = await get(`${url}sources.json`);
    const segments = ["recordings/0/0/one%20%231.recording", "recordings/0/1/two"];
    assertEquals(status, 200);
    assertEquals(JSON.parse(body), { sources: [{ name: "a", format: "segments", segments, bytes: 9 }], live: false });
    assertEquals(await get(url + segments[0]), [200, "one"]);
    assertEquals(await get(url + segments[1]), [200, "second"]);
    assertEquals(await get(url + segments[1], { method: "HEAD" }), [200, ""]);
  }));

test("nothing else of the disk is served, however it is asked for", () =>
  serving(async (url, folder) => {
    const paths = [
      "recordings/0/2/secret",
      "recordings/1/0/two",
      "recordings/0/0/two",
      "recordings/0/1/two/more",
      "recordings/0/1",
      "recordings/0/-1/two",
      "recordings/constructor/0/two",
      `recordings/0/1/${encodeURIComponent(`../secret`)}`,
      encodeURIComponent(`${folder}/secret`),
      "built/page.js",
      "worker.ts",
    ];
    for (const path of paths) assertEquals((await get(url + path))[0], 404, path);
    for (
      const path of [
        "/recordings/0/1/../../../secret",
        "/../secret",
        `/${folder}/secret`,
        "/recordings/0/1/..%2fsecret",
      ]
    ) {
      assertStringIncludes(await raw(url, `GET ${path} HTTP/1.1\r\nhost: ${new URL(url).host}`), "404", path);
    }
  }));

test("a page of another origin whose name leads to this machine is refused", () =>
  serving(async (url) => {
    const { port } = new URL(url);
    for (const host of [`evil.example:${port}`, "evil.example", `127.0.0.1.evil.example:${port}`]) {
      assertStringIncludes(await raw(url, `GET /sources.json HTTP/1.1\r\nhost: ${host}`), "403", host);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      assertStringIncludes(await raw(url, `GET /sources.json HTTP/1.1\r\nhost: ${host}`), "200", host);
    }
  }));

test("nothing can be written", () =>
  serving(async (url) => {
    for (const method of ["POST", "PUT", "DELETE"]) assertEquals((await get(url, { method }))[0], 405);
  }));

test("it listens on this machine only", () =>
  serving((url) => {
    assertEquals(new URL(url).hostname, "127.0.0.1");
    return Promise.resolve();
  }));

test("a file that has gone since is a 404, and so is everything while the recordings cannot be found", async () => {
  await serving(async (url, folder) => {
    await Deno.remove(`${folder}/two`);
    assertEquals((await get(`${url}recordings/0/1/two`))[0], 404);
    assertEquals((await get(`${url}sources.json`))[0], 404);
  });
  const server = serveViewer({ live: true, port: 0, sources: () => Promise.reject(new Error("gone")) });
  assertEquals((await get(`${server.url}sources.json`))[0], 404);
  assertEquals((await get(server.url))[0], 200);
  await server.close();
});

test("a recording of etcd's library is recognized by its header, and opened alone", async () => {
  const path = decodeURIComponent(new URL("../recordings/examples.jsonl.gz", import.meta.url).pathname);
  assertEquals(await viewedRecordings([path]), [{ name: path, format: "etcd", files: [path] }]);
  const [chosen] = await viewedRecordings([path], "example/restart");
  const server = serveViewer({ live: false, port: 0, sources: () => Promise.resolve([chosen]) });
  const { sources: [{ format, run }] } = await (await fetch(`${server.url}sources.json`)).json();
  assertEquals([format, run], ["etcd", "example/restart"]);
  await server.close();
});
