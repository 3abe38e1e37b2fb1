/**
 * What a server says of itself: INFO.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Status } from "../../node/raft_node.ts";
import { answer } from "../action.ts";
import type { CommandSpec } from "../command.ts";
import type { InfoSections, ServerContext } from "../context.ts";
import { type Reply, text } from "../reply.ts";
import { REDIS_VERSION } from "../version.ts";
import { asLatin1 } from "../words.ts";
import { replicas, whereIs } from "./role.ts";

const ALL = ["all", "default", "everything"];
const KEYSPACE = "keyspace";

/** `INFO [section [section …]]`. */
export const INFO: CommandSpec = {
  name: "info",
  arity: -1,
  flags: ["loading", "stale"],
  summary: "Describes the server, its clients, and its part in the cluster",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  arguments: [{ name: "section", type: "string", optional: true, multiple: true }],
  interpret(request, { server }) {
    const named = request.slice(1).map((name) => asLatin1(name).toLowerCase());
    const wants = (section: string): boolean =>
      named.length === 0 || named.includes(section) || named.some((name) => ALL.includes(name));
    if (!wants(KEYSPACE)) return answer(render(sections(server), wants));
    return {
      type: "Work",
      run: async () => render({ ...sections(server), [KEYSPACE]: await keyspace(server) }, wants),
    };
  },
};

function render(sections: InfoSections, wants: (section: string) => boolean): Reply {
  const blocks = Object.entries(sections).filter(([name]) => wants(name.toLowerCase())).map(([name, fields]) => {
    const lines = Object.entries(fields).map(([field, value]) => `${field}:${oneLine(String(value))}\r\n`);
    return `# ${name.slice(0, 1).toUpperCase()}${name.slice(1)}\r\n${lines.join("")}`;
  });
  return text(blocks.join("\r\n"));
}

function sections(server: ServerContext): InfoSections {
  const status = server.node.status();
  return {
    server: serverSection(server, status),
    clients: { connected_clients: server.clients.size, maxclients: server.limits.maxConnections },
    persistence: { loading: 0, aof_enabled: 1 },
    stats: statsSection(server),
    replication: replicationSection(server, status),
    raft: raftSection(status),
    ...server.info(),
  };
}

function serverSection({ clock, startedAt, port }: ServerContext, status: Status): Record<string, string | number> {
  const uptime = Math.floor((clock.now() - startedAt) / 1000);
  return {
    server_name: "raftfold",
    redis_version: REDIS_VERSION,
    redis_mode: "standalone",
    run_id: `${status.cluster}${status.incarnation}`,
    tcp_port: port,
    uptime_in_seconds: uptime,
    uptime_in_days: Math.floor(uptime / 86_400),
  };
}

function statsSection({ counters }: ServerContext): Record<string, number> {
  return {
    total_connections_received: counters.connectionsReceived,
    rejected_connections: counters.connectionsRejected,
    total_commands_processed: counters.requests,
    total_error_replies: counters.errorReplies,
    total_net_input_bytes: counters.bytesReceived,
    total_net_output_bytes: counters.bytesSent,
    protocol_errors: counters.protocolErrors,
    authentication_failures: counters.authenticationFailures,
  };
}

function replicationSection(server: ServerContext, status: Status): Record<string, string | number> {
  if (status.role === "leader") {
    const others = replicas(status).map(({ id, match, connected }, i): [string, string] => {
      const { hostname, port } = whereIs(id, status, server);
      const offset = O.isSome(match) ? match.value : 0;
      return [
        `slave${i}`,
        `ip=${hostname},port=${port},state=${connected ? "online" : "offline"},offset=${offset},id=${id}`,
      ];
    });
    return {
      role: "master",
      connected_slaves: replicas(status).filter(({ connected }) => connected).length,
      ...Object.fromEntries(others),
      master_repl_offset: status.commit,
    };
  }
  const known = O.isSome(status.lead);
  const leader = O.isSome(status.lead) ? whereIs(status.lead.value, status, server) : { hostname: "", port: 0 };
  return {
    role: "slave",
    master_host: leader.hostname,
    master_port: leader.port,
    master_link_status: known ? "up" : "down",
    slave_repl_offset: status.applied,
    slave_read_only: 0,
    connected_slaves: 0,
    master_repl_offset: status.commit,
  };
}

function raftSection(status: Status): Record<string, string | number> {
  const { cluster, id, incarnation, role, term, first, last, stable, commit, applied, snapshot } = status;
  const { voters, votersOutgoing, learners } = status.configuration;
  return {
    ...{ cluster, id, incarnation, role, term, first, last, stable, commit, applied, snapshot },
    leader: O.isSome(status.lead) ? status.lead.value : "none",
    vote: O.isSome(status.vote) ? status.vote.value : "none",
    voters: voters.join(","),
    voters_outgoing: votersOutgoing.join(","),
    learners: learners.join(","),
    waiting: status.waiting,
    ...status.counters,
  };
}

/** What this node has applied will do: nobody waits for a quorum to learn a size. */
async function keyspace({ node }: ServerContext): Promise<Record<string, string>> {
  const size = await node.read({ type: "CountKeys", cf: "default" }, { consistency: "stale" });
  if (E.isLeft(size) || size.right.type !== "Size" || size.right.count === 0) return {};
  return { db0: `keys=${size.right.count},expires=0,avg_ttl=0` };
}

function oneLine(value: string): string {
  return value.replaceAll(/[\r\n]+/g, " ");
}
