/**
 * What the page knows, in signals: whatever shows one of them is drawn anew when it changes.
 *
 * @module
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Moment } from "../moment.ts";
import type { Branch, ForkRequest, News } from "../protocol.ts";
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
/** The step that the address asks for, until it is there. */
let waitsFor: number | null = null;

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
  const first = atFirst(answer.branch.length, answer.complete);
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
  const wanted = waitsFor;
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
    waitsFor = null;
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

/** The address of the page says which step is shown: it can be given to somebody else. */
function remember(): void {
  const hash = `#step=${selected.value}`;
  clearTimeout(remembering);
  if (waitsFor !== null) return;
  remembering = setTimeout(() => location.hash !== hash && history.replaceState(null, "", hash), REMEMBER_MS);
}

/** The step that the address asks for; one that may still come is waited for, and behind the last one there is the last one. */
function atFirst(length: number, complete: boolean): number | null {
  const step = Number(new URLSearchParams(location.hash.slice(1)).get("step") ?? NaN);
  if (!Number.isSafeInteger(step) || step < 0) return null;
  if (step <= length || complete) return Math.min(step, length);
  waitsFor = step;
  return null;
}
