/**
 * Settings, as far as clients ask for them: CONFIG GET. They are changed where the server is started.
 *
 * @module
 */
import { answer } from "../action.ts";
import type { CommandSpec } from "../command.ts";
import type { ServerContext } from "../context.ts";
import { matchesGlob } from "../glob.ts";
import { list, text } from "../reply.ts";
import { toLower } from "../words.ts";
import { container } from "./container.ts";

const ASCII = new TextEncoder();

/** `CONFIG GET pattern [pattern …]`. */
export const CONFIG: CommandSpec = container(
  { name: "config", summary: "Shows settings", since: "2.0.0", group: "server" },
  [{
    name: "get",
    arity: -3,
    flags: ["admin", "noscript", "loading", "stale"],
    summary: "Returns the settings whose names match",
    since: "2.0.0",
    group: "server",
    complexity: "O(N)",
    arguments: [{ name: "parameter", type: "pattern", multiple: true }],
    interpret(request, { server }) {
      const patterns = request.slice(2).map((pattern) => pattern.map(toLower));
      const found = Object.entries(settings(server)).filter(([name]) =>
        patterns.some((pattern) => matchesGlob(pattern, ASCII.encode(name)))
      );
      return answer(list(found.flat().map(text)));
    },
  }],
);

/** Under Redis' names, and truthful: everything is in a log on disk, and nothing is evicted. */
function settings({ limits, port }: ServerContext): Record<string, string> {
  return {
    appendonly: "yes",
    appendfsync: "always",
    databases: "1",
    maxclients: String(limits.maxConnections),
    maxmemory: "0",
    "maxmemory-policy": "noeviction",
    port: String(port),
    "proto-max-bulk-len": String(limits.maxBulkBytes),
    save: "",
    timeout: "0",
  };
}
