/**
 * A node as its clients reach it: what they ask for while it stands still waits until it goes on.
 *
 * @module
 */
import type { RaftNode } from "../node/raft_node.ts";
import type { Gate } from "./gate.ts";

/** `node` behind the border of its process. */
export function gatedNode<Command, Reply, Query, Answer>(
  node: RaftNode<Command, Reply, Query, Answer>,
  gate: Gate,
): RaftNode<Command, Reply, Query, Answer> {
  async function passed<A>(ask: () => Promise<A>): Promise<A> {
    if (gate.frozen) await gate.passed();
    return await ask();
  }
  return {
    id: node.id,
    stopped: node.stopped,
    status: () => node.status(),
    events: () => node.events(),
    propose: (command, options) => passed(() => node.propose(command, options)),
    read: (query, options) => passed(() => node.read(query, options)),
    openSession: (options) => passed(() => node.openSession(options)),
    whileLeader: (work, options) => passed(() => node.whileLeader(work, options)),
    transferLeadership: (to, options) => passed(() => node.transferLeadership(to, options)),
    changeMembers: (changes, options) => passed(() => node.changeMembers(changes, options)),
    compact: () => passed(() => node.compact()),
    backup: (options) => passed(() => node.backup(options)),
    close: (options) => node.close(options),
  };
}
