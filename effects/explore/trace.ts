/**
 * A way through the states, gone once more with nodes as they really run: what it tells, and what each node recorded.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Manner } from "./action.ts";
import type { RecordedRun, Trace } from "./exploration.ts";
import type { Host } from "./host.ts";
import type { Input } from "./input.ts";
import type { HostRules, Outcome } from "./outcome.ts";
import { runHost } from "./run_host.ts";
import { sentenceOf } from "./story.ts";

/** One action. */
export interface Happening {
  /** The position of the machine. */
  readonly node: number;
  /** What happens to it. */
  readonly input: Input;
  /** How it happens. */
  readonly manner: Manner;
}

interface Run {
  readonly node: Node;
  readonly outbox: Outbox;
  readonly steps: { message: Message; after: Node; outbox: Outbox }[];
}

/** What `happenings` tell, from `hosts` on. */
export function traceOf(first: readonly Host[], happenings: readonly Happening[], rules: HostRules): Trace {
  const real: HostRules = { ...rules, untouched: true };
  const hosts = [...first];
  const runs: Run[][] = hosts.map(({ node }) => [{ node, outbox: [], steps: [] }]);
  const story = happenings.map(({ node, input, manner }) => {
    const before = hosts[node];
    if (manner === "drop") return sentenceOf(before, input, manner, nothing(before));
    const outcome = runHost(before, input, real, {
      interrupted: manner === "interrupted",
      listener: (message, after, outbox) => runs[node].at(-1)?.steps.push({ message, after, outbox }),
      restarted: (restarted, outbox) => runs[node].push({ node: restarted, outbox, steps: [] }),
    });
    hosts[node] = outcome.host;
    return sentenceOf(before, input, manner, outcome);
  });
  const recorded: readonly (readonly RecordedRun[])[] = runs;
  return { story: story.map((line, i) => `${i + 1}. ${capitalized(line)}`), runs: recorded };
}

function nothing(host: Host): Outcome {
  return { host, sent: [], elected: 0, committed: [], reads: [], applied: [], objection: null };
}

function capitalized(line: string): string {
  return line[0].toUpperCase() + line.slice(1);
}
