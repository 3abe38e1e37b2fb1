/**
 * How a machine starts.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { Outbox } from "../../core/outbox.ts";
import { violated } from "../invariants/check.ts";
import { type DurableState, EMPTY_DISK, firstConfiguration, type Host, type Machine } from "./host.ts";
import { LOCAL_INVARIANTS } from "./local_invariants.ts";
import type { HostRules } from "./outcome.ts";

/** The machine `id` at the beginning. */
export function firstHost(id: NodeId, rules: HostRules): Host {
  const machine: Machine = { index: 0, term: 0, configuration: firstConfiguration(rules.nodes) };
  return started(id, EMPTY_DISK, machine, rules)[0];
}

/** The machine `id` as it starts from what is durable, with the outbox of that. */
export function started(id: NodeId, disk: DurableState, machine: Machine, rules: HostRules): readonly [Host, Outbox] {
  const { hardState, log, snapshot } = disk;
  const begun = rules.start({ id, options: rules.settings[id - 1] }, {
    hardState: hardState === null ? O.none : O.some(hardState),
    log,
    snapshot: snapshot === null ? O.none : O.some(snapshot),
    applied: machine.index,
    configuration: machine.configuration,
  });
  if (E.isLeft(begun)) {
    violated(LOCAL_INVARIANTS.start, `node ${id}: ${JSON.stringify(begun.left)}`);
  }
  const [node, outbox] = begun.right;
  return [{ id, node, disk, machine, queue: [], pending: [] }, outbox];
}
