/**
 * The cluster: RAFT STATUS TRANSFER MEMBER SNAPSHOT.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes, NodeId } from "../../../core/entry.ts";
import type { MemberChanges, MemberStatus, ProposeError, Status } from "../../node/raft_node.ts";
import type { Address } from "../../storage/storage.ts";
import { type Action, answer } from "../action.ts";
import { splitAddress } from "../address.ts";
import type { Argument, CommandSpec } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { proposeError, unknownSubcommand, wrongArity } from "../errors.ts";
import { parseSafe } from "../integer.ts";
import type { Request } from "../parser.ts";
import { error, integer, list, NIL, type Reply, text } from "../reply.ts";
import { asText, isWord } from "../words.ts";
import { container } from "./container.ts";

const NOT_A_NODE = error("ERR a node is named by a whole number from 1 on");
const NOT_AN_ADDRESS = error("ERR an address has the form host:port");
const NODE: Argument = { name: "id", type: "integer" };
const ADDRESS: Argument = { name: "host:port", type: "string" };

/** `RAFT …`. */
export const RAFT: CommandSpec = container(
  { name: "raft", summary: "Shows and changes the cluster", since: "0.1.0", group: "raft" },
  [
    sub(
      "status",
      2,
      "Returns what this node knows now: names and values",
      [],
      (_, { server }) => answer(status(server.node.status())),
    ),
    sub(
      "transfer",
      -2,
      "Hands the leadership over, and returns the new leader",
      [{ ...NODE, optional: true }],
      transfer,
    ),
    sub("member", -4, "Adds a voter, makes a learner, promotes a learner, or removes a node; returns the members", [{
      name: "change",
      type: "oneof",
      arguments: [
        { name: "add", type: "block", token: "ADD", arguments: [NODE, ADDRESS] },
        { name: "learner", type: "block", token: "LEARNER", arguments: [NODE, ADDRESS] },
        { ...NODE, token: "PROMOTE" },
        { ...NODE, token: "REMOVE" },
      ],
    }], member),
    sub("snapshot", 2, "Makes a snapshot, shortens the log, and returns the snapshot's index", [], (_, { server }) => ({
      type: "Work",
      run: async () => integer(await server.node.compact()),
    })),
  ],
);

function status(status: Status): Reply {
  const { cluster, id, incarnation, address, role, term, first, last, stable, commit, applied, snapshot } = status;
  const { voters, votersOutgoing, learners } = status.configuration;
  return list([
    ...[text("cluster"), text(cluster), text("id"), integer(id), text("incarnation"), text(incarnation)],
    ...[text("address"), text(address), text("role"), text(role), text("term"), integer(term)],
    ...[text("leader"), idOrNil(status.lead), text("vote"), idOrNil(status.vote)],
    ...[text("first"), integer(first), text("last"), integer(last), text("stable"), integer(stable)],
    ...[text("commit"), integer(commit), text("applied"), integer(applied), text("snapshot"), integer(snapshot)],
    ...[text("voters"), ids(voters), text("voters_outgoing"), ids(votersOutgoing), text("learners"), ids(learners)],
    ...[text("members"), list(status.members.map(memberStatus)), text("waiting"), integer(status.waiting)],
  ]);
}

function memberStatus({ id, address, part, match, connected }: MemberStatus): Reply {
  return list([
    ...[text("id"), integer(id), text("address"), O.isSome(address) ? text(address.value) : NIL],
    ...[text("part"), text(part), text("match"), O.isSome(match) ? integer(match.value) : NIL],
    ...[text("connected"), integer(connected ? 1 : 0)],
  ]);
}

function transfer(request: Request, context: CommandContext): Action {
  if (request.length > 3) return answer(wrongArity("raft|transfer"));
  const to = request.length === 3 ? nodeId(request[2]) : undefined;
  if (to !== undefined && Number.isNaN(to)) return answer(NOT_A_NODE);
  return work(context, (node) => node.transferLeadership(to), integer);
}

function member(request: Request, context: CommandContext): Action {
  const verb = request[2];
  const takesAddress = isWord(verb, "add") || isWord(verb, "learner");
  if (!takesAddress && !isWord(verb, "promote") && !isWord(verb, "remove")) {
    return answer(unknownSubcommand("raft", verb));
  }
  if (request.length !== (takesAddress ? 5 : 4)) return answer(wrongArity("raft|member"));
  const id = nodeId(request[3]);
  if (Number.isNaN(id)) return answer(NOT_A_NODE);
  const address = takesAddress ? asText(request[4]) : "";
  if (takesAddress && !isAddress(address)) return answer(NOT_AN_ADDRESS);
  return work(context, (node) => node.changeMembers(memberChanges(verb, id, address)), (configuration) =>
    list([
      ...[text("voters"), ids(configuration.voters)],
      ...[text("learners"), ids(configuration.learners)],
    ]));
}

function memberChanges(verb: Bytes, id: NodeId, address: Address): MemberChanges {
  if (isWord(verb, "add")) return { add: new Map([[id, address]]) };
  if (isWord(verb, "learner")) return { learners: new Map([[id, address]]) };
  return isWord(verb, "promote") ? { promote: [id] } : { remove: [id] };
}

function work<A>(
  { server }: CommandContext,
  ask: (node: CommandContext["server"]["node"]) => Promise<E.Either<ProposeError, A>>,
  reply: (value: A) => Reply,
): Action {
  return {
    type: "Work",
    async run() {
      const outcome = await ask(server.node);
      return E.isRight(outcome) ? reply(outcome.right) : proposeError(outcome.left, true, server.clientAddress);
    },
  };
}

function nodeId(word: Bytes): number {
  const id = parseSafe(word, 0, word.length);
  return id >= 1 ? id : NaN;
}

function isAddress(address: string): boolean {
  const parts = splitAddress(address);
  return O.isSome(parts) && parts.value.port > 0;
}

function idOrNil(id: O.Option<NodeId>): Reply {
  return O.isSome(id) ? integer(id.value) : NIL;
}

function ids(ids: readonly NodeId[]): Reply {
  return list(ids.map(integer));
}

function sub(
  name: string,
  arity: number,
  summary: string,
  args: readonly Argument[],
  interpret: CommandSpec["interpret"],
): CommandSpec {
  return {
    name,
    arity,
    flags: ["admin", "noscript", "stale"],
    summary,
    since: "0.1.0",
    group: "raft",
    complexity: "O(1)",
    arguments: args,
    interpret,
  };
}
