/**
 * Steps of one kind, from states in which a cluster that works is.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Message, type Node, step } from "../../core/mod.ts";
import { record } from "./recorded_run.ts";

// Below the number of messages that a leader sends without an answer.
const LENGTH = 200;

/** Takes the next step of its kind, and answers the node after it. */
export type Steps = () => Node;

/** The kinds of steps that make up almost all of a run, by their names. */
export function kinds(): Readonly<Record<string, Steps>> {
  const { first, inputs, last } = record({ proposals: LENGTH, together: LENGTH });
  const given = (id: number, type: Message["type"]): readonly Message[] => {
    return inputs.filter(({ to, message }) => to === id && message.type === type).map(({ message }) => message);
  };
  const proposals = given(1, "Propose");
  const appends = given(2, "Append").slice(0, LENGTH);
  const reports = given(2, "Persisted").slice(0, LENGTH);
  const answers = given(1, "AppendResponse");
  const from = (id: number): readonly Message[] => {
    return answers.filter((message) => message.type === "AppendResponse" && message.from === id).slice(0, LENGTH);
  };

  // The leader has appended everything and knows that it is durable, but has no answer yet; then it has those of node 2.
  const waiting = takeAll(first[1], [...proposals, ...given(1, "Persisted"), ...from(1)]);
  const committed = takeAll(waiting, from(2));
  const [leader, follower] = [last[1], last[2]];
  const tick: Message = { type: "Tick", random: 0.5 };
  const { term, commit } = leader;
  const peers = { from: 1, to: 2, term };
  const heartbeat: Message = { type: "Heartbeat", ...peers, commit, read: O.none };
  const heartbeatResponse: Message = { type: "HeartbeatResponse", ...peers, from: 2, to: 1, read: O.none };

  return {
    "proposal of an entry, sent to two followers": inTurn(first[1], proposals),
    "append of one entry": inTurn(first[2], appends),
    "report of the disk that an entry is durable": inTurn(takeAll(first[2], appends), reports),
    "acknowledgement that commits an entry": inTurn(waiting, from(2)),
    "acknowledgement of an entry that is committed": inTurn(committed, from(3)),
    "heartbeat after a tick": again(takeAll(follower, [tick]), heartbeat),
    "answer to a heartbeat": again(leader, heartbeatResponse),
    "tick of a follower": again(follower, tick),
    "tick of a leader, with heartbeats to two followers": again(leader, tick),
  };
}

function takeAll(node: Node, messages: readonly Message[]): Node {
  return messages.reduce((before, message) => step(before, message)[0], node);
}

// The messages one after the other, each to the node after the one before; then from the beginning.
function inTurn(first: Node, messages: readonly Message[]): Steps {
  let node = first;
  let next = 0;
  return () => {
    if (next === messages.length) {
      node = first;
      next = 0;
    }
    return node = step(node, messages[next++])[0];
  };
}

// The same message to the same node.
function again(node: Node, message: Message): Steps {
  return () => step(node, message)[0];
}
