/**
 * Sees every step of every node: hands it to the checks, counts it, and keeps the story.
 *
 * @module
 */
import type { Message, PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox, RoleChanged, RoleName } from "../../core/outbox.ts";
import * as O from "fp-ts/Option";
import { type Check, type ClusterView, type HostView, type Recovered, Violation } from "../invariants/check.ts";
import type { Chronicle } from "./chronicle.ts";
import type { FaultName } from "./faults.ts";
import type { Pair } from "./outcome.ts";
import { noFaults } from "./tally.ts";

/** What a witness is made of. */
export interface WitnessParts {
  /** The properties. */
  readonly checks: readonly Check[];
  /** All machines. */
  readonly cluster: ClusterView;
  /** Where the story goes. */
  readonly chronicle: Chronicle;
  /** Something is wrong. */
  readonly fail: (check: string, sentence: string) => void;
}

/** Sees everything. */
export class Witness {
  /** What was counted. */
  readonly counted = { steps: 0, elections: 0, commits: 0, snapshotsRestored: 0, faults: noFaults() };
  readonly #parts: WitnessParts;
  readonly #pairs = new Map<Message["type"], Map<RoleName, number>>();
  // Which checks care for what: most of them do not care for most of it.
  readonly #started: readonly Check[];
  readonly #stepped: readonly Check[];
  readonly #released: readonly Check[];

  /** Nothing was seen yet. */
  constructor(parts: WitnessParts) {
    const { checks } = parts;
    this.#parts = parts;
    this.#started = checks.filter(({ started }) => started !== undefined);
    this.#stepped = checks.filter(({ stepped }) => stepped !== undefined);
    this.#released = checks.filter(({ released }) => released !== undefined);
  }

  /** How often a node of a role took a message of a type. */
  get coverage(): Readonly<Partial<Record<Pair, number>>> {
    const coverage: Partial<Record<Pair, number>> = {};
    for (const [type, roles] of this.#pairs) for (const [role, count] of roles) coverage[`${type} ${role}`] = count;
    return coverage;
  }

  /** Something went wrong, as it was planned. */
  fault(name: FaultName): void {
    this.counted.faults[name]++;
  }

  /** A node has started. */
  started(host: HostView, node: Node, outbox: Outbox): void {
    this.counted.commits = Math.max(this.counted.commits, node.commit);
    this.#ask(this.#started, (check) => check.started?.(host, node, outbox, this.#parts.cluster));
  }

  /** A node has taken a message. */
  stepped(host: HostView, before: Node, message: Message, after: Node, outbox: Outbox): void {
    const { chronicle, cluster } = this.#parts;
    this.counted.steps++;
    this.counted.commits = Math.max(this.counted.commits, after.commit);
    this.#cover(message.type, before.role);
    chronicle.stepped(host.id, message, after, outbox);
    for (const effect of outbox) {
      if (effect.type === "RoleChanged") this.#roleChanged(host, effect);
      else if (effect.type === "RestoreSnapshot") this.counted.snapshotsRestored++;
    }
    const step = { host, before, message, after, outbox };
    this.#ask(this.#stepped, (check) => check.stepped?.(step, cluster));
  }

  /** A message leaves its node. */
  released(message: PeerMessage, host: HostView): void {
    this.#ask(this.#released, (check) => check.released?.(message, host, this.#parts.cluster));
  }

  /** The machine of a node went down. */
  crashed(host: HostView): void {
    this.#ask(this.#parts.checks, (check) => check.crashed?.(host, this.#parts.cluster));
  }

  /** A machine has lost its disk. */
  wiped(host: HostView): void {
    this.#ask(this.#parts.checks, (check) => check.wiped?.(host, this.#parts.cluster));
  }

  /** What the node of a machine would find. */
  audited(found: Recovered, host: HostView): void {
    this.#ask(this.#parts.checks, (check) => check.audited?.(found, host, this.#parts.cluster));
  }

  #cover(type: Message["type"], role: RoleName): void {
    let roles = this.#pairs.get(type);
    if (roles === undefined) this.#pairs.set(type, roles = new Map());
    roles.set(role, (roles.get(role) ?? 0) + 1);
  }

  #roleChanged({ id }: HostView, { from, to, term, lead, reason }: RoleChanged): void {
    if (to === "leader" && from !== "leader") this.counted.elections++;
    const leader = O.isSome(lead) ? `, led by ${lead.value}` : "";
    const what = from === to ? `is ${to}` : `was ${from}, is ${to}`;
    this.#parts.chronicle.tell(`Node ${id} ${what} in term ${term}${leader} (${reason.type}).`);
  }

  // A check that throws must not be taken for a failure of the node that it looks at.
  #ask(checks: readonly Check[], ask: (check: Check) => void): void {
    for (const check of checks) {
      try {
        ask(check);
      } catch (error) {
        const [name, sentence] = error instanceof Violation
          ? [error.check, error.sentence]
          : [check.name, error instanceof Error ? error.stack ?? error.message : String(error)];
        this.#parts.fail(name, sentence);
      }
    }
  }
}
