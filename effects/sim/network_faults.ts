/**
 * What goes wrong on the network: for a while at a certain time, and a little all the time.
 *
 * @module
 */
import type { LinkConditions } from "../transport/memory_conditions.ts";
import { type Cut, groupOf } from "./cuts.ts";
import type { Party, Victim } from "./party.ts";
import type { Plan, PlannedEvent, Target } from "./plan.ts";
import type { SlowLinks } from "./slow_links.ts";

/** An event of the network. */
export type NetworkEvent = Extract<
  PlannedEvent,
  { readonly type: "slowLinks" | "partitions" | "oneWayCuts" | "partialCuts" | "bridges" }
>;

/** What holds when everything is good. */
export const GOOD_AGAIN: Partial<LinkConditions> = {
  leastDelayMs: 1,
  mostDelayMs: 5,
  loss: 0,
  duplication: 0,
  reordering: 0,
  snapshotBreaks: 0,
};

/** What holds all the time. */
export function usual({ faults }: Plan): Partial<LinkConditions> {
  const [leastDelayMs, mostDelayMs] = faults.delayMs;
  const { loss, duplication, reordering } = faults;
  const lateMs = 10 * Math.max(mostDelayMs, 10);
  return { leastDelayMs, mostDelayMs, loss, duplication, reordering, lateMs, snapshotBreaks: loss };
}

/** Whether an event is one of the network. */
export function isNetworkEvent(event: PlannedEvent): event is PlannedEvent & NetworkEvent {
  switch (event.type) {
    case "slowLinks":
    case "partitions":
    case "oneWayCuts":
    case "partialCuts":
    case "bridges":
      return true;
    case "freezes":
    case "slowNodes":
    case "crashes":
    case "blackouts":
    case "failedSyncs":
    case "fullDisks":
    case "flippedBits":
    case "wipedDisks":
    case "memberChanges":
    case "transfers":
    case "snapshots":
      return false;
  }
}

/** Lets it happen, and makes it good when its time is over. */
export async function disturbNetwork(
  event: NetworkEvent,
  party: Party,
  { find, links }: { readonly find: (target: Target) => Victim | null; readonly links: SlowLinks },
): Promise<void> {
  if (event.type === "slowLinks") return await slowDown(event, party, { links, victim: find(event.node) });
  const cut = cutOf(event, find);
  if (cut === null) return;
  party.fault(event.type, `${cut.sentence} for ${event.forMs} ms.`);
  const heal = party.cuts.make(cut.cut);
  await party.sleep(event.forMs);
  heal();
}

async function slowDown(
  { delayMs, forMs }: { readonly delayMs: number; readonly forMs: number },
  party: Party,
  { links, victim }: { readonly links: SlowLinks; readonly victim: Victim | null },
): Promise<void> {
  if (victim === null) return;
  const { id } = victim;
  party.fault("slowLinks", `Messages from and to node ${id} take up to ${delayMs} ms longer for ${forMs} ms.`);
  const speedUp = links.make(id, delayMs);
  await party.sleep(forMs);
  speedUp();
}

function cutOf(
  event: Exclude<NetworkEvent, { readonly type: "slowLinks" }>,
  find: (target: Target) => Victim | null,
): { readonly cut: Cut; readonly sentence: string } | null {
  switch (event.type) {
    case "partitions": {
      const { mask } = event;
      const cut: Cut = (a, b) => groupOf(mask, a) !== groupOf(mask, b);
      return { cut, sentence: `The cluster is cut in two (${mask.toString(2)})` };
    }
    case "bridges": {
      const bridge = find(event.bridge)?.id;
      if (bridge === undefined) return null;
      const cut: Cut = (a, b) => a !== bridge && b !== bridge && groupOf(event.mask, a) !== groupOf(event.mask, b);
      return { cut, sentence: `Only node ${bridge} hears both halves (${event.mask.toString(2)})` };
    }
    case "oneWayCuts": {
      const [from, to] = [find(event.from)?.id, find(event.to)?.id];
      if (from === undefined || to === undefined || from === to) return null;
      return { cut: (a, b) => a === from && b === to, sentence: `Node ${to} does not hear node ${from}` };
    }
    case "partialCuts": {
      const pairs = event.pairs;
      const cut: Cut = (a, b) => pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
      return { cut, sentence: `These do not hear each other: ${pairs.map((pair) => pair.join("-")).join(", ")}` };
    }
  }
}
