/**
 * Why the leadership changed, term by term.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Timeline } from "../timeline.ts";
import { describeReason, listInWords, many, nodesInWords } from "../words.ts";
import { type Answer, type Campaign, type CampaignEnd, type Elections, electionsOf, type Reign } from "./elections.ts";
import { whyUnheard } from "./fate_words.ts";
import { runEndInWords } from "./run_end.ts";
import { beginning, between, capital, type Sentence, stepsInWords, Teller, when } from "./sentence.ts";
import { tellSilence } from "./silence.ts";

/** The story of all terms in which somebody campaigned or led. */
export function explainLeadership(timeline: Timeline): readonly Sentence[] {
  const elections = electionsOf(timeline);
  const teller = new Teller();
  sumUp(timeline, elections, teller);
  for (const terms of stretchesOf(elections)) {
    if (terms.length === 1) tellTerm(timeline, elections, terms[0], teller);
    else tellVainTerms(timeline, elections, terms, teller);
  }
  return teller.sentences;
}

/** The terms one by one, but those that follow each other and that nobody led together. */
function stretchesOf(elections: Elections): readonly (readonly number[])[] {
  const stretches: number[][] = [];
  let vain: number[] = [];
  for (const term of termsOf(elections)) {
    const led = elections.reigns.some((reign) => reign.term === term);
    if (led || vain.length === 0) stretches.push(vain = [term]);
    else vain.push(term);
    if (led) vain = [];
  }
  return stretches;
}

function tellVainTerms(timeline: Timeline, { campaigns }: Elections, terms: readonly number[], teller: Teller): void {
  const [first, last] = [terms[0], terms[terms.length - 1]];
  const vain = campaigns.filter(({ term }) => terms.includes(term));
  const steps = vain.map(({ step }) => step);
  const [from, to] = [Math.min(...steps), Math.max(...steps)];
  teller.say(0, `Terms ${first} to ${last}`);
  teller.say(
    1,
    `Nobody led them: ${many(vain.length, "campaign")} of ${
      nodesInWords([...new Set(vain.map(({ node }) => node))].sort((a, b) => a - b))
    } ` +
      `came to nothing, from step ${from} to step ${to}${when(timeline, to)} (--term tells of each).`,
    [from, to],
  );
  const answers = vain.flatMap((campaign) => campaign.answers);
  const refused = answers.filter(({ granted }) => granted === false).length;
  const unasked = answers.filter(({ asked, known }) => known && asked === null);
  const down = unasked.filter(({ fate }) => fate === "down").length;
  const whileDown = down === 0 ? "" : `${down} came while the voter was down, `;
  const unheard = answers.filter(({ granted, heard }) => granted !== null && heard === null).length;
  teller.say(
    1,
    `Of ${many(answers.length, "question")} for a vote ${unasked.length - down} never arrived, ${whileDown}${refused} ${
      refused === 1 ? "was" : "were"
    } refused, ` +
      `and ${many(unheard, "answer")} never arrived.`,
  );
}

/** The terms for which somebody campaigned, or that somebody led, in order. */
export function termsIn(timeline: Timeline): readonly number[] {
  return termsOf(electionsOf(timeline));
}

/** The story of one term. */
export function explainTerm(timeline: Timeline, term: number): readonly Sentence[] {
  const elections = electionsOf(timeline);
  const teller = new Teller();
  if (termsOf(elections).includes(term)) tellTerm(timeline, elections, term, teller);
  else {
    const terms = termsOf(elections);
    const known = terms.length === 0 ? "no term" : `the terms ${listInWords(terms)}`;
    teller.say(0, `Nobody campaigned for term ${term} or led it in these recordings. They know of ${known}.`);
  }
  return teller.sentences;
}

function termsOf({ campaigns, reigns }: Elections): readonly number[] {
  return [...new Set([...campaigns, ...reigns].map(({ term }) => term))].sort((a, b) => a - b);
}

function sumUp(timeline: Timeline, { reigns, campaigns }: Elections, teller: Teller): void {
  const changes = reigns.filter(({ from }) => from !== null).length;
  teller.say(
    0,
    `${many(timeline.length, "step")} of ${nodesInWords(timeline.nodes)}${beginning(timeline)}: ${
      many(changes, "leader was", "leaders were")
    } elected, in ` +
      `${many(campaigns.filter(({ preVote }) => !preVote).length, "election")}.`,
  );
  const last = reigns[reigns.length - 1];
  const leads = last !== undefined && last.until === null;
  teller.say(0, leads ? `At the end node ${last.node} leads, in term ${last.term}.` : "At the end nobody leads.");
}

function tellTerm(timeline: Timeline, elections: Elections, term: number, teller: Teller): void {
  const campaigns = elections.campaigns.filter((campaign) => campaign.term === term);
  const reigns = elections.reigns.filter((reign) => reign.term === term);
  // Whoever asks only what the others would answer enters no term, and it may be that nobody did.
  const entered = reigns.length > 0 || elections.entered.has(term);
  teller.say(0, entered ? `Term ${term}` : `Term ${term}, which nobody entered`);
  const told = [
    ...campaigns.map((campaign) => ({ step: campaign.step, tell: () => tellCampaign(timeline, campaign, teller) })),
    ...reigns.map((reign) => ({ step: reign.from ?? 0, tell: () => tellReign(timeline, elections, reign, teller) })),
  ].sort((a, b) => a.step - b.step);
  for (const { tell } of told) tell();
  if (reigns.length === 0 && campaigns.some(({ preVote }) => !preVote)) teller.say(1, `Nobody led term ${term}.`);
}

function tellCampaign(timeline: Timeline, campaign: Campaign, teller: Teller): void {
  const { node, preVote, reason, step, last, answers, end } = campaign;
  const what = preVote ? "asks who would vote for it" : "campaigns";
  const why = reason.type === "ElectionTimeout" && !isFirstTry(timeline, step)
    ? "its last attempt came to nothing within an election timeout"
    : describeReason(reason);
  teller.say(1, `Node ${node} ${what} in step ${step}${when(timeline, step)}: ${why}. Its log ends at ${last}.`, [
    step,
  ]);
  if (reason.type === "ElectionTimeout" && isFirstTry(timeline, step)) tellSilence(timeline, node, step, teller);
  tellAnswers(timeline, { answers, preVote }, teller);
  tellEnd(timeline, node, end, teller);
}

/** Whether the node was a follower before, and not a candidate that tries again. */
function isFirstTry(timeline: Timeline, step: number): boolean {
  return timeline.before(step).role === "follower";
}

function tellAnswers(
  timeline: Timeline,
  { answers, preVote }: Pick<Campaign, "answers" | "preVote">,
  teller: Teller,
): void {
  const votes = preVote ? ["would vote", "would vote"] : ["votes", "vote"];
  const heard = answers.filter(({ granted, heard }) => granted === true && heard !== null);
  if (heard.length > 0) {
    const steps = heard.flatMap(({ heard }) => heard === null ? [] : [heard]);
    const voters = heard.map(({ voter }) => voter);
    teller.say(
      2,
      `${capital(nodesInWords(voters))} ${votes[voters.length === 1 ? 0 : 1]} for it (it hears of that in ${
        stepsInWords(steps)
      }).`,
      steps,
    );
  }
  tellUnasked(timeline, answers, teller);
  for (const { asked, granted, known, voter, why, heard } of answers) {
    if (asked === null || !known) continue;
    if (granted === false) {
      const never = heard === null ? " The answer never arrived." : "";
      teller.say(2, `Node ${voter} refuses in step ${asked}: ${why}.${never}`, [asked]);
    } else if (granted === null) teller.say(2, `Node ${voter} does not answer in step ${asked}: ${why}.`, [asked]);
    else if (heard === null) {
      teller.say(2, `Node ${voter} ${votes[0]} for it in step ${asked}, but the answer never arrived.`, [asked]);
    }
  }
}

/** Whom the question never reached, by why. */
function tellUnasked(timeline: Timeline, answers: readonly Answer[], teller: Teller): void {
  const unknown = answers.filter(({ known }) => !known);
  for (const { fate, voter } of unknown) {
    const why = whyUnheard(timeline, { to: voter, fate }).replace(`the recording of node ${voter}`, "its recording");
    teller.say(2, `What node ${voter} said is not known: ${why}.`);
  }
  const unasked = answers.filter(({ asked, known }) => known && asked === null);
  const down = unasked.filter(({ fate }) => fate === "down").map(({ voter }) => voter);
  const lost = unasked.filter(({ fate }) => fate !== "down").map(({ voter }) => voter);
  if (lost.length > 0) teller.say(2, `The question never reached ${nodesInWords(lost)}.`);
  if (down.length > 0) {
    teller.say(2, `${capital(nodesInWords(down))} ${down.length === 1 ? "was" : "were"} down when asked.`);
  }
}

function tellEnd(timeline: Timeline, node: NodeId, end: CampaignEnd, teller: Teller): void {
  switch (end.how) {
    case "won": // the next campaign, or the reign, tells of it
      return;
    case "lost":
      return teller.say(2, `It gives up in step ${end.step}: a majority has refused.`, [end.step]);
    case "again":
      return teller.say(2, `No majority had answered when it tried again in step ${end.step}.`, [end.step]);
    case "gave way":
      return teller.say(
        2,
        `It gives up in step ${end.step}${when(timeline, end.step)}: ${describeReason(end.reason)}.`,
        [end.step],
      );
    case "stopped":
      return teller.say(2, `Node ${node} stopped after step ${end.step}, before the election was decided.`, [end.step]);
    case "open":
      return teller.say(2, "The election is undecided at the end.");
  }
}

function tellReign(timeline: Timeline, elections: Elections, reign: Reign, teller: Teller): void {
  const { from, node, term, until } = reign;
  if (from === null) teller.say(1, `Node ${node} led term ${term} when the recordings begin.`);
  else {
    teller.say(1, `Node ${node} leads term ${term} from step ${from} on${when(timeline, from)}.`, [from]);
    tellInterregnum(timeline, elections, reign, from, teller);
  }
  if (until === null) return teller.say(1, "It still leads at the end.");
  const { step, why, run } = until;
  const how = why === "stopped" ? `it ${runEndInWords(timeline, run)}` : describeReason(why);
  teller.say(1, `It leads until step ${step}${when(timeline, step)}: ${how}.`, [step]);
}

/** How long there was no leader before `reign`. */
function tellInterregnum(timeline: Timeline, { reigns }: Elections, reign: Reign, from: number, teller: Teller): void {
  const before = reigns.filter((other) => other.term < reign.term && (other.from ?? 0) < from);
  const last = before.reduce<Reign | null>((a, b) => a === null || b.term > a.term ? b : a, null);
  if (last === null) return;
  if (last.until !== null && last.until.step < from) {
    const { step } = last.until;
    return teller.say(
      2,
      `Nobody had led since step ${step}, when leader ${last.node} of term ${last.term} fell: ${
        between(timeline, step, from)
      }.`,
      [step],
    );
  }
  const heard = last.until === null ? "and still does so at the end" : `and did so until step ${last.until.step}`;
  teller.say(2, `Node ${last.node} believed that it still led term ${last.term}, ${heard}.`, [
    last.until?.step ?? null,
  ]);
}
