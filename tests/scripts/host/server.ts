/**
 * One node with its disk, its state machine and the requests of its clients.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import {
  type ConfigurationIds,
  type Message,
  type Node,
  type NodeId,
  type Options,
  type Outbox,
  type Snapshot,
  start,
  type StartError,
  type Ticket,
} from "../../../core/mod.ts";
import type { Proposed, ReadyRead } from "./clients.ts";
import { Disk } from "./disk.ts";
import { Machine } from "./machine.ts";

/** One machine. */
export class Server {
  readonly disk = new Disk();
  readonly machine: Machine;
  /** The node, as of its last step. */
  node: Node;
  /** Whether the node runs; a fault or a crash ends that. */
  running = true;
  /** What the node has told itself and is to be delivered next. */
  own: readonly Message[] = [];
  /** The snapshot that it can send to peers. */
  snapshot: O.Option<Snapshot> = O.none;
  /** Proposals that are in its log. */
  proposed: readonly Proposed[] = [];
  /** Reads that were asked here and are under way, by their contexts. */
  asked: ReadonlyMap<string, Ticket> = new Map();
  /** Reads that wait for the state machine. */
  reads: readonly ReadyRead[] = [];
  /** How often the node was started. */
  incarnation = 1;

  /** Starts node `id` with an empty disk, in `configuration`. */
  constructor(readonly id: NodeId, public options: Options, configuration: ConfigurationIds) {
    this.machine = new Machine(configuration);
    [this.node] = orThrow(this.#start());
  }

  /** The node is gone, with all that is not durable; answers how many writes were lost. */
  crash(): number {
    this.running = false;
    this.own = [];
    this.proposed = [];
    this.reads = [];
    this.asked = new Map();
    this.machine.crash();
    return this.disk.crash();
  }

  /** Starts the node from what is durable, or says why it cannot. */
  restart(): E.Either<StartError, Outbox> {
    const { received } = this.disk;
    // A snapshot may have become durable without being restored.
    if (O.isSome(received) && received.value.index > this.machine.applied) this.machine.restore(received.value);
    return E.map(([node, outbox]: readonly [Node, Outbox]): Outbox => {
      this.incarnation++;
      this.running = true;
      this.node = node;
      return outbox;
    })(this.#start());
  }

  #start(): ReturnType<typeof start> {
    const { id, options, snapshot, disk: { hardState, log }, machine: { applied, configuration } } = this;
    return start({ id, options }, { hardState, log, snapshot, applied, configuration });
  }
}

function orThrow<Value>(result: E.Either<StartError, Value>): Value {
  if (E.isLeft(result)) throw new Error(`Cannot start: ${JSON.stringify(result.left)}.`);
  return result.right;
}
