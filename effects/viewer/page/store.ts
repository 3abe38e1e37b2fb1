/**
 * What the page knows, in signals: whatever shows one of them is drawn anew when it changes.
 *
 * @module
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Moment } from "../moment.ts";
import type { Branch, ForkRequest, News } from "../protocol.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { Client } from "./client.ts";
import { currentPalette, type Palette } from "./palette.ts";
import { type Pieces, piecesOf } from "./pieces.ts";
import { centred, firstView, moved, showing, type View } from "./view.ts";

/** What is going on: a sentence, or nothing. */
export const status: Signal<string> = signal("Opening the recordings …");
/** How much was read, from 0 to 1. */
export const progress: Signal<number> = signal(0);
/** Whether the last thing that was tried went wrong. */
export const problem: Signal<string> = signal("");
/** The recorded story, and its forks. */
export const branches: Signal<readonly Branch[]> = signal([]);
/** Which one is shown. */
export const shown: Signal<number> = signal(0);
/** The selected step. */
export const selected: Signal<number> = signal(0);
/** What is on the screen. */
export const view: Signal<View> = signal({ from: 0, to: 100 });
/** The selected step in words. */
export const moment: Signal<Moment | null> = signal(null);
/** Whether the recordings grow. */
export const live: Signal<boolean> = signal(false);
/** Whether the page goes along with them. */
export const following: Signal<boolean> = signal(false);
/** Whether steps go by on their own. */
export const playing: Signal<boolean> = signal(false);
/** Why there is nothing new of recordings that should grow. */
export const waiting: Signal<string> = signal("");
/** Counts changes of the colours. */
export const theme: Signal<number> = signal(0);
/** The colours. */
export const palette: ReadonlySignal<Palette> = computed(() => {
  theme.value;
  return currentPalette();
});

/** The branch that is shown. */
export const branch: ReadonlySignal<Branch | null> = computed(() => branches.value[shown.value] ?? null);
/** The roles of its nodes, in pieces. */
export const pieces: ReadonlySignal<Pieces> = computed(() =>
  branch.value === null ? { starts: [], roles: [] } : piecesOf(branch.value)
);
/** The number of steps of it. */
export const length: ReadonlySignal<number> = computed(() => branch.value?.length ?? 0);

/** Entries of each log that are shown. */
export const ENTRIES: number = 28;

let client: Client | null = null;
/** Whether everything was read: in a part of the recordings, steps have other numbers. */
let complete = false;
/** The step that the address asks for, until everything was read. */
let waitsFor: Address | null = null;

/** Starts the worker, and opens what the server has. */
export async function open(worker: string): Promise<void> {
  client = new Client(worker, hear);
  const answer = await client.ask({ type: "open" });
  if (answer.type === "failed") {
    status.value = "";
    problem.value = answer.message;
    return;
  }
  if (answer.type !== "opened") return;
  complete = answer.complete;
  const address = parseAddress(location.hash);
  if (address !== null && !complete) waitsFor = address;
  const first = address === null || !complete ? null : await numberOf(address, answer.branch.length);
  batch(() => {
    branches.value = [answer.branch];
    live.value = answer.live;
    following.value = answer.live && first === null;
    status.value = "";
    const at = first ?? (answer.live ? answer.branch.length : Math.min(1, answer.branch.length));
    selected.value = at;
    view.value = showing(firstView(answer.branch.length, innerWidth), at, answer.branch.length);
  });
  effect(() => void lookAt(shown.value, selected.value, length.value));
  effect(remember);
}

/** Selects a step, and shows it. */
export function go(number: number): void {
  const at = Math.min(Math.max(Math.round(number), 0), length.value);
  // Whoever goes somewhere does not wait for another place any more.
  waitsFor = null;
  batch(() => {
    selected.value = at;
    view.value = showing(view.value, at, length.value);
    if (at < length.value) following.value = false;
  });
}

/** Selects a step, and shows it in the middle. */
export function jump(number: number): void {
  batch(() => {
    go(number);
    view.value = centred(view.value, selected.value, length.value);
  });
}

/** Looks for a step; the problem says so if there is none. */
export async function find(text: string, backwards: boolean): Promise<void> {
  const answer = await client?.ask({ type: "search", branch: shown.value, text, from: selected.value, backwards });
  if (answer?.type !== "found") return;
  problem.value = answer.problem ??
    (answer.number === null ? `There is no ${backwards ? "earlier" : "later"} such step.` : "");
  if (answer.number !== null) jump(answer.number);
}

/** Goes to the step that the address of the page means: now, or when everything was read. */
export async function goToAddress(): Promise<void> {
  const address = parseAddress(location.hash);
  if (address === null) return;
  if (!complete) {
    waitsFor = address;
    return;
  }
  show(0);
  const number = await numberOf(address, length.value);
  if (number !== null) jump(number);
}

/** The number of the step that is meant; behind the last step there is the last one. Without one, the problem says so. */
async function numberOf({ at, step }: Address, length: number): Promise<number | null> {
  if (at === null) return Math.min(step, length);
  const answer = await client?.ask({ type: "locate", branch: 0, ...at });
  if (answer?.type === "found" && answer.number !== null) return answer.number;
  problem.value = `Step ${at.step} in run ${at.run} of node ${at.node} is not in these recordings.`;
  return null;
}

/** Another future. */
export async function fork(request: ForkRequest): Promise<void> {
  status.value = "The cluster goes another way …";
  const answer = await client?.ask({ type: "fork", branch: shown.value, fork: request });
  status.value = "";
  if (answer?.type === "failed") problem.value = answer.message;
  if (answer?.type !== "opened") return;
  batch(() => {
    problem.value = "";
    branches.value = [...branches.value, answer.branch];
    show(answer.branch.branch);
    jump(answer.branch.differsFrom > 0 ? answer.branch.differsFrom : request.at);
  });
}

/** Shows another branch, at the same step as far as it has one. */
export function show(number: number): void {
  batch(() => {
    shown.value = number;
    selected.value = Math.min(selected.value, length.value);
  });
}

function hear(news: News): void {
  switch (news.type) {
    case "progress":
      progress.value = news.total === 0 ? 0 : news.done / news.total;
      return;
    case "failed":
      problem.value = news.message;
      return;
    case "waiting":
      waiting.value = news.message;
      return;
    case "grown":
      waiting.value = "";
      return void grown(news.branch);
  }
}

/** There is more of a branch: the same step stays selected, whatever its number is now. */
async function grown(more: Branch): Promise<void> {
  const was = moment.value;
  let number = selected.value;
  if (was !== null && was.number === number && number > 0 && shown.value === more.branch) {
    const { node, run, step } = was;
    const answer = await client?.ask({ type: "locate", branch: more.branch, node, run, step });
    if (answer?.type === "found" && answer.number !== null) number = answer.number;
  }
  const wanted = waitsFor === null ? null : await numberOf(waitsFor, more.length);
  complete = true;
  waitsFor = null;
  batch(() => {
    branches.value = branches.value.map((old) => old.branch === more.branch ? more : old);
    if (shown.value !== more.branch) return;
    if (following.value) go(more.length);
    else if (wanted !== null) jump(wanted);
    else if (number !== selected.value) {
      const by = number - selected.value;
      selected.value = number;
      view.value = moved(view.value, by, more.length);
    }
  });
}

/** The instant that is wanted; null if nothing is, or if it has been asked for. */
let wanted: { readonly branch: number; readonly number: number } | null = null;
let asking = false;
/** Milliseconds from one telling of an instant to the next one: whoever scrubs does not read, but wants smooth lanes. */
const REST_MS = 80;

/** Asks for the selected instant. While an answer is awaited, and for a while after it, only the newest wish is kept. */
async function lookAt(branch: number, number: number, length: number): Promise<void> {
  if (number > length) return;
  wanted = { branch, number };
  if (asking) return;
  asking = true;
  while (wanted !== null) {
    const now: { readonly branch: number; readonly number: number } = wanted;
    wanted = null;
    const answer = await client?.ask({ type: "moment", ...now, entries: ENTRIES });
    if (answer?.type === "moment" && now.branch === shown.value) moment.value = answer.moment;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  asking = false;
}

let remembering = 0;
/** Browsers do not like an address that changes all the time. */
const REMEMBER_MS = 150;

/** The address of the page says which recorded step is shown: it can be given to somebody else. */
function remember(): void {
  const told = moment.value;
  const step = selected.value;
  clearTimeout(remembering);
  // What is told is that of the selected step only when the worker has answered.
  if (waitsFor !== null || shown.value !== 0 || told === null || told.number !== step) return;
  const hash = formatAddress({ step, at: step === 0 ? null : { node: told.node, run: told.run, step: told.step } });
  remembering = setTimeout(() => location.hash !== hash && history.replaceState(null, "", hash), REMEMBER_MS);
}
