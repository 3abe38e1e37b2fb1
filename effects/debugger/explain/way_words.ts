/**
 * The way of a request in words.
 *
 * @module
 */
import type { NodeId } from "../../../core/entry.ts";
import type { Ticket } from "../../../core/message.ts";
import type { Timeline } from "../timeline.ts";
import { whyUnheard } from "./fate_words.ts";
import { capital, type Teller } from "./sentence.ts";
import type { Hop } from "./way.ts";

/** Nobody tells a host what became of what its node has passed on. */
export const NO_ANSWER = "Nobody tells its host: it waits until its deadline.";

/** `node 3 forwarded it to node 2, which forwarded it in step 40 to leader 1`; `last` is what the last of them is. */
export function wayInWords(hops: readonly Hop[], last: "leader" | "node" = "leader"): string {
  return hops.map(({ from, sent, to }, i) => {
    const whom = `${i === hops.length - 1 ? last : "node"} ${to}`;
    return i === 0 ? `node ${from} forwarded it to ${whom}` : `which forwarded it in step ${sent} to ${whom}`;
  }).join(", ");
}

/** Tells which host has asked for what a node was told of in step `number`; nothing if it is that step, or not recorded. */
export function tellAsker(
  { asked, node, ticket }: { readonly asked: number | null; readonly node: NodeId; readonly ticket: Ticket | null },
  number: number,
  teller: Teller,
): void {
  if (asked === null || asked === number) return;
  teller.say(1, `The host of node ${node} had asked for it in step ${asked}, with ticket ${ticket}.`, [asked]);
}

/** Tells that the last message on the way got nowhere. */
export function tellLost(timeline: Timeline, hops: readonly Hop[], lost: Hop, teller: Teller): void {
  const sent = hops.length === 1 ? ` in step ${lost.sent}` : "";
  const way = capital(wayInWords(hops, "node"));
  teller.say(1, `${way}${sent}, but ${whyUnheard(timeline, lost)}. ${NO_ANSWER}`, [lost.sent]);
}
