/**
 * What must never happen to a single node, whatever the others do. It is looked at when a machine is run.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { sameId } from "../../core/entry.ts";
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox, Persist } from "../../core/outbox.ts";
import { violated } from "../invariants/check.ts";
import { firstReplaced } from "../invariants/logs.ts";
import type { DurableState } from "./host.ts";

/** The names of the properties in this file. */
export const LOCAL_INVARIANTS = {
  correct: "No node refuses what it is told, and none finds its own past contradicted",
  monotone: "Terms and commit indexes never go back",
  vote: "One vote in a term",
  append: "Leader append-only",
  committed: "What is committed stays",
  stable: "Only what is durable is applied",
  disk: "What a node takes to be durable is on its disk",
  durable: "What a node vouches for is durable",
  start: "A node starts from what it has made durable",
} as const;

/** A node has taken a message. */
export function onStep(before: Node, message: Message, after: Node, outbox: Outbox): void {
  const { id } = before;
  for (const effect of outbox) {
    if (effect.type !== "Refused" && effect.type !== "Fault") continue;
    const verb = effect.type === "Refused" ? "refuses" : "stops at";
    violated(LOCAL_INVARIANTS.correct, `node ${id} ${verb} ${message.type}: ${effect.reason.type}`);
  }
  if (after === before) return;
  if (after.term < before.term) {
    violated(LOCAL_INVARIANTS.monotone, `node ${id} goes back from term ${before.term} to ${after.term}`);
  }
  if (after.commit < before.commit) {
    violated(
      LOCAL_INVARIANTS.monotone,
      `the commit index of node ${id} goes back from ${before.commit} to ${after.commit}`,
    );
  }
  if (after.term === before.term && O.isSome(before.vote) && !sameId(before.vote, after.vote)) {
    violated(
      LOCAL_INVARIANTS.vote,
      `node ${id} has voted for ${before.vote.value} in term ${before.term}, and now ${inWords(after.vote)}`,
    );
  }
  if (after.log !== before.log) onLog(before, after);
  if (after.applied > Math.min(after.commit, after.stable)) {
    violated(
      LOCAL_INVARIANTS.stable,
      `node ${id} has applied up to ${after.applied}, but commit is ${after.commit} and durable ${after.stable}`,
    );
  }
}

function onLog(before: Node, after: Node): void {
  const leads = before.role === "leader" && after.role === "leader" && before.term === after.term;
  const until = leads ? before.log.last.index : before.commit;
  const name = leads ? LOCAL_INVARIANTS.append : LOCAL_INVARIANTS.committed;
  const index = firstReplaced(before.log, after.log);
  if (index > 0 && index <= until) violated(name, `node ${before.id} replaces or removes its entry ${index}`);
  if (after.log.last.index < until) violated(name, `node ${before.id} loses its entries up to ${until}`);
}

/** A node has taken a message: its disk must hold what it takes to be there. */
export function onStable(before: Node, { id, log, stable }: Node, disk: DurableState): void {
  if (stable === before.stable && log === before.log) return;
  if (stable <= Math.max(log.snapshot.index, disk.log.snapshot.index) || stable > log.last.index) return;
  const term = log.termAt(stable);
  if (disk.log.matches(stable, term)) return;
  const what = `entry ${stable} of term ${term} to be durable, and its disk does not have it`;
  violated(LOCAL_INVARIANTS.disk, `node ${id} takes ${what}`);
}

/** Something becomes durable. */
export function onWrite({ hardState, log }: DurableState, persist: Persist, id: number): void {
  if (O.isSome(persist.hardState) && hardState !== null) {
    const { term, vote } = persist.hardState.value;
    if (term < hardState.term) {
      violated(LOCAL_INVARIANTS.monotone, `node ${id} writes term ${term} over ${hardState.term}`);
    }
    if (term === hardState.term && O.isSome(hardState.vote) && !sameId(vote, hardState.vote)) {
      violated(
        LOCAL_INVARIANTS.vote,
        `node ${id} has voted for ${hardState.vote.value} in term ${term}, and now ${inWords(vote)}`,
      );
    }
  }
  const last = O.isSome(persist.snapshot) ? persist.snapshot.value.index : log.last.index;
  if (persist.entries.length > 0 && persist.entries[0].index > last + 1) {
    violated(LOCAL_INVARIANTS.durable, `node ${id} leaves a gap in its log behind ${last}`);
  }
}

/** A message leaves its node: what it vouches for must be on the disk. */
export function onRelease(message: PeerMessage, { hardState, log }: DurableState): void {
  const { from, to, term } = message;
  if (message.type === "AppendResponse" && O.isNone(message.hint) && log.last.index < message.index) {
    violated(
      LOCAL_INVARIANTS.durable,
      `node ${from} acknowledges entry ${message.index} to ${to}, but its disk ends at ${log.last.index}`,
    );
  }
  if (message.type === "RequestVoteResponse" && message.granted) {
    const durable = hardState !== null &&
      (hardState.term > term || (hardState.term === term && isFor(hardState.vote, to)));
    if (!durable) {
      const vote = hardState === null || hardState.term < term ? O.none : hardState.vote;
      violated(
        O.isNone(vote) ? LOCAL_INVARIANTS.durable : LOCAL_INVARIANTS.vote,
        `node ${from} grants ${to} its vote in term ${term}, but on its disk is ${
          O.isNone(vote) ? "no vote in that term" : `a vote for ${vote.value}`
        }`,
      );
    }
  }
}

function isFor(vote: O.Option<number>, to: number): boolean {
  return O.isSome(vote) && vote.value === to;
}

function inWords(vote: O.Option<number>): string {
  return O.isSome(vote) ? `votes for ${vote.value}` : "forgets it";
}
