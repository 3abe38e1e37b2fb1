/**
 * What a node has promised holds after a crash (§5.2, thesis §3.8): a vote is never given again in its term, and what was
 * acknowledged to a leader is still there. Promises are what has left the node, so a promise that is made before it is
 * durable shows at the next crash; and at any time, in what a crash would leave behind.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { EntryId, NodeId } from "../../core/entry.ts";
import type { Log } from "../../core/log.ts";
import type { PeerMessage } from "../../core/message.ts";
import type { HardState } from "../../core/outbox.ts";
import { type Check, violated } from "./check.ts";
import { CommittedEntries } from "./committed.ts";
import { describeEntry, position } from "./entries.ts";
import { holds } from "./logs.ts";

/** What a node has promised last; what came before is part of it. */
interface Promised {
  /** Whom it has voted for, and when; itself if it has asked for votes. */
  vote: { readonly term: number; readonly candidate: NodeId };
  /** The highest index that it has acknowledged, and the term of the leader that was told. */
  ack: EntryId;
}

/** A node that comes back keeps the votes that it gave and the entries that it acknowledged. A pre-vote promises nothing. */
export function promisesAreKept(committed: CommittedEntries = new CommittedEntries()): Check {
  const name = "Promises are kept across crashes";
  const promises = new Map<NodeId, Promised>();
  const logs = new Map<number, Log>();
  return {
    name,
    released: (message) => hear(message),
    started({ id }, node) {
      committed.learnStart(node);
      judge(id, node, node.log);
    },
    stepped(step) {
      const { before, after, message, host } = step;
      if (after.commit !== before.commit) committed.learn(step);
      if (after.role === "leader" && (after.log !== before.log || before.role !== "leader")) {
        logs.set(after.term, after.log);
      }
      // What a node tells itself does not pass the network: it is heard when it arrives.
      if ("from" in message && message.from === host.id) hear(message);
    },
    wiped: ({ id }) => void promises.delete(id),
    audited: ({ hardState, log }, { id }) => judge(id, O.isSome(hardState) ? hardState.value : NOTHING, log),
  };

  function hear(message: PeerMessage): void {
    switch (message.type) {
      case "RequestVoteResponse":
        if (message.granted) vote(message.from, message.term, message.to);
        break;
      case "RequestVote": // nobody is asked before the vote for oneself is durable
      case "Append": // and nobody leads before
      case "Heartbeat":
        vote(message.from, message.term, message.from);
        break;
      case "AppendResponse":
        if (O.isNone(message.hint)) acknowledge(message.from, message);
        break;
      default: // nothing else vouches for anything durable
    }
  }

  function promised(id: NodeId): Promised {
    let known = promises.get(id);
    if (known === undefined) promises.set(id, known = { vote: { term: 0, candidate: 0 }, ack: { index: 0, term: 0 } });
    return known;
  }

  function vote(id: NodeId, term: number, candidate: NodeId): void {
    const known = promised(id);
    if (term > known.vote.term) known.vote = { term, candidate };
  }

  function acknowledge(id: NodeId, { index, term }: EntryId): void {
    const known = promised(id);
    if (term > known.ack.term || (term === known.ack.term && index > known.ack.index)) known.ack = { index, term };
  }

  function judge(id: NodeId, hard: Pick<HardState, "term" | "vote">, log: Log): void {
    const known = promises.get(id);
    if (known === undefined) return;
    const { ack, vote: { term, candidate } } = known;
    if (hard.term < ack.term) violated(name, `${id} has acknowledged in term ${ack.term} and is in ${hard.term} again`);
    if (hard.term < term) violated(name, `${id} has voted in term ${term} and is in term ${hard.term} again`);
    if (hard.term === term && !(O.isSome(hard.vote) && hard.vote.value === candidate)) {
      const now = O.isSome(hard.vote) ? `for ${hard.vote.value}` : "for nobody";
      violated(name, `${id} has voted for ${candidate} in term ${term} and has now voted ${now}`);
    }
    judgeLog(id, ack, log, hard.term === ack.term ? logs.get(ack.term) : undefined);
  }

  // A leader of a later term may have replaced what it acknowledged, but not what was committed by then.
  function judgeLog(id: NodeId, ack: EntryId, log: Log, leaders: Log | undefined): void {
    for (let index = log.first; index <= ack.index; index++) {
      const known = committed.at(index);
      const isCommitted = known !== undefined && known.term <= ack.term;
      const isLeaders = leaders !== undefined && index >= leaders.first && index <= leaders.last.index;
      const entry = isLeaders ? leaders.at(index) : isCommitted ? known.entry : null;
      if (entry === null || holds(log, entry)) continue;
      const has = index > log.last.index
        ? `its log ends at ${position(log.last)}`
        : `it has ${describeEntry(log.at(index))}`;
      violated(
        name,
        `${id} has acknowledged ${describeEntry(entry)} to the leader of term ${ack.term}, and now ${has}`,
      );
    }
  }
}

const NOTHING: Pick<HardState, "term" | "vote"> = { term: 0, vote: O.none };
