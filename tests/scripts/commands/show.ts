/**
 * Commands that show the state of nodes.
 *
 * @module
 */
import { configurationText, snapshotText } from "../text/entry.ts";
import { logText, progressLines, statusText, timersText } from "../text/node.ts";
import * as O from "fp-ts/Option";
import type { Server } from "../host/server.ts";
import type { Command, Commands } from "./command.ts";

/** `status`, `timers`, `log`, `members`, `progress`, `state`, `disk_content`. */
export const SHOW_COMMANDS: Commands = {
  status: showing(({ node }) => [statusText(node)]),
  timers: showing(({ node }) => [timersText(node)]),
  log: showing(({ node }) => [logText(node)]),
  members: showing(({ id, node }) => [`${id} ${configurationText(node.configuration)}`]),
  progress: showing(({ node }) => progressLines(node)),
  state: showing(({ id, machine }) => [`${id} state at ${machine.applied}: [${machine.commands.join(" ")}]`]),
  available: showing(({ id, snapshot }) => [`${id} ${O.isSome(snapshot) ? snapshotText(snapshot.value) : "none"}`]),
};

// Without a node, of every node.
function showing(lines: (server: Server) => readonly string[]): Command {
  return (cluster, args) => {
    for (const id of args.nodes(cluster.servers.map((server) => server.id))) {
      const server = cluster.server(id);
      if (!server.running) cluster.trace.answer(`${id} is down`);
      else for (const line of lines(server)) cluster.trace.answer(line);
    }
  };
}
