/**
 * The worker of the page: it has the recordings and the reducer, and answers what the page asks.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { PathReporter } from "io-ts/PathReporter";
import type { Message } from "../../../core/message.ts";
import { forkTimeline } from "../../debugger/fork_timeline.ts";
import { buildTimeline } from "../../debugger/timeline_build.ts";
import { buildEtcdTimeline } from "../../debugger/timeline_etcd.ts";
import type { Timeline } from "../../debugger/timeline.ts";
import { message as messageJson } from "../../recording/json_message.ts";
import { ForkedView } from "../forked_view.ts";
import { momentOf } from "../moment.ts";
import type { Answer, Asked, Branch, FromWorker, Request, ServedSources } from "../protocol.ts";
import { parseQuery, search } from "../search.ts";
import { linesOf, sourcesOf } from "./sources.ts";

/** The stories: what was recorded, and its forks. */
const timelines: Timeline[] = [];
let live = false;

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  void answer(data.request).then((answer) => tell({ id: data.id, answer }));
});

async function answer(request: Request): Promise<Answer> {
  try {
    switch (request.type) {
      case "open":
        return await open();
      case "moment": {
        const { branch, number, entries } = request;
        return { type: "moment", moment: momentOf(timelines[branch], number, entries) };
      }
      case "search":
        return find(request);
      case "locate": {
        const { branch, node, run, step } = request;
        return { type: "found", number: timelines[branch].find(node, run, step), problem: null };
      }
      case "fork":
        return fork(request);
    }
  } catch (error) {
    return { type: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

async function open(): Promise<Answer> {
  for (;;) {
    const served = await ask();
    live = served.live;
    let share = live ? 1 : Math.min(1, PREVIEW_BYTES / Math.max(1, sizeOf(served)));
    let built = await load(served, share);
    // Nothing that can be shown may be at the beginning: the run that is asked for may be the last one of its file.
    if (E.isLeft(built) && share < 1) built = await load(served, share = 1);
    if (E.isRight(built)) {
      timelines[0] = built.right;
      if (live) setTimeout(grow, LOOK_MS);
      else if (share < 1) setTimeout(grow, FIRST_MS);
      return { type: "opened", branch: branchOf(0, "recorded", 0), live, complete: share === 1 };
    }
    if (!live) return { type: "failed", message: built.left };
    // The nodes may not have begun yet.
    tell({ id: null, news: { type: "waiting", message: built.left } });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function sizeOf({ sources }: ServedSources): number {
  return sources.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Milliseconds in which the page can ask for its first step, before the rest is read. */
const FIRST_MS = 150;
/** So much is read of all recordings before the page shows anything. */
const PREVIEW_BYTES = 1 << 18;

async function load(served: ServedSources, share = 1): Promise<E.Either<string, Timeline>> {
  const total = sizeOf(served);
  let done = 0;
  const read = (bytes: number): void => tell({ id: null, news: { type: "progress", done: done += bytes, total } });
  const etcd = served.sources.find(({ format }) => format === "etcd");
  try {
    const built = etcd === undefined
      ? await buildTimeline(sourcesOf(served.sources, read, share), { verify: !served.live && share === 1 })
      : await buildEtcdTimeline(etcd.name, linesOf(etcd, read, share), etcd.run === undefined ? {} : { run: etcd.run });
    return E.isLeft(built) ? E.left(built.left.message) : built;
  } catch (error) {
    // An old segment may have gone since it was named.
    return E.left(error instanceof Error ? error.message : String(error));
  }
}

/** Milliseconds between two looks at recordings that grow, and how many times as long as a look takes. */
const LOOK_MS = 500;
const REST = 2;
/** What was there at the last look: where nothing has changed, nothing is built anew. */
let seen = "";

/** Reads everything, while the page shows what is there; again and again if it grows. */
async function grow(): Promise<void> {
  const began = performance.now();
  try {
    const served = await ask();
    const now = JSON.stringify(served);
    if (now !== seen) await look(served);
    seen = now;
  } catch {
    // The server is not there now; perhaps it comes back.
    if (live) {
      tell({
        id: null,
        news: { type: "waiting", message: "The cluster does not answer. The page goes on when it does." },
      });
    }
  }
  tell({ id: null, news: { type: "progress", done: 1, total: 1 } });
  if (live) setTimeout(grow, Math.max(LOOK_MS, REST * (performance.now() - began)));
}

async function look(served: ServedSources): Promise<void> {
  const built = await load(served);
  if (E.isRight(built)) {
    timelines[0] = built.right;
    tell({ id: null, news: { type: "grown", branch: branchOf(0, "recorded", 0) } });
  } else if (live) tell({ id: null, news: { type: "waiting", message: built.left } });
  else tell({ id: null, news: { type: "failed", message: built.left } });
}

async function ask(): Promise<ServedSources> {
  return await (await fetch("sources.json")).json();
}

function find({ backwards, branch, from, text }: Extract<Request, { readonly type: "search" }>): Answer {
  const query = parseQuery(text);
  if (E.isLeft(query)) return { type: "found", number: null, problem: query.left };
  return { type: "found", number: search(timelines[branch], query.right, from, backwards), problem: null };
}

function fork({ branch, fork: { at, drop, insert } }: Extract<Request, { readonly type: "fork" }>): Answer {
  const told: { readonly node: number; readonly message: Message }[] = [];
  for (const { node, message } of insert) {
    const decoded = messageJson.decode(message);
    if (E.isLeft(decoded)) return { type: "failed", message: `This is no message: ${PathReporter.report(decoded)[0]}` };
    told.push({ node, message: decoded.right });
  }
  const number = timelines.length;
  timelines[number] = new ForkedView(timelines[branch], forkTimeline(timelines[branch], { at, drop, insert: told }));
  const name = drop.length > 0 ? `without step ${drop[0]}` : `changed after step ${at}`;
  return { type: "opened", branch: branchOf(number, name, at + 1), live, complete: true };
}

function branchOf(branch: number, name: string, differsFrom: number): Branch {
  const { columns, length, nodes, runs } = timelines[branch];
  const spans = runs.filter(({ first }) => first > 0)
    .map(({ end, first, last, node }) => ({ lane: nodes.indexOf(node), first, last, end }));
  return { branch, name, nodes, length, columns, runs: spans, differsFrom };
}

function tell(message: FromWorker): void {
  postMessage(message);
}
