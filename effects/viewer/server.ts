/**
 * Serves the viewer and the recordings it shows, on this machine only.
 *
 * @module
 */
import type { ServedSources, SourceInfo } from "./protocol.ts";

/** What is served. */
export interface ViewerOptions {
  /** What there is to see: asked for again when it grows. */
  sources(): Promise<readonly ViewedRecording[]>;
  /** Whether it grows. */
  readonly live: boolean;
  /** The port on 127.0.0.1; 0 for any. */
  readonly port: number;
}

/** A recording as the server finds it. */
export interface ViewedRecording {
  /** What it is called. */
  readonly name: string;
  /** What its files hold. */
  readonly format: "segments" | "lines" | "etcd";
  /** The paths of its files, in order. */
  readonly files: readonly string[];
  /** Of a recording of etcd's library, the run to show; without it, there has to be only one. */
  readonly run?: string;
}

/** A server that runs. */
export interface ViewerServer {
  /** Where the page is. */
  readonly url: string;
  /** Stops it. */
  close(): Promise<void>;
}

/** A part of the page: its type, and how to have it. */
type Part = readonly [type: string, load: () => Promise<{ readonly default: string }>];

/**
 * The parts are imported, not read: whatever brought this module, a disk or a registry, brings them along, and neither needs
 * a permission for it. They are loaded when somebody asks for them.
 */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["/", ["text/html; charset=utf-8", () => import("./built/page.html", { with: { type: "text" } })]],
  ["/page.css", ["text/css; charset=utf-8", () => import("./built/page.css", { with: { type: "text" } })]],
  ["/page.js", ["text/javascript; charset=utf-8", () => import("./built/page.js", { with: { type: "text" } })]],
  ["/worker.js", ["text/javascript; charset=utf-8", () => import("./built/worker.js", { with: { type: "text" } })]],
]);

/** Nothing comes from anywhere else, and no other page may show or read this one. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** Starts the server. */
export function serveViewer({ live, port, sources }: ViewerOptions): ViewerServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) => {
    return answer(request, sources, live).catch(() => plain(404, "This is not there any more."));
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return { url, close: () => server.shutdown() };
}

async function answer(request: Request, sources: ViewerOptions["sources"], live: boolean): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  // A page of another origin whose name is made to point here must not read recordings.
  if (hostname !== "127.0.0.1" && hostname !== "localhost") return plain(403, "Ask for this page by 127.0.0.1.");
  if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "There is nothing to write here.");
  const part = PARTS.get(pathname);
  if (part !== undefined) return await asset(part);
  const found = await sources();
  if (pathname === "/sources.json") return Response.json(await described(found, live), { headers: HEADERS });
  const path = namedFile(found, pathname);
  if (path === null) return plain(404, "There is nothing here.");
  const body = request.method === "HEAD" ? null : (await Deno.open(path)).readable;
  return new Response(body, { headers: { ...HEADERS, "content-type": "application/octet-stream" } });
}

/**
 * The file that `/recordings/<source>/<file>/<name>` means: only what is listed can be named. A recording that grows may have
 * another file in this place since the page has asked: then the name is not that of the file.
 */
function namedFile(found: readonly ViewedRecording[], pathname: string): string | null {
  const [, what, source, file, name, ...more] = pathname.split("/");
  const path = found[Number(source)]?.files[Number(file)];
  const isIt = what === "recordings" && path !== undefined && more.length === 0 &&
    encodeURIComponent(nameOf(path)) === name;
  return isIt ? path : null;
}

async function asset([type, load]: Part): Promise<Response> {
  return new Response((await load()).default, { headers: { ...HEADERS, "content-type": type } });
}

async function described(found: readonly ViewedRecording[], live: boolean): Promise<ServedSources> {
  const sources = await Promise.all(found.map(async ({ files, format, name, run }, i): Promise<SourceInfo> => {
    const sizes = await Promise.all(files.map((path) => Deno.stat(path)));
    const segments = files.map((path, j) => `recordings/${i}/${j}/${encodeURIComponent(nameOf(path))}`);
    const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
    return { name, format, segments, bytes, ...run === undefined ? {} : { run } };
  }));
  return { sources, live };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: HEADERS });
}
