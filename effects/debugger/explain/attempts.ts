/**
 * Where else a client's request was proposed: clients try again when they hear nothing.
 *
 * @module
 */
import type { Bytes, EntryId, Proposal } from "../../../core/entry.ts";
import { equalBytes } from "../../kv/bytes.ts";
import { LeftOut } from "../../recording/payload.ts";
import { MESSAGE_TYPES } from "../../wire/message_tags.ts";
import { pushTo } from "../push_to.ts";
import type { Timeline } from "../timeline.ts";
import { describeObjection, describeRejection, listInWords, position } from "../words.ts";
import { kvRequestIn } from "./kv_data.ts";
import { capital, stepsInWords, type Teller } from "./sentence.ts";
import { proposalAt, type ProposalEnd, type ProposalHistory } from "./proposal.ts";

/** The other attempts of a request. */
export interface Attempts {
  /** What the requests have in common: a client's name for it, or only their bytes. */
  readonly request: string | null;
  /** Whether the one that these are besides has a position. */
  readonly isPlaced: boolean;
  /** The other positions of the logs that hold it, with the step that proposed it there, if that is recorded. */
  readonly places: readonly (EntryId & { readonly asked: number | null })[];
  /** The steps of attempts that came to nothing, by why. */
  readonly vain: ReadonlyMap<string, readonly number[]>;
}

/** The attempts of the request in `entry` besides the one that was `first` known in a step, or is at the position `own`. */
export function otherAttempts(
  timeline: Timeline,
  entry: Proposal,
  { first, own }: { readonly first: number | null; readonly own: EntryId | null },
): Attempts {
  const search = new Search(entry, own);
  if (!search.isPossible) return search;
  for (const run of search.request === null ? [] : timeline.runs) {
    const { log } = run.state;
    for (const one of log.slice(log.first, log.last.index)) search.found(one, one, null);
  }
  for (let number = 1; number <= timeline.length; number++) {
    const tag = timeline.columns.message[number - 1];
    if (tag === PROPOSE || (tag === FORWARDED && timeline.columns.cause[number - 1] === 0)) {
      if (number !== first) search.proposed(timeline, number);
    } else if (tag === APPEND && search.request !== null) {
      const { message } = timeline.step(number);
      if (message.type === "Append") { for (const one of message.entries) search.found(one, one, null); }
    }
  }
  return search;
}

/** Tells of the other attempts. */
export function tellAttempts({ isPlaced, places, request, vain }: Attempts, teller: Teller): void {
  const what = request === null ? "The same bytes were" : `${capital(request)} was`;
  for (const [why, steps] of vain) {
    teller.say(1, `${what} also proposed in ${stepsInWords(steps)}, to no effect: ${why}.`, steps);
  }
  if (request === null || places.length === 0) return;
  const shown = places.slice(0, MOST_PLACES).map((place) => {
    return place.asked === null ? position(place) : `${position(place)} (proposed in step ${place.asked})`;
  });
  const more = places.length - shown.length;
  const where = `${capital(request)} is${isPlaced ? " also" : ""} at ${
    listInWords(more === 0 ? shown : [...shown, `${more} more`])
  }`;
  const once = isPlaced || places.length > 1
    ? ": the first one that is committed is applied, the others get its reply"
    : "";
  teller.say(1, `${where}${once}.`, places.map(({ asked }) => asked));
}

/** So many other positions of a request are listed. */
const MOST_PLACES = 5;
const PROPOSE = MESSAGE_TYPES.code("Propose");
const FORWARDED = MESSAGE_TYPES.code("ForwardedPropose");
const APPEND = MESSAGE_TYPES.code("Append");

class Search implements Attempts {
  readonly request: string | null;
  readonly vain = new Map<string, number[]>();
  readonly #found = new Map<string, EntryId & { readonly asked: number | null }>();
  readonly #data: Bytes;
  readonly #type: Proposal["type"];
  readonly #own: string;

  constructor({ data, type }: Proposal, own: EntryId | null) {
    this.#data = data;
    this.#type = type;
    this.#own = own === null ? "" : position(own);
    this.request = type === "normal" ? kvRequestIn(data) : null;
  }

  /** Whether other entries can be told to be the same request. */
  get isPossible(): boolean {
    return this.#data.length > 0 && !(this.#data instanceof LeftOut);
  }

  get isPlaced(): boolean {
    return this.#own !== "";
  }

  get places(): Attempts["places"] {
    return [...this.#found.values()].sort((a, b) => a.index - b.index || a.term - b.term);
  }

  proposed(timeline: Timeline, number: number): void {
    const { message } = timeline.step(number);
    if (!("entries" in message) || !message.entries.some((one) => this.#isSame(one))) return;
    const history = proposalAt(timeline, number);
    if (history !== null) this.#ended(history, number);
  }

  found(entry: Proposal, { index, term }: EntryId, asked: number | null): void {
    const place = position({ index, term });
    if (place === this.#own || (this.#found.get(place)?.asked ?? null) !== null || !this.#isSame(entry)) return;
    this.#found.set(place, { index, term, asked });
  }

  #ended({ ends, entries }: ProposalHistory, number: number): void {
    for (const end of ends) {
      const { appended } = end;
      if (appended === null) this.#inVain(whyNowhere(end), number);
      else if (this.request !== null) {
        entries.forEach((entry, i) => this.found(entry, { index: appended.first + i, term: appended.term }, number));
      }
    }
  }

  #inVain(why: string | null, number: number): void {
    if (why !== null) pushTo(this.vain, why, number);
  }

  #isSame({ data, type }: Proposal): boolean {
    if (type !== this.#type || data instanceof LeftOut) return false;
    return this.request === null ? equalBytes(data, this.#data) : kvRequestIn(data) === this.request;
  }
}

/** Why a proposal got no place in a log: the end of a sentence; null if that is not known. */
export function whyNowhere({ lost, refused, rejected }: ProposalEnd): string | null {
  if (rejected !== null) return describeRejection(rejected);
  if (refused !== null) return `the input is refused: ${describeObjection(refused)}`;
  if (lost === null) return "nothing came of it";
  if (lost.fate === "unknown") return null;
  return lost.fate === "down" ? `node ${lost.to} was down` : "the message that forwarded it never arrived";
}
