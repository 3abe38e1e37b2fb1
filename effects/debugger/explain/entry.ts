/**
 * What became of the proposal at an index, from the client to the state machines; and why it is committed, or is not.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Node } from "../../../core/node.ts";
import { hasVoteQuorum } from "./majority.ts";
import type { Timeline } from "../timeline.ts";
import { listInWords, many, nodesInWords, position } from "../words.ts";
import { type Copy, type EntryHistory, historyOf, type IndexHistory, type Transport } from "./entry_history.ts";
import { type Sentence, stepsInWords, Teller, when } from "./sentence.ts";

/** The story of an index. */
export function explainIndex(timeline: Timeline, index: number): readonly Sentence[] {
  const history = historyOf(timeline, index);
  const teller = new Teller();
  if (history.entries.length === 0) tellNothing(timeline, index, history, teller);
  for (const entry of history.entries) tellEntry(timeline, entry, history, teller);
  for (const { node, step } of history.covered) {
    teller.say(0, `Node ${node} never held it: it took over a snapshot that covers index ${index}, in step ${step}.`, [
      step,
    ]);
  }
  return teller.sentences;
}

/** Whether there is anything to tell of an index: a node has held an entry there, or a snapshot covers it. */
export function knowsIndex(timeline: Timeline, index: number): boolean {
  const reaches = ({ log }: Node): boolean => log.last.index >= index;
  const ends = [...timeline.state(0).values(), ...timeline.state(timeline.length).values()];
  if (ends.some(reaches)) return true;
  const { covered, entries } = historyOf(timeline, index);
  return entries.length + covered.length > 0;
}

function tellNothing(timeline: Timeline, index: number, { covered }: IndexHistory, teller: Teller): void {
  if (covered.length > 0) return;
  const ends = [...timeline.state(timeline.length)].map(([node, { log }]) => `node ${node} to ${position(log.last)}`);
  const begins = [...timeline.state(0).values()].filter(({ log }) => log.snapshot.index >= index);
  if (begins.length > 0) {
    teller.say(
      0,
      `No node holds index ${index} in these recordings: it was compacted before they begin, so it was committed.`,
    );
  } else {teller.say(
      0,
      `No node has ever held an entry at index ${index}. The logs reach, at the end: ${ends.join(", ")}.`,
    );}
}

function tellEntry(timeline: Timeline, history: EntryHistory, all: IndexHistory, teller: Teller): void {
  const { entry } = history;
  const kind = entry.type === "normal"
    ? entry.data.length === 0 ? "an entry without data" : `a command of ${many(entry.data.length, "byte")}`
    : entry.type === "empty"
    ? "an empty entry in the place of a refused change"
    : "a change of the configuration";
  const { index, term } = entry;
  teller.say(0, `Entry ${index} of term ${term}: ${kind}.`);
  tellOrigin(timeline, history, teller);
  tellCopies(timeline, history, teller);
  tellCommit(timeline, history, all, teller);
  tellApplied(history, teller);
}

function tellOrigin(timeline: Timeline, { appended, entry }: EntryHistory, teller: Teller): void {
  if (appended === null) {
    teller.say(1, `Who appended it is not known: no leader that is recorded here did.`);
    return;
  }
  const { leader, step } = appended;
  const { message, cause } = timeline.step(step);
  const at = `in step ${step}${when(timeline, step)}`;
  switch (message.type) {
    case "Propose":
      return teller.say(1, `The host of leader ${leader} proposed it ${at}, with ticket ${message.ticket}.`, [step]);
    case "ForwardedPropose": {
      const origin = cause === null ? null : timeline.step(cause);
      const ticket = origin?.message.type === "Propose" ? `, with ticket ${origin.message.ticket}` : "";
      const where = cause === null ? "" : ` in step ${cause}${ticket}`;
      return teller.say(
        1,
        `The host of node ${message.from} proposed it${where}; node ${message.from} forwarded it to leader ${leader}, which appended it ${at}.`,
        [cause, step],
      );
    }
    case "RequestVoteResponse":
      return teller.say(
        1,
        `Leader ${leader} began term ${entry.term} with it ${at}: a leader commits an entry of its own term first.`,
        [step],
      );
    default:
      return teller.say(1, `Leader ${leader} appended it by itself ${at}.`, [step]);
  }
}

function tellCopies(timeline: Timeline, history: EntryHistory, teller: Teller): void {
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

/** What the leader knew of a node to which it sent nothing. */
function whyNotSent(timeline: Timeline, id: NodeId, { leader }: { readonly leader: NodeId }): string {
  const state = timeline.state(timeline.length).get(leader);
  if (state === undefined || state.role !== "leader") return ` while node ${leader} led`;
  const peer = state.own.progress[state.configuration.members.indexOf(id)];
  if (peer === undefined) return ": it is no member in the leader's configuration";
  switch (peer.state) {
    case "probe":
      return `: the leader is still looking for where the logs agree, from ${peer.next} on${
        peer.paused ? ", and waits for an answer" : ""
      }`;
    case "snapshot":
      return `: the leader has sent it a snapshot at ${peer.pendingSnapshot} and waits for it to arrive`;
    case "replicate":
      return peer.paused ? ": too much that was sent to it is not acknowledged yet" : "";
  }
}

function tellRefusal(timeline: Timeline, id: NodeId, sends: readonly Transport[], teller: Teller): void {
  const arrived = sends.flatMap(({ received }) => received === null ? [] : [received]);
  const lost = sends.filter(({ received }) => received === null).map(({ sent }) => sent);
  if (arrived.length === 0) {
    const all = lost.length === 1 ? "it never arrived" : "none of the messages arrived";
    return teller.say(1, `Node ${id} does not have it: it was sent in ${stepsInWords(lost)}, but ${all}.`, lost);
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

function tellCommit(timeline: Timeline, history: EntryHistory, all: IndexHistory, teller: Teller): void {
  const committed = history.copies.filter((copy) => copy.committed !== null);
  if (committed.length === 0) return tellWhyNot(timeline, history, all, teller);
  const inSteps = committed.filter((copy): copy is Copy & { committed: number } => (copy.committed ?? 0) > 0)
    .sort((a, b) => a.committed - b.committed);
  const [first, ...others] = inSteps;
  if (first === undefined) return teller.say(1, "It was committed before the recordings begin.");
  const { message } = timeline.step(first.committed);
  const after = timeline.after(first.committed);
  const how = after.role === "leader"
    ? `a majority of ${many(after.configuration.voters.length, "voter")} holds the log up to there: ${
      nodesInWords(holdersIn(after, history.entry.index))
    }`
    : "from" in message
    ? `leader ${message.from} told it`
    : "its host told it";
  teller.say(
    1,
    `It is committed: node ${first.node} knows it in step ${first.committed}${
      when(timeline, first.committed)
    }, because ${how}.`,
    [first.committed],
  );
  for (const { committed: step, node } of others) teller.say(2, `Node ${node} knows it in step ${step}.`, [step]);
}

function holdersIn(node: Node, index: number): readonly NodeId[] {
  if (node.role !== "leader") return [];
  const { configuration: { members, voters }, own: { progress } } = node;
  return members.filter((id, i) => voters.includes(id) && progress[i].match >= index);
}

function tellWhyNot(timeline: Timeline, history: EntryHistory, all: IndexHistory, teller: Teller): void {
  const { entry: { index, term }, copies } = history;
  teller.say(1, "It is not committed anywhere in these recordings.");
  const states = timeline.state(timeline.length);
  const holders = copies.filter(({ lost, replaced }) => lost === null && replaced === null).map(({ node }) => node);
  const replacedBy = all.entries.find((other) =>
    other.entry.term > term && other.copies.some(({ committed }) => committed !== null)
  );
  if (replacedBy !== undefined) {
    return teller.say(
      2,
      `The entry of term ${replacedBy.entry.term} was committed at index ${index} instead: this one has no effect, and never will.`,
    );
  }
  if (holders.length === 0) return teller.say(2, "No node holds it any more: it has no effect.");
  const leader = [...states.values()].filter(({ role }) => role === "leader").sort((a, b) => b.term - a.term)[0];
  if (leader === undefined) {
    return teller.say(
      2,
      `${capital(nodesInWords(holders))} hold${
        holders.length === 1 ? "s" : ""
      } it, but at the end nobody leads who could commit it.`,
    );
  }
  const known = holdersIn(leader, index);
  const { voters } = leader.configuration;
  if (!holders.includes(leader.id)) {
    return teller.say(
      2,
      `Leader ${leader.id} of term ${leader.term} does not hold it: it will replace it wherever it still is.`,
    );
  }
  const missing = voters.filter((id) => !known.includes(id));
  if (hasVoteQuorum(leader.configuration, known) && term < leader.term) {
    return teller.say(
      2,
      `${
        capital(nodesInWords(known))
      } hold it, which is a majority, but it is of term ${term}: leader ${leader.id} of term ${leader.term} counts only entries of its own term (§5.4.2), and none of those that follow is committed.`,
    );
  }
  teller.say(
    2,
    `Leader ${leader.id} knows that ${
      known.length === 0 ? "no voter holds" : `${nodesInWords(known)} ${known.length === 1 ? "holds" : "hold"}`
    } it, which is no majority of ${many(voters.length, "voter")}: it lacks ${nodesInWords(missing)}.`,
  );
  const silent = holders.filter((id) => id !== leader.id && !known.includes(id));
  if (silent.length > 0) {
    teller.say(
      2,
      `${capital(nodesInWords(silent))} ${
        silent.length === 1 ? "holds" : "hold"
      } it, but the leader does not know that.`,
    );
  }
}

function tellApplied({ copies }: EntryHistory, teller: Teller): void {
  const done = copies.filter((copy): copy is Copy & { applied: number } => (copy.applied ?? 0) > 0);
  if (done.length > 0) {
    teller.say(
      1,
      `It was applied on ${
        listInWords(done.map(({ applied, node }) => `node ${node} (reported in step ${applied})`))
      }.`,
      done.map(({ applied }) => applied),
    );
  }
  for (const { applied, handed, node } of copies) {
    if (handed === null || handed === 0 || applied !== null) continue;
    teller.say(
      1,
      `Node ${node} handed it to its state machine in step ${handed}, which has not reported yet that it applied it.`,
      [handed],
    );
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
