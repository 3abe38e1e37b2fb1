/**
 * A node on a simulated machine, from its start until it stops or its machine goes down.
 *
 * @module
 */
import type { Message } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { HostView } from "../invariants/check.ts";
import type { MemoryDisk } from "../disk/memory_disk.ts";
import type { RaftNode, StopReason } from "../node/raft_node.ts";
import type { Recorder } from "../node/recorder.ts";
import { startNode } from "../node/start_node.ts";
import type { StateMachine } from "../node/state_machine.ts";
import { fileStorage } from "../storage/file_storage.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import type { Machinery } from "./app.ts";
import type { Gate } from "./gate.ts";
import { gatedNode } from "./gated_node.ts";
import { gatedTransport } from "./gated_transport.ts";
import { FOLDER, SEGMENT_BYTES } from "./inspect.ts";
import { addressOf, type Surroundings } from "./surroundings.ts";

/** Whose process it is, and what it works with. */
export interface ProcessParts<Command, Reply, Query, Answer> {
  /** The machine. */
  readonly host: HostView & { node: Node | null };
  /** What is replicated. */
  readonly machine: StateMachine<Command, Reply, Query, Answer>;
  /** Its time and chance. */
  readonly machinery: Machinery;
  /** Its border. */
  readonly gate: Gate;
  /** Its disk. */
  readonly disk: MemoryDisk;
  /** The node has stopped by itself. */
  readonly stopped: (reason: StopReason) => void;
}

/** A process. */
export class Process<Command, Reply, Query, Answer> {
  /** The node as clients reach it; null while it is not started. */
  raft: RaftNode<Command, Reply, Query, Answer> | null = null;
  readonly #around: Surroundings<Command, Reply, Query, Answer>;
  readonly #parts: ProcessParts<Command, Reply, Query, Answer>;
  readonly #recorder: Recorder | undefined;
  #dead = false;
  #transport: OpenTransport | null = null;
  #starting: Promise<RaftNode<Command, Reply, Query, Answer>> | null = null;

  /** Nothing runs yet. */
  constructor(
    around: Surroundings<Command, Reply, Query, Answer>,
    parts: ProcessParts<Command, Reply, Query, Answer>,
  ) {
    this.#around = around;
    this.#parts = parts;
    this.#recorder = around.recorder(parts.host.id);
  }

  /** Starts the node. */
  async start(): Promise<void> {
    const { members, plan } = this.#around;
    const { disk, gate, host: { id }, machine, machinery, stopped } = this.#parts;
    this.#starting = startNode({
      id,
      cluster: members,
      join: !members.has(id),
      storage: fileStorage(FOLDER, { disk, clock: machinery.clock, segmentBytes: SEGMENT_BYTES }),
      transport: this.#network(),
      stateMachine: machine,
      recorder: this.#observer(),
      clock: machinery.clock,
      random: machinery.random,
      electionMs: plan.electionMs,
      heartbeatMs: plan.heartbeatMs,
      requestTimeoutMs: 4 * plan.electionMs,
      leaseReads: plan.leaseReads,
      compaction: plan.compaction,
    });
    const node = await this.#starting;
    if (this.#dead) return;
    this.raft = gatedNode(node, gate);
    void node.stopped.then((reason) => this.#dead || stopped(reason));
  }

  /** The machine goes down; resolves when nothing of the process is left. */
  async kill(): Promise<void> {
    this.#dead = true;
    this.#parts.gate.slow(0);
    this.#parts.gate.thaw();
    const closed = this.#transport?.close();
    const node = this.raft ?? await this.#starting?.catch(() => null);
    await node?.close({ handOver: false }); // what it writes now, it writes on the old disk
    await closed;
  }

  /** Stops in order. */
  async close(): Promise<void> {
    const node = await this.#starting?.catch(() => null);
    await node?.close({ handOver: false });
  }

  #network(): Transport {
    const { arrived, network, witness } = this.#around;
    const { gate, host } = this.#parts;
    return gatedTransport(network.transport(addressOf(host.id)), gate, {
      dead: () => this.#dead,
      released: (message) => witness.released(message, host),
      arrived: (from) => arrived?.(from),
      opened: (transport) => void (this.#transport = transport),
    });
  }

  #observer(): Recorder {
    const { witness } = this.#around;
    const { host } = this.#parts;
    const recorder = this.#recorder;
    return {
      begin: (node, outbox) => {
        if (this.#dead) return;
        host.node = node;
        recorder?.begin(node, outbox);
        witness.started(host, node, outbox);
      },
      folded: (message, after, outbox) => this.#folded(message, after, outbox),
      // The recording of a node whose power went off has no end.
      close: () => this.#dead ? Promise.resolve() : recorder?.close() ?? Promise.resolve(),
    };
  }

  #folded(message: Message, after: Node, outbox: Outbox): void {
    const { host } = this.#parts;
    const before = host.node;
    if (this.#dead || before === null) return;
    host.node = after;
    this.#recorder?.folded(message, after, outbox);
    this.#around.witness.stepped(host, before, message, after, outbox);
  }
}
