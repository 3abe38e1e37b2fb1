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
import { isSingleton, type Node } from "../../../core/mod.ts";
import { type Check, violated } from "../check.ts";
import { CommittedEntries } from "./committed.ts";

/** The check. Without `loneVoters`, the answers of a leader whose configuration has a single voter are not judged. */
export function readsAreLinearizable(loneVoters: boolean): Check {
  const name = "Reads are linearizable";
  const committed = new CommittedEntries();
  const floors = new Map<string, number>();
  return {
    name,
    started: (_host, node) => committed.learnStart(node),
    asked(ticket, context, host) {
      const floor = host.options.readOnlyOption === "safe" ? committed.highest : host.node?.commit ?? 0;
      floors.set(`ticket ${ticket}`, floor);
      floors.set(`context ${context}`, floor);
    },
    stepped(step) {
      committed.learn(step);
      for (const effect of step.outbox) {
        switch (effect.type) {
          case "ReadReady":
            judge(step.after, `ticket ${effect.ticket}`, effect.index);
            break;
          case "ForwardedReadReady":
            judge(step.after, `context ${effect.context}`, effect.index);
            break;
          case "Send":
            if (effect.message.type !== "ReadIndexResponse") break;
            judge(step.after, `context ${effect.message.context}`, effect.message.index);
            break;
          default: // nothing else answers a read
        }
      }
    },
  };

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
