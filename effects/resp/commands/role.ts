/**
 * Who leads, in Redis' words: ROLE.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../../core/entry.ts";
import type { MemberStatus, Status } from "../../node/raft_node.ts";
import { type HostAndPort, splitAddress } from "../address.ts";
import { answer } from "../action.ts";
import type { CommandSpec } from "../command.ts";
import type { ServerContext } from "../context.ts";
import { integer, list, type Reply, text } from "../reply.ts";

/** `ROLE`. */
export const ROLE: CommandSpec = {
  name: "role",
  arity: 1,
  flags: ["noscript", "loading", "stale", "fast"],
  summary: "Says whether this node leads, and who the others are",
  since: "2.8.12",
  group: "server",
  complexity: "O(N)",
  interpret: (_, { server }) => answer(role(server)),
};

const NOWHERE: HostAndPort = { hostname: "", port: 0 };

/** Where clients reach a node, or its peers do if nothing else is known. */
export function whereIs(id: NodeId, { members }: Status, { clientAddress }: ServerContext): HostAndPort {
  const known = clientAddress(id);
  const address = O.isSome(known) ? known : members.find((member) => member.id === id)?.address ?? O.none;
  const parts = O.isSome(address) ? splitAddress(address.value) : O.none;
  return O.isSome(parts) ? parts.value : NOWHERE;
}

/** The members that a leader replicates to. */
export function replicas({ members, id }: Status): readonly MemberStatus[] {
  return members.filter((member) => member.id !== id);
}

function role(server: ServerContext): Reply {
  const status = server.node.status();
  if (status.role === "leader") {
    const others = replicas(status).map(({ id, match }) => {
      const { hostname, port } = whereIs(id, status, server);
      return list([text(hostname), text(String(port)), text(String(O.isSome(match) ? match.value : 0))]);
    });
    return list([text("master"), integer(status.commit), list(others)]);
  }
  const leader = O.isSome(status.lead) ? whereIs(status.lead.value, status, server) : NOWHERE;
  const link = O.isSome(status.lead) ? "connected" : "connect";
  return list([text("slave"), text(leader.hostname), integer(leader.port), text(link), integer(status.applied)]);
}
