/**
 * How often something of interest happened. A property that never saw an election says nothing about elections.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { isConfChange, isJoint } from "../../core/mod.ts";
import { type Check, violated } from "./check.ts";

/** What is counted. */
export type Event =
  | "elections"
  | "elections lost"
  | "leaders that stepped down"
  | "entries committed"
  | "configuration changes applied"
  | "joint configurations entered"
  | "snapshots installed"
  | "logs compacted"
  | "entries overwritten"
  | "transfers that made a leader"
  | "reads answered at once"
  | "reads answered to a follower"
  | "writes lost in a crash"
  | "restarts"
  | "proposals forwarded"
  | "requests rejected";

/** A count of events. */
export type Census = Map<Event, number>;

/** Every event that is counted. */
export const EVENTS: readonly Event[] = [
  "elections",
  "elections lost",
  "leaders that stepped down",
  "entries committed",
  "configuration changes applied",
  "joint configurations entered",
  "snapshots installed",
  "logs compacted",
  "entries overwritten",
  "transfers that made a leader",
  "reads answered at once",
  "reads answered to a follower",
  "writes lost in a crash",
  "restarts",
  "proposals forwarded",
  "requests rejected",
];

/** A check that objects to nothing and counts into `census`. */
export function counting(census: Census): Check {
  const count = (event: Event, times = 1): void => void census.set(event, (census.get(event) ?? 0) + times);
  const transferred = new Set<number>();
  return {
    name: "census",
    acting(action, world) {
      if (action.type !== "crash") return;
      const { node, disk } = world.resolve(action.node);
      if (node !== null && disk.queue.length > 0) count("writes lost in a crash", disk.queue.length);
    },
    started(host) {
      if (host.incarnation > 1) count("restarts");
    },
    stepped({ before, after, outbox }) {
      if (after.commit > before.commit) count("entries committed", after.commit - before.commit);
      if (after.log !== before.log) {
        if (after.log.first > before.log.first && O.isNone(after.pendingSnapshot)) count("logs compacted");
        const { index, term } = before.log.last;
        if (index > after.log.snapshot.index && !after.log.matches(index, term)) count("entries overwritten");
      }
      if (!isJoint(before.configuration) && isJoint(after.configuration)) count("joint configurations entered");
      for (const effect of outbox) {
        switch (effect.type) {
          case "RoleChanged":
            if (effect.to === "leader") count("elections");
            if (effect.from === "leader") count("leaders that stepped down");
            if (effect.reason.type === "ElectionLost") count("elections lost");
            if (effect.reason.type === "TransferRequested") transferred.add(effect.term);
            if (effect.to === "leader" && transferred.has(effect.term)) count("transfers that made a leader");
            break;
          case "ReadReady":
            count("reads answered at once");
            break;
          case "ForwardedReadReady":
            count("reads answered to a follower");
            break;
          case "Rejected":
            count("requests rejected");
            break;
          case "Apply":
            count("configuration changes applied", effect.entries.filter(isConfChange).length);
            break;
          case "RestoreSnapshot":
            count("snapshots installed");
            break;
          case "Send":
            if (effect.message.type === "ForwardedPropose") count("proposals forwarded");
            break;
          case "Persist": // these say nothing that is not counted already
          case "SnapshotWanted":
          case "Appended":
          case "Refused":
          case "Fault":
        }
      }
    },
  };
}

/** Objects if something never happened: then the run was no proof. */
export function assertEverythingHappened(census: Census): void {
  const missing = EVENTS.filter((event) => (census.get(event) ?? 0) === 0);
  if (missing.length > 0) violated("Census", `the schedules had no ${missing.join(", no ")}`);
}

/** The census in a line each. */
export function describeCensus(census: Census): string {
  return EVENTS.map((event) => `${String(census.get(event) ?? 0).padStart(8)} ${event}`).join("\n");
}
