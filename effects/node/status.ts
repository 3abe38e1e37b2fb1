/**
 * A node at an instant, for people and for metrics.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { isLearner, positionOf } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Node } from "../../core/node.ts";
import type { Identity } from "../storage/storage.ts";
import type { OpenTransport } from "../transport/transport.ts";
import type { MemberStatus, Status } from "./raft_node.ts";
import type { SystemState } from "./system_state.ts";

/** Where a status comes from. */
export interface StatusParts {
  /** The state. */
  readonly node: Node;
  /** Who the node is. */
  readonly identity: Identity;
  /** Where its members listen. */
  readonly system: SystemState;
  /** Up to where the state machine has applied the log. */
  readonly applied: number;
  /** Requests that wait. */
  readonly waiting: number;
  /** The way to the others. */
  readonly transport: OpenTransport | null;
  /** What was counted. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Sums a node up. */
export function statusOf(parts: StatusParts): Status {
  const { applied, counters, identity, node, system, transport, waiting } = parts;
  const peers = transport?.counters();
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = node.configuration;
  return {
    cluster: identity.cluster,
    id: identity.id,
    incarnation: identity.incarnation,
    address: transport?.address ?? "",
    role: node.role,
    term: node.term,
    vote: node.vote,
    lead: node.lead,
    last: node.log.last.index,
    first: node.log.first,
    stable: node.stable,
    commit: node.commit,
    applied,
    snapshot: O.isSome(node.snapshot) ? node.snapshot.value.index : 0,
    configuration: { voters, votersOutgoing, learners, learnersNext, autoLeave },
    members: node.configuration.members.map((id) =>
      member(id, node, system, peers?.get(id)?.connected ?? id === node.id)
    ),
    waiting,
    counters: { ...counters, transportViolations: transport?.violations() ?? 0 },
  };
}

function member(id: NodeId, { configuration, role, own }: Node, system: SystemState, connected: boolean): MemberStatus {
  const position = positionOf(configuration, id);
  return {
    id,
    address: O.fromNullable(system.addresses.get(id)),
    part: configuration.voters.includes(id) ? "voter" : isLearner(configuration, id) ? "learner" : "outgoing",
    match: role === "leader" ? O.some(own.progress[position].match) : O.none,
    connected,
  };
}
