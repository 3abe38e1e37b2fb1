/**
 * A running node: the fold in the middle, and around it the parts that carry out its effects and answer its clients.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import type { Message } from "../../core/message.ts";
import type { Effect, Outbox, RefusedReason, Rejected } from "../../core/outbox.ts";
import { randomName } from "../random/random.ts";
import { encodeEnvelope } from "../session/envelope.ts";
import type { Identity, OpenStorage, SnapshotFile } from "../storage/storage.ts";
import type { OpenTransport } from "../transport/transport.ts";
import { Answers } from "./answers.ts";
import { Applier } from "./applier.ts";
import { ClientSession } from "./client_session.ts";
import type { Engine, Hands, Violation } from "./engine.ts";
import { Events } from "./events.ts";
import { LeaderChannel } from "./leader_channel.ts";
import { Leaderships } from "./leadership.ts";
import { Lease } from "./lease.ts";
import { Membership } from "./membership.ts";
import { Moves } from "./moves.ts";
import { PeerHandler } from "./peer_handler.ts";
import { Persistence } from "./persistence.ts";
import { Proposals } from "./proposals.ts";
import type {
  MemberChanges,
  NodeEvent,
  ProposalRejected,
  ProposeError,
  RaftNode,
  ReadError,
  ReadOptions,
  RequestOptions,
  Session,
  Status,
  StopReason,
} from "./raft_node.ts";
import { Reads } from "./reads.ts";
import type { Answer as LeaderAnswer } from "./requests.ts";
import type { CompleteSettings } from "./start_node.ts";
import { serveRequest } from "./serve_request.ts";
import { Snapshots } from "./snapshots.ts";
import { statusOf } from "./status.ts";
import type { SystemState } from "./system_state.ts";
import { Ticker } from "./ticker.ts";
import { wait } from "../clock/wait.ts";

/** What a node is made of when it begins to run. */
export interface Beginning<Command, Reply, Query, Answer> {
  /** What it was started with. */
  readonly settings: CompleteSettings<Command, Reply, Query, Answer>;
  /** Who it is. */
  readonly identity: Identity;
  /** Its disk. */
  readonly storage: OpenStorage;
  /** The shell's part of the replicated state, as of `applied`. */
  readonly system: SystemState;
  /** Up to where the state machine has applied the log. */
  readonly applied: number;
  /** The fold. */
  readonly engine: Engine;
  /** The outbox of the start. */
  readonly outbox: Outbox;
}

/** A node that runs. */
export class RunningNode<Command, Reply, Query, Answer> implements RaftNode<Command, Reply, Query, Answer>, Hands {
  readonly id: NodeId;
  readonly stopped: Promise<StopReason>;
  readonly handler: PeerHandler;
  readonly #beginning: Beginning<Command, Reply, Query, Answer>;
  readonly #engine: Engine;
  readonly #events = new Events();
  readonly #abort = new AbortController();
  readonly #answers: Answers<Reply>;
  readonly #persistence: Persistence;
  readonly #applier: Applier<Command, Reply, Query, Answer>;
  readonly #proposals: Proposals<Reply>;
  readonly #reads: Reads;
  readonly #lease: Lease;
  readonly #leaderships: Leaderships;
  readonly #membership: Membership<Reply>;
  readonly #snapshots: Snapshots<Command, Reply, Query, Answer>;
  readonly #moves: Moves<Reply>;
  readonly #channel: LeaderChannel;
  #ticker: Ticker | null = null;
  #transport: OpenTransport | null = null;
  #tickets = 0;
  #compacted: number;
  #stopReason: StopReason | null = null;
  #resolveStopped: (reason: StopReason) => void = () => {};

  /** Puts the parts together; `run` sets them going. */
  constructor(beginning: Beginning<Command, Reply, Query, Answer>) {
    const { applied, engine, identity, settings, storage, system } = beginning;
    const { clock, electionTick, logger, mostWaiting, random, requestTimeoutMs, tickMs } = settings;
    this.#beginning = beginning;
    this.#engine = engine;
    this.id = identity.id;
    this.stopped = new Promise((resolve) => this.#resolveStopped = resolve);
    this.#compacted = engine.node.log.snapshot.index;
    const fold = engine;
    this.#answers = new Answers(fold, system);
    const { rejected } = this.#answers;
    const ticket = (): number => ++this.#tickets;
    const emit = (event: NodeEvent): void => this.#events.emit(event);
    this.#persistence = new Persistence({
      fold,
      storage,
      send: (message) => this.#transport?.send(message),
      clock,
      logger,
      meters: settings.meters,
      slowMs: tickMs,
    });
    this.#channel = new LeaderChannel({
      run: randomName(random),
      clock,
      timeoutMs: requestTimeoutMs,
      transport: () => this.#transport,
      signal: this.#abort.signal,
    });
    this.#applier = new Applier(
      {
        fold,
        machine: settings.stateMachine,
        system,
        storage,
        clock,
        logger,
        meters: settings.meters,
        slowMs: tickMs,
        observer: this.#observer(),
      },
      applied,
    );
    this.#proposals = new Proposals({
      fold,
      clock,
      carry: (leader, proposals) => this.#channel.ask(leader, { type: "Propose", term: fold.node.term, proposals }),
      ticket,
      rejected,
      holdBack: () => this.#persistence.busy && settings.holdBack,
      tracer: settings.tracer,
      mostWaiting,
      mostBytes: settings.mostWaitingBytes,
      timeoutMs: requestTimeoutMs,
    });
    this.#lease = new Lease(clock, electionTick, tickMs);
    this.#reads = new Reads({
      fold,
      clock,
      random,
      ask: async (leader) =>
        O.map(E.map((answer: LeaderAnswer) => answer.index))(
          // Whoever leads by then can be asked again, and reads that come meanwhile wait for this answer.
          await this.#channel.ask(leader, { type: "Read" }, { timeoutMs: electionTick * tickMs }),
        ),
      ticket,
      rejected,
      applied: () => this.#applier.index,
      lease: this.#lease,
      leaseReads: settings.leaseReads,
      mostWaiting,
      timeoutMs: requestTimeoutMs,
    });
    this.#leaderships = new Leaderships({
      fold,
      clock,
      lease: this.#lease,
      renewLease: () => this.#reads.renewLease(),
      ticket,
      rejected,
      timeoutMs: requestTimeoutMs,
    });
    this.#membership = new Membership({
      fold,
      clock,
      propose: (entry, options) => this.#proposals.enqueue(entry, options, E.right),
      rejected,
      stopping: this.#abort.signal,
      tickMs,
      timeoutMs: requestTimeoutMs,
    });
    this.#snapshots = new Snapshots({
      fold,
      machine: settings.stateMachine,
      system,
      applier: this.#applier,
      storage,
      transport: () => this.#transport,
      signal: this.#abort.signal,
      limits: settings.compaction,
      emit,
      clock,
      logger,
    }, engine.node.snapshot);
    const servants = {
      fold,
      proposals: this.#proposals,
      reads: this.#reads,
      leaderships: this.#leaderships,
      membership: this.#membership,
      applied: () => this.#applier.index,
    };
    this.handler = new PeerHandler({
      engine,
      storage,
      wantSync: (durable) => this.#persistence.wantSync(durable),
      serve: (request) => serveRequest(servants, request),
      clock,
      silentUntil: engine.node.term > 0 ? clock.now() + electionTick * tickMs : clock.now(),
      emit,
    });
    this.#moves = new Moves({ fold, system, announced: this.handler.announced, membership: this.#membership });
  }

  /** Sets everything going. */
  run(transport: OpenTransport): void {
    const { settings, outbox } = this.#beginning;
    this.#transport = transport;
    this.#setPeers();
    const { address, clock, random, tickMs } = settings;
    if (address !== undefined) this.handler.announced.set(this.id, address);
    this.#ticker = new Ticker({ fold: this.#engine, clock, random, tickMs, onTick: () => this.#tick() });
    this.#engine.begin(this, outbox);
  }

  propose(command: Command, options: RequestOptions = {}): Promise<Either<ProposeError, Reply>> {
    const { mostCommandBytes, stateMachine } = this.#beginning.settings;
    const encoded = stateMachine.codec.command.encode(command);
    if (encoded.length > mostCommandBytes) return Promise.resolve(E.left(this.#answers.rejected("TooLarge")));
    const { idempotencyKey: key } = options;
    const data = encodeEnvelope(
      key === undefined ? { type: "Plain", command: encoded } : { type: "Keyed", key, command: encoded },
    );
    return this.#proposals.propose(data, options, this.#answers.reply);
  }

  async read(query: Query, options: ReadOptions = {}): Promise<Either<ReadError, Answer>> {
    if (options.consistency !== "stale") {
      const ready = await this.#reads.ready(options);
      if (E.isLeft(ready)) return ready;
    }
    return E.right(await this.#beginning.settings.stateMachine.query(query));
  }

  async openSession(options: RequestOptions = {}): Promise<Either<ProposeError, Session<Command, Reply>>> {
    const { clock, random, requestTimeoutMs, stateMachine, tickMs } = this.#beginning.settings;
    const nonce = random.bytes(8);
    const opened = await this.#proposals.propose(
      encodeEnvelope({ type: "Open", nonce }),
      options,
      this.#answers.session,
    );
    if (E.isLeft(opened)) return opened;
    return E.right(
      new ClientSession(opened.right, {
        clock,
        stopping: this.#abort.signal,
        retryMs: tickMs,
        timeoutMs: requestTimeoutMs,
        rejected: this.#answers.rejected,
        encode: (command) => stateMachine.codec.command.encode(command),
        propose: (data, options) => this.#proposals.propose(data, options, this.#answers.reply),
      }),
    );
  }

  whileLeader<A>(
    work: (signal: AbortSignal, fence: number) => Promise<A>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Either<ProposalRejected, A>> {
    return this.#leaderships.whileLeader(work, options.signal);
  }

  status(): Status {
    return statusOf({
      node: this.#engine.node,
      identity: this.#beginning.identity,
      system: this.#beginning.system,
      applied: this.#applier.index,
      waiting: this.#proposals.size + this.#reads.size,
      transport: this.#transport,
      counters: {
        ...this.#engine.counters,
        ...this.#persistence.counters,
        ...this.#applier.counters,
        ...this.#reads.counters,
        ...this.#snapshots.counters,
        ...this.handler.counters,
      },
    });
  }

  events(): AsyncIterable<NodeEvent> {
    return this.#events.listen();
  }

  async transferLeadership(to?: NodeId, options: RequestOptions = {}): Promise<Either<ProposeError, NodeId>> {
    const lead = await this.#someLeader(options);
    if (O.isNone(lead)) return E.left(this.#answers.rejected("NoLeader"));
    if (lead.value === this.id) return this.#leaderships.transfer(O.fromNullable(to), options);
    const answer = await this.#channel.ask(lead.value, { type: "Transfer", to: O.fromNullable(to) }, options);
    return E.map(({ index }: LeaderAnswer) => index)(this.#answers.told(answer));
  }

  async changeMembers(
    changes: MemberChanges,
    options: RequestOptions = {},
  ): Promise<Either<ProposeError, ConfigurationIds>> {
    const lead = await this.#someLeader(options);
    if (O.isNone(lead)) return E.left(this.#answers.rejected("NoLeader"));
    if (lead.value === this.id) return this.#membership.change(changes, options);
    const answer = this.#answers.told(await this.#channel.ask(lead.value, { type: "Members", changes }, options));
    if (E.isLeft(answer)) return answer;
    const ready = await this.#reads.ready(options);
    return E.isLeft(ready) ? ready : E.right(this.#engine.node.configuration);
  }

  compact(): Promise<number> {
    return this.#snapshots.compact();
  }

  async backup(options: RequestOptions = {}): Promise<Either<ReadError, SnapshotFile>> {
    const ready = await this.#reads.ready(options);
    if (E.isLeft(ready)) return ready;
    const file = await this.#snapshots.file();
    return O.isSome(file) ? E.right(file.value) : E.left({ type: "Unknown", message: "No snapshot could be made." });
  }

  async close({ handOver = true }: { readonly handOver?: boolean } = {}): Promise<void> {
    const { settings } = this.#beginning;
    const { node } = this.#engine;
    if (handOver && this.#stopReason === null && node.role === "leader" && node.configuration.voters.length > 1) {
      await this.#leaderships.transfer(O.none, { timeoutMs: settings.electionTick * settings.tickMs });
    }
    this.#engine.stop({ type: "Closed" });
    await this.stopped;
  }

  gather(): void {
    this.#proposals.flush();
    this.#reads.flush();
  }

  carryOut(effect: Effect): void {
    switch (effect.type) {
      case "Persist":
        return this.#persistence.add(effect);
      case "Send":
        if (effect.message.type === "InstallSnapshot") return this.#snapshots.send(effect.message);
        return this.#transport?.send(effect.message);
      case "Apply":
        if (this.#beginning.settings.tracer !== undefined) this.#proposals.committed(effect.entries);
        return this.#applier.add(effect.entries);
      case "RestoreSnapshot":
        return this.#applier.restore(effect.snapshot);
      case "SnapshotWanted":
        return this.#snapshots.wanted();
      case "ReadReady":
        return this.#reads.confirmed(effect);
      case "Appended":
        return this.#proposals.appended(effect);
      case "Rejected":
        return this.#turnedDown(effect);
      case "RoleChanged":
        return this.#roleChanged(effect);
      case "ForwardedReadReady": // this host forwards no reads by way of the reducer
      case "Refused": // the engine has told
      case "Fault":
        return;
    }
  }

  refused(reason: RefusedReason, message: Message, violation: Violation | null): void {
    this.#beginning.settings.logger.log("warn", "A message was refused", {
      message: message.type,
      reason: reason.type,
    });
    violation?.(`${message.type}: ${reason.type}`);
  }

  flush(): void {
    this.#leaderships.observe();
    this.#transport?.flush();
    this.#persistence.flush();
    this.#compactStorage();
    this.#applier.flush();
    this.#transport?.flush();
  }

  stop(reason: StopReason): void {
    this.#stopReason = reason;
    void this.#shutDown(reason);
  }

  async #shutDown(reason: StopReason): Promise<void> {
    const { settings, storage } = this.#beginning;
    const message = `The node stopped: ${reason.type}.`;
    if (reason.type !== "Closed") {
      const why = reason.type === "Fault" ? reason.reason.type : reason.message;
      settings.logger.log("error", "The node stopped", { reason: reason.type, why });
    }
    this.#ticker?.stop();
    this.#leaderships.close(message);
    this.#proposals.close(message);
    this.#reads.close(message);
    this.#abort.abort();
    await this.#applier.stop();
    await this.#transport?.close();
    await this.#persistence.idle();
    await storage.close().catch(() => {});
    await settings.recorder?.close();
    this.#events.emit({ type: "Stopped", reason });
    this.#events.end();
    this.#resolveStopped(reason);
  }

  #observer(): ConstructorParameters<typeof Applier<Command, Reply, Query, Answer>>[0]["observer"] {
    return {
      applied: (id, outcome) => this.#proposals.applied(id, outcome),
      appliedUpTo: (index, bytes) => {
        this.#reads.applied(index);
        this.#snapshots.appliedMore(bytes);
      },
      reconfigured: (configuration, index) => {
        this.#setPeers();
        this.handler.membersChanged(this.#engine.node.configuration.members);
        this.#snapshots.reconfigured();
        this.#events.emit({ type: "MembershipChanged", configuration, index });
      },
      restored: (snapshot) => {
        this.#proposals.passedOver(snapshot.index);
        this.#snapshots.restored(snapshot);
        this.#setPeers();
        this.handler.membersChanged(this.#engine.node.configuration.members);
      },
    };
  }

  #turnedDown(rejected: Rejected): void {
    if (this.#proposals.turnedDown(rejected) || this.#reads.turnedDown(rejected)) return;
    this.#leaderships.turnedDown(rejected);
  }

  #roleChanged(changed: Extract<Effect, { type: "RoleChanged" }>): void {
    this.#beginning.settings.logger.log("info", "The role, the term or the leader changed", {
      from: changed.from,
      to: changed.to,
      term: changed.term,
      lead: O.isSome(changed.lead) ? changed.lead.value : null,
      reason: changed.reason.type,
    });
    this.#events.emit(changed);
    this.#proposals.tryAgain();
    this.#engine.wake(); // whoever waited for a leader may go on
  }

  /** The state was cut; whatever told the disk why is written already. */
  #compactStorage(): void {
    const { snapshot } = this.#engine.node.log;
    if (snapshot.index === this.#compacted) return;
    this.#compacted = snapshot.index;
    this.#beginning.storage.compact(snapshot);
  }

  #tick(): void {
    const now = this.#beginning.settings.clock.now();
    this.#proposals.expire(now);
    this.#reads.expire(now);
    this.#leaderships.tick(now);
    this.#channel.expire(now);
    this.#snapshots.cutIfDue();
    void this.#moves.follow();
    this.#engine.turn();
  }

  #setPeers(): void {
    const { identity, system } = this.#beginning;
    const peers = new Map(system.addresses);
    peers.delete(identity.id);
    this.#transport?.setPeers(peers);
  }

  /** The leader, this node or another, as soon as there is one before the deadline. */
  async #someLeader({ signal, timeoutMs }: RequestOptions): Promise<O.Option<NodeId>> {
    const { clock, requestTimeoutMs, tickMs } = this.#beginning.settings;
    const deadline = clock.now() + (timeoutMs ?? requestTimeoutMs);
    for (;;) {
      const { lead } = this.#engine.node;
      if (O.isSome(lead) || this.#stopReason !== null) return lead;
      if (signal?.aborted || clock.now() >= deadline) return O.none;
      await wait(tickMs, clock, this.#abort.signal);
    }
  }
}
