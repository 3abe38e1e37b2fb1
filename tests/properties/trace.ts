/**
 * A run told in words: the numbered actions, and for each step the node, its message, and its role, term and commit
 * index afterwards.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Message, Node, Outbox } from "../../core/mod.ts";
import { position } from "../../effects/invariants/mod.ts";
import { describeAction } from "./action.ts";
import type { Check } from "./check.ts";

/** A check that objects to nothing and writes `lines`. */
export function trace(lines: string[]): Check {
  let count = 0;
  return {
    name: "trace",
    acting(action) {
      lines.push(`${String(++count).padStart(3)}. ${describeAction(action)}`);
    },
    started(host, node, outbox) {
      if (host.incarnation > 1) lines.push(line(host.id, "starts", node, outbox));
    },
    stepped({ host, message, after, outbox }) {
      lines.push(line(host.id, describeMessage(message), after, outbox));
    },
  };
}

function line(id: number, what: string, { role, term, commit, applied, log }: Node, outbox: Outbox): string {
  const head = `       ${id} ← ${what}`;
  const state = `${role}, term ${term}, commit ${commit}, applied ${applied}, log to ${position(log.last)}`;
  const said = outbox.filter(({ type }) => type === "Refused" || type === "Fault" || type.includes("Read"));
  return `${head.padEnd(72)} → ${state}${said.map((effect) => ` ${JSON.stringify(effect)}`).join("")}`;
}

/** A message in a few words. */
export function describeMessage(message: Message): string {
  const what = "from" in message ? `${message.type} from ${message.from}, term ${message.term}` : message.type;
  switch (message.type) {
    case "Append": {
      const entries = message.entries.map(position).join(" ");
      return `${what}, behind ${position(message.prev)}: [${entries}], commit ${message.commit}`;
    }
    case "AppendResponse":
      return O.isSome(message.hint)
        ? `${what}, no match at ${message.index}, hint ${position(message.hint.value)}`
        : `${what}, up to ${message.index}`;
    case "RequestVote":
    case "RequestPreVote":
      return `${what}, log to ${position(message.last)}`;
    case "RequestVoteResponse":
    case "RequestPreVoteResponse":
      return `${what}, ${message.granted ? "granted" : "refused"}`;
    case "Heartbeat":
      return `${what}, commit ${message.commit}${O.isSome(message.read) ? `, read ${message.read.value}` : ""}`;
    case "HeartbeatResponse":
      return `${what}${O.isSome(message.read) ? `, read ${message.read.value}` : ""}`;
    case "InstallSnapshot":
      return `${what}, at ${position(message.snapshot)}`;
    case "Persisted":
      return `${what} to ${position(message.last)} in term ${message.term}`;
    case "Applied":
    case "Compact":
      return `${what} to ${message.index}`;
    case "SnapshotAvailable":
      return `${what} at ${position(message)}`;
    case "ReadIndexResponse":
      return `${what}, index ${message.index}`;
    case "Propose":
    case "ForwardedPropose":
      return `${what}, ${message.entries.map(({ type }) => type).join(" ")}`;
    case "TransferLeader":
    case "ForwardedTransferLeader":
      return `${what} to ${message.transferee}`;
    case "Unreachable":
    case "SnapshotStatus":
      return `${what} of ${message.peer}`;
    case "ApplyConfChange":
      return `${what}: ${message.change.transition} [${message.change.changes.map((c) => `${c.type} ${c.id}`)}]`;
    case "TimeoutNow":
    case "ForwardedReadIndex":
    case "ReadIndex":
    case "Tick":
    case "Campaign":
    case "Beat":
    case "CheckQuorum":
    case "ForgetLeader":
    case "SnapshotUnavailable":
      return what;
  }
}
