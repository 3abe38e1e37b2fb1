/**
 * Why a follower heard nothing from its leader: what the leader did meanwhile, and what became of what it sent.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { NodeId } from "../../../core/entry.ts";
import { MESSAGE_TYPES } from "../../wire/message_tags.ts";
import type { Timeline } from "../timeline.ts";
import { many } from "../words.ts";
import { runEndInWords } from "./run_end.ts";
import { between, stepsInWords, type Teller } from "./sentence.ts";

/** Why a follower heard of no leader. */
export function tellSilence(timeline: Timeline, node: NodeId, step: number, teller: Teller): void {
  const { lead } = timeline.before(step);
  if (O.isNone(lead)) return teller.say(2, "It knew of no leader.");
  const leader = lead.value;
  const heard = lastHeard(timeline, node, leader, step);
  if (heard !== null) {
    teller.say(
      2,
      `It had last heard from leader ${leader} in step ${heard}: ${between(timeline, heard, step)} before.`,
      [
        heard,
      ],
    );
  }
  if (!timeline.nodes.includes(leader)) {
    return teller.say(2, `What leader ${leader} did meanwhile is not known: its recording is not here.`);
  }
  tellLeaderMeanwhile(timeline, { leader, node, from: heard ?? 0, to: step }, teller);
}

/** A stretch of steps in which a follower heard nothing of its leader. */
interface Silence {
  readonly leader: NodeId;
  readonly node: NodeId;
  readonly from: number;
  readonly to: number;
}

function tellLeaderMeanwhile(timeline: Timeline, { leader, node, from, to }: Silence, teller: Teller): void {
  const lost: number[] = [];
  const late: number[] = [];
  const down: number[] = [];
  let taken = 0;
  const position = timeline.nodes.indexOf(leader);
  for (let number = Math.max(1, from); number < to; number++) {
    if (timeline.columns.node[number - 1] !== position) continue;
    taken++;
    for (const delivery of timeline.step(number).deliveries) {
      if (delivery.to !== node || delivery.message.type === "Persisted") continue;
      if (delivery.fate === "lost") lost.push(number);
      else if (delivery.fate === "down") down.push(number);
      else if (delivery.received !== null && delivery.received > to) late.push(number);
    }
  }
  const runs = timeline.runs.filter((run) => run.node === leader && run.first > 0 && run.first <= to);
  const last = runs[runs.length - 1];
  const ended = last !== undefined && last.last < to && last.end !== "gap" ? last : null;
  if (lost.length > 0) {
    teller.say(
      2,
      `${many(lost.length, "message")} that leader ${leader} sent to it meanwhile never arrived (${
        stepsInWords(lost)
      }).`,
      lost,
    );
  }
  if (late.length > 0) {
    teller.say(
      2,
      `${many(late.length, "message")} of leader ${leader} to it came too late (sent in ${stepsInWords(late)}).`,
      late,
    );
  }
  if (down.length > 0) {
    const what = many(down.length, "message");
    teller.say(2, `${what} of leader ${leader} came while it was down (sent in ${stepsInWords(down)}).`, down);
  }
  if (ended !== null) {
    const how = runEndInWords(timeline, ended, ` after step ${ended.last}`);
    teller.say(2, `Leader ${leader} ${how}.`, [ended.last]);
  } else if (!isTimed(timeline, from, to)) {
    return; // without times it is not known what the leader did at the same time
  } else if (taken === 0) {
    teller.say(2, `Leader ${leader} did nothing at all meanwhile: it stood still, or its clock did.`);
  } else if (lost.length + late.length + down.length === 0) {
    teller.say(2, `Leader ${leader} took ${many(taken, "step")} meanwhile, but sent it nothing.`);
  }
}

function isTimed(timeline: Timeline, from: number, to: number): boolean {
  const [a, b] = [timeline.step(Math.max(from, 1)).at, timeline.step(to).at];
  return a !== null && b !== null && a < b;
}

/** The last step before `before` in which `node` got a message that only the leader sends. */
export function lastHeard(timeline: Timeline, node: NodeId, leader: NodeId, before: number): number | null {
  const position = timeline.nodes.indexOf(node);
  const { message, node: nodes } = timeline.columns;
  for (let number = before - 1; number > 0; number--) {
    if (nodes[number - 1] !== position || !FROM_LEADER.has(message[number - 1])) continue;
    const step = timeline.step(number);
    if ("from" in step.message && step.message.from === leader) return number;
  }
  return null;
}

const FROM_LEADER: ReadonlySet<number> = new Set([
  MESSAGE_TYPES.code("Append"),
  MESSAGE_TYPES.code("Heartbeat"),
  MESSAGE_TYPES.code("InstallSnapshot"),
]);
