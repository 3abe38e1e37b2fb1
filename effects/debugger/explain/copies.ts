/**
 * Who has an entry, how they got it, and who does not and why.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Timeline } from "../timeline.ts";
import { listInWords, many, position } from "../words.ts";
import type { Copy, EntryHistory, Transport } from "./entry_history.ts";
import { stepsInWords, type Teller } from "./sentence.ts";
import { whyAllUnheard } from "./fate_words.ts";

/** Tells of every node whether it has the entry. */
export function tellCopies(timeline: Timeline, history: EntryHistory, teller: Teller): void {
  const { copies, sends, acks, appended } = history;
  for (const copy of copies) tellCopy(timeline, copy, history, teller);
  const holders = new Set(copies.map(({ node }) => node));
  const without = [...new Set([...timeline.nodes, ...sends.map(({ to }) => to)])].filter((id) => !holders.has(id));
  for (const id of without.sort((a, b) => a - b)) {
    const mine = sends.filter(({ to }) => to === id);
    if (!timeline.nodes.includes(id)) {
      const heard = acks.filter(({ from }) => from === id);
      const known = heard.length > 0 ? "" : `; its recording is not here`;
      teller.say(1, `Node ${id} was sent it in ${stepsInWords(mine.map(({ sent }) => sent))}${known}.`);
    } else if (mine.length === 0) {
      if (appended !== null) {
        teller.say(1, `Node ${id} does not have it, and was never sent it${whyNotSent(timeline, id, appended)}.`);
      } else teller.say(1, `Node ${id} does not have it.`);
    } else tellRefusal(timeline, id, mine, teller);
  }
}

/** What the leader knew of a node to which it sent nothing: at the end, or when it appended the entry if that is past. */
function whyNotSent(timeline: Timeline, id: NodeId, { leader, step }: NonNullable<EntryHistory["appended"]>): string {
  const then = timeline.after(step);
  const now = timeline.state(timeline.length).get(leader);
  const stillLeads = now !== undefined && now.role === "leader" && now.term === then.term;
  if (!then.configuration.members.includes(id)) return ": it is no member in the leader's configuration";
  const state = stillLeads && now.configuration.members.includes(id) ? now : then;
  const peer = state.role === "leader" ? state.own.progress[state.configuration.members.indexOf(id)] : undefined;
  const meanwhile = stillLeads ? "" : ` while node ${leader} led`;
  switch (peer?.state) {
    case "probe":
      return `${meanwhile}: the leader looked for where the logs agree, from ${peer.next} on${
        peer.paused ? ", and waited for an answer" : ""
      }`;
    case "snapshot":
      return `${meanwhile}: the leader had sent it a snapshot at ${peer.pendingSnapshot} and waited for it to arrive`;
    default:
      return peer?.paused ? `${meanwhile}: too much that was sent to it was not acknowledged yet` : meanwhile;
  }
}

function tellRefusal(timeline: Timeline, id: NodeId, sends: readonly Transport[], teller: Teller): void {
  const arrived = sends.flatMap(({ received }) => received === null ? [] : [received]);
  if (arrived.length === 0) {
    const lost = sends.map(({ sent }) => sent);
    const why = whyAllUnheard(timeline, sends);
    return teller.say(1, `Node ${id} does not have it: it was sent in ${stepsInWords(lost)}, but ${why}.`, lost);
  }
  const [first] = arrived;
  const { log, term } = timeline.before(first);
  const { message } = timeline.step(first);
  const why = message.type !== "Append"
    ? ""
    : message.term < term
    ? `: that leader's term ${message.term} was over, the node was in term ${term}`
    : !log.matches(message.prev.index, message.prev.term)
    ? `: its log does not match at ${position(message.prev)}`
    : "";
  teller.say(1, `Node ${id} does not have it: it got it in step ${first}, but did not write it${why}.`, [first]);
}

function tellCopy(timeline: Timeline, copy: Copy, { acks, sends, appended }: EntryHistory, teller: Teller): void {
  const { node, written, durable, replaced, lost } = copy;
  const isLeader = appended?.leader === node && appended.step === written;
  const parts: string[] = [];
  const steps: (number | null)[] = [written, durable, replaced, lost];
  if (written === null) parts.push("had it when its recording begins");
  else if (!isLeader) {
    const send = sends.find(({ to, received }) => to === node && received === written);
    const earlier = sends.filter(({ to, received, sent }) =>
      to === node && received === null && sent < (send?.sent ?? 0)
    );
    const tries = earlier.length === 0 ? "" : `, after ${many(earlier.length, "message")} that never arrived`;
    parts.push(
      send === undefined
        ? `wrote it in step ${written}`
        : `got it in step ${written} (sent in step ${send.sent}${tries})`,
    );
  }
  if (durable !== null && written !== null) parts.push(`knew in step ${durable} that it is durable`);
  if (durable === null) parts.push("never heard that it is durable");
  if (!isLeader && written !== null) {
    const mine = acks.filter(({ from, sent }) => from === node && sent >= written);
    const heard = mine.find(({ received }) => received !== null);
    if (heard?.received !== null && heard !== undefined) {
      parts.push(`acknowledged it to leader ${heard.to}, which heard of that in step ${heard.received}`);
      steps.push(heard.received);
    } else if (mine.length > 0) {
      parts.push(`acknowledged it, but no acknowledgement arrived (${stepsInWords(mine.map(({ sent }) => sent))})`);
    }
  }
  if (replaced !== null) parts.push(`replaced it by another entry in step ${replaced}${byWhom(timeline, replaced)}`);
  if (lost !== null) parts.push(`lost it in a crash: it was not there any more in step ${lost}`);
  teller.say(1, `${isLeader ? `Leader ${node} itself` : `Node ${node}`} ${listInWords(parts)}.`, steps);
}

function byWhom(timeline: Timeline, step: number): string {
  const { message } = timeline.step(step);
  return message.type === "Append" ? `, as leader ${message.from} of term ${message.term} told it` : "";
}
