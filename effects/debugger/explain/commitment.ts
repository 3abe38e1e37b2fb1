/**
 * Why an entry is committed, or is not; and who applied it.
 *
 * @module
 */
import { type EntryId, isConfChange, type NodeId } from "../../../core/entry.ts";
import type { ConfigurationIds } from "../../../core/configuration.ts";
import type { Node } from "../../../core/node.ts";
import type { Timeline } from "../timeline.ts";
import { describeConfiguration, listInWords, many, nodesInWords } from "../words.ts";
import type { Copy, EntryHistory, IndexHistory } from "./entry_history.ts";
import { hasVoteQuorum } from "./majority.ts";
import { capital, type Teller, when } from "./sentence.ts";

/** Tells why the entry is committed, or why not. */
export function tellCommit(timeline: Timeline, history: EntryHistory, all: IndexHistory, teller: Teller): void {
  const committed = history.copies.filter((copy) => copy.committed !== null);
  if (committed.length === 0) return tellWhyNot(timeline, history, all, teller);
  const inSteps = committed.filter((copy): copy is Copy & { committed: number } => (copy.committed ?? 0) > 0)
    .sort((a, b) => a.committed - b.committed);
  const [first, ...others] = inSteps;
  if (first === undefined) return teller.say(1, "It was committed before the recordings begin.");
  const { message } = timeline.step(first.committed);
  const after = timeline.after(first.committed);
  const how = after.role === "leader"
    ? `${majorityIn(after.configuration)} the log up to there: ${nodesInWords(holdersIn(after, history.entry.index))}`
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
  const { configuration, own: { progress } } = node;
  const voters = votersIn(configuration);
  return configuration.members.filter((id, i) => voters.includes(id) && progress[i].match >= index);
}

/** Those whose acknowledgement counts: in a joint configuration, of both halves (§6). */
function votersIn({ voters, votersOutgoing }: ConfigurationIds): readonly NodeId[] {
  return [...new Set([...voters, ...votersOutgoing])].sort((a, b) => a - b);
}

function majorityIn(configuration: ConfigurationIds): string {
  const isJoint = configuration.votersOutgoing.length > 0;
  return isJoint ? "majorities of both halves of the joint configuration hold" : `a ${majorityOf(configuration)} holds`;
}

function majorityOf({ voters, votersOutgoing }: ConfigurationIds): string {
  if (votersOutgoing.length > 0) return "majority of both halves of the joint configuration";
  return `majority of ${many(voters.length, "voter")}`;
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
  const voters = votersIn(leader.configuration);
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
    } it, which is no ${majorityOf(leader.configuration)}: it lacks ${nodesInWords(missing)}.`,
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

/** Tells which state machines have applied the entry. */
export function tellApplied(timeline: Timeline, { copies, entry }: EntryHistory, teller: Teller): void {
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
  const [first] = done;
  if (first !== undefined && isConfChange(entry)) tellConfiguration(timeline.after(first.applied), entry, teller);
  for (const { applied, handed, node } of copies) {
    if (handed === null || handed === 0 || applied !== null) continue;
    teller.say(
      1,
      `Node ${node} handed it to its state machine in step ${handed}, which has not reported yet that it applied it.`,
      [handed],
    );
  }
}

/** What the configuration is with a change, where nothing else was applied with it. */
function tellConfiguration({ applied, configuration }: Node, { index }: EntryId, teller: Teller): void {
  if (applied === index) teller.say(2, `The configuration is then: ${describeConfiguration(configuration)}.`);
}
