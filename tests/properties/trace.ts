/**
 * A run told in words: the numbered actions, and for each step the node, its message, and its role, term and commit
 * index afterwards.
 *
 * @module
 */
import type { Node, Outbox } from "../../core/mod.ts";
import { describeMessage, position } from "../../effects/debugger/words.ts";
import { describeAction } from "./action.ts";
import type { Check } from "./check.ts";

/** A check that objects to nothing and writes `lines`. */
export function trace(lines: string[]): Check {
  let count = 0;
  return {
    name: "trace",
    acting(action) {
      lines.push(`${String(++count).padStart(3)}. ${describeAction(action)}`);
    },
    started(host, node, outbox) {
      if (host.incarnation > 1) lines.push(line(host.id, "starts", node, outbox));
    },
    stepped({ host, message, after, outbox }) {
      lines.push(line(host.id, describeMessage(message), after, outbox));
    },
  };
}

function line(id: number, what: string, { role, term, commit, applied, log }: Node, outbox: Outbox): string {
  const head = `       ${id} ← ${what}`;
  const state = `${role}, term ${term}, commit ${commit}, applied ${applied}, log to ${position(log.last)}`;
  const said = outbox.filter(({ type }) => type === "Refused" || type === "Fault" || type.includes("Read"));
  return `${head.padEnd(72)} → ${state}${said.map((effect) => ` ${JSON.stringify(effect)}`).join("")}`;
}
