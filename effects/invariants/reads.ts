/**
 * Linearizable reads (§8, thesis §6.4).
 *
 * A client that was told of a write was told so by a node that knew it to be committed. So a read that is asked later
 * has to see everything up to the highest commit index that any node, wherever it is and whether it still runs, had when
 * the read was asked. That is what is checked of `readOnlyOption` "safe": the index that a read is answered with is at
 * least that one, and at most what is committed when the answer is given.
 *
 * "leaseBased" makes the same promise only while the clocks of all nodes run at about the same speed, and a schedule may
 * stop any clock. There, an answer is held against what the asked node itself knew to be committed.
 *
 * @module
 */
import { isSingleton } from "../../core/configuration.ts";
import type { Bytes } from "../../core/entry.ts";
import type { ReadIndex } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import { type Check, type HostView, type Stepped, violated } from "./check.ts";
import { CommittedEntries } from "./committed.ts";

/** What may be decided of the check. */
export interface ReadOptions {
  /**
   * Whether answers of a leader whose configuration has a single voter are judged. The reducer answers them at once, and
   * whoever uses it has to know when they cannot be relied on.
   */
  readonly loneVoters?: boolean;
  /** What is committed, shared with other checks. */
  readonly committed?: CommittedEntries;
}

/** A read sees whatever was committed when it was asked. */
export function readsAreLinearizable(
  { loneVoters = false, committed = new CommittedEntries() }: ReadOptions = {},
): Check {
  const name = "Reads are linearizable";
  const floors = new Map<string, number>();
  return {
    name,
    started: (_host, node) => committed.learnStart(node),
    stepped(step) {
      const { host, message, outbox } = step;
      if (message.type === "ReadIndex") ask(step, message);
      committed.learn(step);
      for (let i = 0; i < outbox.length; i++) {
        const effect = outbox[i];
        if (effect.type === "ReadReady") judge(step.after, byTicket(host, effect.ticket), effect.index);
        else if (effect.type === "ForwardedReadReady") judge(step.after, byContext(effect.context), effect.index);
        else if (effect.type === "Send" && effect.message.type === "ReadIndexResponse") {
          judge(step.after, byContext(effect.message.context), effect.message.index);
        }
      }
    },
  };

  function ask({ host, before }: Stepped, { ticket, context }: ReadIndex): void {
    const floor = before.options.readOnlyOption === "safe" ? committed.highest : before.commit;
    floors.set(byTicket(host, ticket), floor);
    floors.set(byContext(context), floor);
  }

  function judge(by: Node, read: string, index: number): void {
    if (!loneVoters && by.role === "leader" && isSingleton(by.configuration)) floors.set(read, 0);
    const floor = floors.get(read);
    if (floor === undefined) return violated(name, `${by.id} answers the read of ${read}, which nobody has asked`);
    if (index < floor) {
      violated(name, `${by.id} answers with ${index} a read that was asked when ${floor} was committed`);
    }
    if (index > committed.highest) violated(name, `${by.id} answers a read with ${index}, which is not committed`);
  }
}

function byTicket({ id, incarnation }: HostView, ticket: number): string {
  return `ticket ${ticket} of node ${id} (start ${incarnation})`;
}

function byContext(context: Bytes): string {
  return `context ${context}`;
}
