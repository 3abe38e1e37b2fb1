/**
 * Reducers that are broken in one place each: what a debugger has to find.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import {
  type Effect,
  Log,
  type Message,
  type Node,
  type Outbox,
  type PeerMessage,
  type Persisted,
  quorumMatch,
  type Step,
  step,
} from "../../core/mod.ts";

/** A fault and the reducer that has it. */
export interface Fault {
  readonly name: string;
  /** To how many inputs shrinking brings the recording of `chaos(28)`. */
  readonly left: number;
  readonly step: (node: Node, message: Message) => Step;
}

/** Twelve of them. */
export const FAULTS: readonly Fault[] = [
  {
    name: "a vote for whoever asks, without a look at the log",
    left: 1,
    step: (node, message) => step(node, isVoteRequest(message) ? { ...message, last: node.log.last } : message),
  },
  {
    name: "entries of old terms are committed by counting replicas",
    left: 6,
    step(node, message) {
      const [after, outbox] = step(node, message);
      if (after.role !== "leader") return [after, outbox];
      const commit = Math.max(after.commit, quorumMatch(after.configuration, after.own.progress));
      return [commit === after.commit ? after : { ...after, commit }, outbox];
    },
  },
  {
    name: "the vote is forgotten when a node starts again",
    left: 1,
    step(node, message) {
      const justStarted = node.role === "follower" && O.isNone(node.lead) && O.isNone(node.timeout);
      return step(justStarted && O.isSome(node.vote) ? { ...node, vote: O.none } : node, message);
    },
  },
  {
    name: "a leader of an older term is obeyed",
    left: 3,
    step(node, message) {
      const stale = (message.type === "Append" || message.type === "Heartbeat") && message.term < node.term;
      return step(node, stale ? { ...message, term: node.term } : message);
    },
  },
  {
    name: "a vote that comes twice counts twice",
    left: 15,
    step(node, message) {
      if (node.role !== "candidate" || message.type !== "RequestVoteResponse" || !message.granted) {
        return step(node, message);
      }
      const answered = node.own.map(({ from }) => from);
      const other = node.configuration.voters.find((id) => !answered.includes(id));
      const again = answered.includes(message.from) && other !== undefined;
      return step(node, again ? { ...message, from: other } : message);
    },
  },
  {
    name: "a follower acknowledges the end of its own log",
    left: 2,
    step(node, message) {
      const [after, outbox] = step(node, message);
      if (message.type !== "Append") return [after, outbox];
      return [
        after,
        mapThen(outbox, (then) => {
          return then.type === "AppendResponse" && O.isNone(then.hint)
            ? { ...then, index: after.log.last.index }
            : then;
        }),
      ];
    },
  },
  {
    name: "a second vote in the same term",
    left: 2,
    step(node, message) {
      const asked = message.type === "RequestVote" && message.term === node.term && node.role === "follower";
      return step(asked && O.isSome(node.vote) ? { ...node, vote: O.none, lead: O.none } : node, message);
    },
  },
  {
    name: "the vote is kept when the term rises",
    left: 1,
    step(node, message) {
      const [after, outbox] = step(node, message);
      const lost = after.term > node.term && O.isNone(after.vote) && O.isSome(node.vote);
      return [lost ? { ...after, vote: node.vote } : after, outbox];
    },
  },
  {
    name: "a follower commits beyond what the leader has compared",
    left: 1,
    step(node, message) {
      const [after, outbox] = step(node, message);
      if (message.type !== "Append" || after.role !== "follower") return [after, outbox];
      const commit = Math.max(after.commit, Math.min(message.commit, after.log.last.index));
      return [commit === after.commit ? after : { ...after, commit }, outbox];
    },
  },
  {
    name: "an older Append cuts off what a newer one has brought",
    left: 29,
    step(node, message) {
      const [after, outbox] = step(node, message);
      if (message.type !== "Append" || message.entries.length === 0) return [after, outbox];
      const { snapshot, first, last } = after.log;
      const end = message.prev.index + message.entries.length;
      const cut = node.log === after.log && end < last.index && end >= snapshot.index &&
        after.log.matches(end, message.entries[message.entries.length - 1].term);
      return [cut ? { ...after, log: Log.of(snapshot, after.log.slice(first, end)) } : after, outbox];
    },
  },
  {
    name: "an acknowledgement leaves before its entries are durable",
    left: 1,
    step(node, message) {
      const [after, outbox] = step(node, message);
      if (message.type !== "Append") return [after, outbox];
      return [
        after,
        outbox.flatMap((effect): Effect[] => {
          if (effect.type !== "Persist" || effect.entries.length === 0) return [effect];
          const sent = effect.then.flatMap((then): Effect[] => {
            return then.type === "Persisted" ? [] : [{ type: "Send", message: then }];
          });
          return [{ ...effect, then: effect.then.filter(({ type }) => type === "Persisted") }, ...sent];
        }),
      ];
    },
  },
  {
    name: "a leader counts its own entries before they are durable",
    left: 17,
    step(node, message) {
      const [after, outbox] = step(node, message);
      if (message.type !== "Propose" || after.role !== "leader" || after.log === node.log) return [after, outbox];
      const position = after.configuration.members.indexOf(after.id);
      const progress = after.own.progress.map((peer, i) =>
        i === position ? { ...peer, match: after.log.last.index } : peer
      );
      return [{ ...after, own: { ...after.own, progress } }, outbox];
    },
  },
];

function isVoteRequest(
  message: Message,
): message is Extract<Message, { readonly type: "RequestVote" | "RequestPreVote" }> {
  return message.type === "RequestVote" || message.type === "RequestPreVote";
}

function mapThen(outbox: Outbox, change: (message: PeerMessage | Persisted) => PeerMessage | Persisted): Outbox {
  return outbox.map((effect) => effect.type === "Persist" ? { ...effect, then: effect.then.map(change) } : effect);
}
