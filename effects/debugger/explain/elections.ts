/**
 * Who campaigned, who voted for whom, and who led: taken from the steps of a timeline in which roles change.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../../core/entry.ts";
import type { PeerMessage, RequestPreVote, RequestVote } from "../../../core/message.ts";
import type { Node } from "../../../core/node.ts";
import type { RoleChanged, RoleChangeReason } from "../../../core/outbox.ts";
import { checkVote } from "../../../core/vote.ts";
import { type Fate, MARKS, type Timeline, type TimelineRun } from "../timeline.ts";
import { countUpTo } from "../ascending.ts";
import { describeVoteRefusal, many, position } from "../words.ts";
import { laterRun } from "./run_end.ts";

/** What a voter had to say to a campaign. */
export interface Answer {
  /** The voter. */
  readonly voter: NodeId;
  /** The step in which the question arrived; null if it never did. */
  readonly asked: number | null;
  /** What the voter answered; null if it gave no answer, or was never asked. */
  readonly granted: boolean | null;
  /** Why it refused or said nothing. */
  readonly why: string;
  /** The step in which the candidate got the answer; null if it never did. */
  readonly heard: number | null;
  /** Whether it is known at all what the voter did with the question. */
  readonly known: boolean;
  /** What became of the question. */
  readonly fate: Fate;
}

/** What became of a campaign. */
export type CampaignEnd =
  | { readonly how: "won"; readonly step: number }
  | { readonly how: "lost"; readonly step: number }
  | { readonly how: "again"; readonly step: number }
  | { readonly how: "gave way"; readonly step: number; readonly reason: RoleChangeReason }
  | { readonly how: "stopped"; readonly step: number }
  | { readonly how: "open" };

/** A node asks for votes. */
export interface Campaign {
  /** The candidate. */
  readonly node: NodeId;
  /** The term that it wants to lead. */
  readonly term: number;
  /** Whether it asks only what the others would answer. */
  readonly preVote: boolean;
  /** The step in which it begins. */
  readonly step: number;
  /** Why. */
  readonly reason: RoleChangeReason;
  /** Its log at that moment. */
  readonly last: string;
  /** The answers of the others. */
  readonly answers: readonly Answer[];
  /** What became of it. */
  readonly end: CampaignEnd;
}

/** A node leads. */
export interface Reign {
  /** The leader. */
  readonly node: NodeId;
  /** Its term. */
  readonly term: number;
  /** The step in which it was elected; null if it led when the recordings begin. */
  readonly from: number | null;
  /** The step in which it stopped leading, and why; null if it leads at the end. */
  readonly until:
    | { readonly step: number; readonly why: RoleChangeReason | "stopped"; readonly run: TimelineRun }
    | null;
}

/** What happened about elections. */
export interface Elections {
  /** The campaigns, in the order in which they begin. */
  readonly campaigns: readonly Campaign[];
  /** The leaders, in the order in which they were elected. */
  readonly reigns: readonly Reign[];
  /** The terms in which a node was after some step. */
  readonly entered: ReadonlySet<number>;
}

/** A change of a node's role, term or leader. */
interface Turn {
  readonly step: number;
  readonly node: NodeId;
  readonly change: RoleChanged;
}

/** The elections in a timeline. */
export function electionsOf(timeline: Timeline): Elections {
  const all = turnsOf(timeline);
  const turns = Map.groupBy(all, ({ node }) => node);
  const campaigns = all.filter(({ change }) => change.to === "candidate" || change.to === "preCandidate")
    .map((turn) => campaignOf(timeline, turn, turns));
  const leading = timeline.runs.filter(({ state, first }) => state.role === "leader" && first > 0);
  const elected = all.filter(({ change }) => change.to === "leader" && change.from !== "leader");
  const reigns = [
    ...leading.map((run) => reignOf(timeline, run, { term: run.state.term, from: null }, turns)),
    ...elected.map(({ step, change }) => {
      return reignOf(timeline, runAt(timeline, step), { term: change.term, from: step }, turns);
    }),
  ];
  return { campaigns, reigns, entered: new Set(timeline.columns.term) };
}

/** The run that a step belongs to. */
export function runAt(timeline: Timeline, step: number): TimelineRun {
  const { node, run } = timeline.step(step);
  const found = timeline.runs.find((one) =>
    one.node === node && one.run === run && one.first <= step && step <= one.last
  );
  if (found === undefined) throw new RangeError(`Step ${step} belongs to no run.`);
  return found;
}

function turnsOf(timeline: Timeline): readonly Turn[] {
  const turns: Turn[] = [];
  const { marks } = timeline.columns;
  for (let number = 1; number <= timeline.length; number++) {
    if ((marks[number - 1] & MARKS.role) === 0) continue;
    const { node, outbox } = timeline.step(number);
    for (const effect of outbox) if (effect.type === "RoleChanged") turns.push({ step: number, node, change: effect });
  }
  return turns;
}

/** The turns of each node, in order. */
type Turns = ReadonlyMap<NodeId, readonly Turn[]>;

/** The next turn of the node in the same run. */
function nextTurn({ node, last }: TimelineRun, turns: Turns, after: number): Turn | null {
  const own = turns.get(node) ?? [];
  const turn = own[firstBehind(own, after)];
  return turn !== undefined && turn.step <= last ? turn : null;
}

function firstBehind(turns: readonly Turn[], after: number): number {
  return countUpTo(turns.length, (i) => turns[i].step, after);
}

function campaignOf(timeline: Timeline, { node, step, change }: Turn, turns: Turns): Campaign {
  const preVote = change.to === "preCandidate";
  const after = timeline.after(step);
  const type = preVote ? "RequestPreVote" : "RequestVote";
  const answers: Answer[] = [];
  for (const { message, received, to, fate } of timeline.step(step).deliveries) {
    if (message.type !== type) continue;
    answers.push(answerOf(timeline, node, { message, to, received, known: fate !== "unknown", fate }));
  }
  return {
    node,
    term: preVote ? change.term + 1 : change.term,
    preVote,
    step,
    reason: change.reason,
    last: position(after.log.last),
    answers,
    end: endOf(timeline, step, nextTurn(runAt(timeline, step), turns, step)),
  };
}

function endOf(timeline: Timeline, step: number, turn: Turn | null): CampaignEnd {
  if (turn === null) {
    const run = runAt(timeline, step);
    return laterRun(timeline, run) !== undefined ? { how: "stopped", step: run.last } : { how: "open" };
  }
  const { change: { reason, to }, step: at } = turn;
  if (to === "leader" || reason.type === "PreVoteWon") return { how: "won", step: at };
  if (to !== "follower") return { how: "again", step: at };
  return reason.type === "ElectionLost" ? { how: "lost", step: at } : { how: "gave way", step: at, reason };
}

function reignOf(
  timeline: Timeline,
  run: TimelineRun,
  { from, term }: Pick<Reign, "from" | "term">,
  turns: Turns,
): Reign {
  const { node } = run;
  const turn = nextTurn(run, turns, from ?? run.first - 1);
  if (turn !== null) return { node, term, from, until: { step: turn.step, why: turn.change.reason, run } };
  // Where the last recording of a leader ends, it may well go on to lead; unless another one was elected later.
  const stopped = laterRun(timeline, run) !== undefined || isFollowed(run, term, turns);
  return { node, term, from, until: stopped ? { step: run.last, why: "stopped", run } : null };
}

/** Whether another leader was elected behind the end of a run. */
function isFollowed({ last }: TimelineRun, term: number, turns: Turns): boolean {
  for (const own of turns.values()) {
    for (const { change } of own.slice(firstBehind(own, last))) {
      if (change.to === "leader" && change.term > term) return true;
    }
  }
  return false;
}

/** A question for a vote on its way. */
interface Question {
  readonly message: RequestVote | RequestPreVote;
  readonly to: NodeId;
  readonly received: number | null;
  readonly known: boolean;
  readonly fate: Fate;
}

function answerOf(timeline: Timeline, candidate: NodeId, { fate, known, message, received, to }: Question): Answer {
  const nothing = { voter: to, asked: received, known, fate, granted: null, heard: null };
  if (received === null) return { ...nothing, why: "" };
  const before = timeline.before(received);
  const response = timeline.step(received).deliveries.find((delivery) => {
    return delivery.to === candidate && isAnswer(delivery.message);
  });
  if (response === undefined || !isAnswer(response.message)) {
    return { ...nothing, why: whySilent(before, message) };
  }
  const { granted } = response.message;
  return { ...nothing, granted, heard: response.received, why: granted ? "" : whyRefused(before, message) };
}

function isAnswer(message: { readonly type: string }): message is Extract<PeerMessage, { readonly granted: boolean }> {
  return message.type === "RequestVoteResponse" || message.type === "RequestPreVoteResponse";
}

/** Why a voter says nothing to a question for its vote. */
export function whySilent(before: Node, message: RequestVote | RequestPreVote): string {
  const { term, lead, electionElapsed, options } = before;
  if (message.term < term) return `it is in term ${term} already`;
  if (O.isSome(lead) && options.checkQuorum && !message.transfer && electionElapsed < options.electionTick) {
    if (lead.value === before.id) return "it leads itself, and a majority has answered it lately";
    return `it has heard from leader ${lead.value} ${
      electionElapsed === 0 ? "just before" : `${many(electionElapsed, "tick")} before`
    }, and protects it`;
  }
  return "it cannot answer";
}

/** Why a voter refuses its vote. */
export function whyRefused(before: Node, message: RequestVote | RequestPreVote): string {
  if (message.term < before.term) return `it is in term ${before.term} already`;
  const newTerm = message.term > before.term && message.type === "RequestVote";
  const voter = newTerm ? { ...before, term: message.term, vote: O.none, lead: O.none } : before;
  const vote = checkVote(voter, message);
  if (E.isRight(vote)) return "";
  if (vote.left.type === "VotedForAnother" && vote.left.vote === voter.id) return "it has voted for itself";
  const why = describeVoteRefusal(vote.left);
  return vote.left.type === "LogBehind"
    ? `${why}: it ends at ${position(message.last)}, its own at ${position(before.log.last)}`
    : why;
}
