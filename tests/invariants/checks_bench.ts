/**
 * What the checks cost: five nodes replicate commands as fast as they can, once without checks and once with them. What
 * passes the network is copied, as it is when it is encoded and decoded.
 *
 * ```sh
 * deno run tests/invariants/checks_bench.ts
 * ```
 *
 * @module
 */
import * as E from "fp-ts/Either";
import {
  bootstrap,
  type Entry,
  type Message,
  type Node,
  options,
  type Outbox,
  type PeerMessage,
  proposal,
  step,
} from "../../core/mod.ts";
import { allChecks, type Check, type HostView } from "../../effects/invariants/mod.ts";

const PROPOSALS = 20_000;

class BenchHost implements HostView {
  readonly incarnation = 1;

  constructor(readonly id: number, public node: Node) {}

  log() {
    return this.node.log;
  }
}

/** Runs the cluster under `checks`; returns the number of steps and the nanoseconds of each. */
function run(checks: readonly Check[]): { readonly steps: number; readonly ns: number } {
  const hosts = [1, 2, 3, 4, 5].map((id) => new BenchHost(id, newNode(id)));
  const cluster = { hosts };
  const queue: [host: BenchHost, message: Message][] = [];
  let steps = 0;
  for (const host of hosts) for (const check of checks) check.started?.(host, host.node, [], cluster);
  const began = performance.now();
  queue.push([hosts[0], { type: "Campaign" }]);
  settle();
  for (let i = 0; i < PROPOSALS; i++) {
    const entries = [proposal(new Uint8Array(40).fill(i))];
    queue.push([hosts[0], { type: "Propose", ticket: i, entries }]);
    if (i % 4 === 0) queue.push([hosts[0], { type: "ReadIndex", ticket: -i, context: new Uint8Array(12).fill(i) }]);
    if (i % 4 === 3) settle();
    if (i % 2000 === 1999) compact();
  }
  return { steps, ns: (performance.now() - began) * 1e6 / steps };

  function settle(): void {
    for (let i = 0; i < queue.length; i++) tell(...queue[i]);
    queue.length = 0;
  }

  function compact(): void {
    for (const host of hosts) {
      const { applied: index, term, configuration } = host.node;
      tell(host, { type: "SnapshotAvailable", index, term, configuration, data: new Uint8Array(0) });
      tell(host, { type: "Compact", index: index - 100 });
    }
  }

  function tell(host: BenchHost, message: Message): void {
    const before = host.node;
    const [after, outbox] = step(before, message);
    host.node = after;
    steps++;
    const stepped = { host, before, message, after, outbox };
    for (let i = 0; i < checks.length; i++) checks[i].stepped?.(stepped, cluster);
    carryOut(host, outbox);
  }

  function carryOut(host: BenchHost, outbox: Outbox): void {
    for (const effect of outbox) {
      if (effect.type === "Send") release(host, effect.message);
      if (effect.type === "Apply") queue.push([host, { type: "Applied", index: effect.entries.at(-1)?.index ?? 0 }]);
      if (effect.type !== "Persist") continue;
      for (const then of effect.then) {
        if (then.type === "Persisted" || then.to === host.id) queue.push([host, then]);
        else release(host, then);
      }
    }
  }

  function release(host: BenchHost, message: PeerMessage): void {
    for (let i = 0; i < checks.length; i++) checks[i].released?.(message, host, cluster);
    queue.push([hosts[message.to - 1], copied(message)]);
  }
}

function copied(message: PeerMessage): PeerMessage {
  if (message.type !== "Append" || message.entries.length === 0) return message;
  return { ...message, entries: message.entries.map((entry): Entry => ({ ...entry, data: entry.data.slice() })) };
}

function newNode(id: number): Node {
  const all = options({ maxInflightMsgs: 256, maxInflightBytes: 1 << 26, maxSizePerMsg: 1 << 20, checkQuorum: true });
  if (E.isLeft(all)) throw new Error(all.left.message);
  const node = bootstrap({ id, options: all.right }, [1, 2, 3, 4, 5]);
  if (E.isLeft(node)) throw new Error(node.left.type);
  return node.right;
}

/** The least that a run took, of several. */
function best(make: () => readonly Check[]): number {
  return Math.min(...Array.from({ length: 5 }, () => run(make()).ns));
}

if (import.meta.main) {
  const { steps } = run([]);
  const [bare, all] = [best(() => []), best(allChecks)];
  console.log(`${steps} steps: ${bare.toFixed(0)} ns each without checks, ${(all - bare).toFixed(0)} ns more with all`);
  for (const { name } of allChecks()) {
    const others = best(() => allChecks().filter((check) => check.name !== name));
    console.log(`${(all - others).toFixed(0).padStart(6)} ns for ${name}`);
  }
}
