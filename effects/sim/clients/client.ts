/**
 * A client of any application: it writes and reads now and then, often several times in a row, on any node, and writes down
 * what it is told.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { ProposeError, RaftNode, Session } from "../../node/raft_node.ts";
import type { Random } from "../../random/random.ts";
import type { SimWorld } from "../workload.ts";
import type { Calls } from "./calls.ts";
import type { Ledger, WriteCall } from "./ledger.ts";
import type { Manner } from "./operation.ts";
import type { Replicas } from "./replicas.ts";
import { isSame, show } from "./same.ts";
import type { Objection } from "./judgement.ts";

/** What clients share. */
export interface Surroundings<Command, Reply, Query, Answer> {
  /** The simulation. */
  readonly world: SimWorld<Command, Reply, Query, Answer>;
  /** Where everything is written down. */
  readonly ledger: Ledger<Command, Reply, Query, Answer>;
  /** What is under way. */
  readonly calls: Calls<Command, Reply, Query, Answer>;
  /** The state machines. */
  readonly replicas: Replicas<Command, Reply, Query, Answer>;
  /** What is wrong is told to this one. */
  readonly object: Objection;
}

/** How probable it is that a client goes on at once, and milliseconds that it waits at most if it does, and if it does not. */
const GOES_ON = 0.85;
const SHORT_PAUSE_MS = 40;
const LONG_PAUSE_MS = 8_000;
/** The share of reads. */
const READS = 0.4;
/** So often a command with a key is sent. */
const TRIES = 4;
/** How probable it is that a command with a key is sent again much later, although it was answered. */
const COMES_BACK = 0.2;
/** How probable it is that a session does not wait for a reply before it goes on, and that it outlives an unknown one. */
const HURRIES = 0.2;
const STAYS = 0.5;
/** How probable it is that a session is left for a new one. */
const LEAVES = 0.1;

/** A client. */
export class Client<Command, Reply, Query, Answer> {
  readonly #id: number;
  readonly #manner: Manner;
  readonly #around: Surroundings<Command, Reply, Query, Answer>;
  readonly #random: Random;
  #sessions = 0;
  #session: Option<OpenSession<Command, Reply, Query, Answer>> = O.none;
  /** What may be sent again, although it was answered. */
  #answered: Option<KeyedWrite<Command, Reply>> = O.none;

  /** Client number `id`. */
  constructor(id: number, manner: Manner, around: Surroundings<Command, Reply, Query, Answer>) {
    this.#id = id;
    this.#manner = manner;
    this.#around = around;
    this.#random = around.world.chance(`client ${id}`);
  }

  /** Works until `over`. */
  async work(over: () => boolean): Promise<void> {
    const { world } = this.#around;
    while (!over() && !world.failed) {
      await world.sleep(this.#random.next() * (this.#random.next() < GOES_ON ? SHORT_PAUSE_MS : LONG_PAUSE_MS));
      const node = this.#anyNode();
      if (O.isNone(node) || over()) continue;
      if (world.app.query !== undefined && this.#random.next() < READS) await this.read(node.value);
      else await this.write(node.value);
    }
  }

  /** Reads on `node`; whether there was an answer. */
  async read(node: Node<Command, Reply, Query, Answer>): Promise<boolean> {
    const { calls, ledger, object, replicas, world } = this.#around;
    if (world.app.query === undefined) return true;
    const query = world.app.query(this.#random);
    if (replicas.isAsked(node.id, query)) return false;
    const pending = replicas.expect(node.id, query);
    const call = ledger.read(this.#id, node.id, query);
    const timeoutMs = this.#timeoutMs();
    const what = () => `a read of ${show(query)}`;
    const answer = await calls.request({ node, timeoutMs, what, ask: () => node.read(query, { timeoutMs }) });
    replicas.finish(pending);
    if (O.isNone(answer) || E.isLeft(answer.value)) {
      call.over(null);
      return false;
    }
    const told = answer.value.right;
    if (pending.seen === null || !isSame(pending.seen.answer, told)) {
      const sentence = `node ${node.id} answers ${show(told)} to ${what()}, which its state machine has not answered`;
      object("Right Replies", sentence);
    }
    call.over(pending.seen);
    world.tell(`client ${this.#id} reads ${show(query)} on node ${node.id}: ${show(told)}`);
    return true;
  }

  /** Has a command carried out, by way of `node` first; whether there was an answer. */
  async write(node: Node<Command, Reply, Query, Answer>): Promise<boolean> {
    const command = this.#around.world.app.command(this.#random);
    switch (this.#manner) {
      case "plain":
        return await this.#writePlain(node, command);
      case "keyed":
        return await this.#writeKeyed(node, command);
      case "session":
        return await this.#writeInSession(node, command);
    }
  }

  async #writePlain(node: Node<Command, Reply, Query, Answer>, command: Command): Promise<boolean> {
    const call = this.#around.ledger.write({ client: this.#id, manner: "plain", session: null }, command);
    const timeoutMs = this.#timeoutMs();
    const ok = await this.#propose(node, command, call, timeoutMs, () => node.propose(command, { timeoutMs }));
    if (ok !== true) call.over(ok);
    return ok === true;
  }

  /** The same command with the same key, to one node after the other and sometimes to two at once, until one answers. */
  async #writeKeyed(first: Node<Command, Reply, Query, Answer>, command: Command): Promise<boolean> {
    const { ledger, world } = this.#around;
    await this.#comeBack(first);
    const call = ledger.write({ client: this.#id, manner: "keyed", session: null }, command);
    const keyed = { command, call, key: `${this.#id}.${call.number}`, timeoutMs: this.#timeoutMs() };
    let perhaps = false;
    let node = O.some(first);
    for (let tries = 0; tries < TRIES; tries++) {
      const asked = [node];
      if (this.#isTried()) asked.push(this.#anyNode());
      if (asked.length > 1 && asked.every(O.isSome)) world.countRetry();
      const results = await Promise.all(asked.filter(O.isSome).map(({ value }) => this.#proposeKeyed(value, keyed)));
      if (results.includes(true)) {
        if (this.#isTried(COMES_BACK)) this.#answered = O.some(keyed);
        return true;
      }
      perhaps ||= results.includes(null);
      await world.sleep(world.plan.heartbeatMs);
      node = this.#anyNode();
    }
    call.over(perhaps ? null : false);
    return false;
  }

  /** Sends again what was answered a while ago: it must neither be applied again nor be replied to in another way. */
  async #comeBack(node: Node<Command, Reply, Query, Answer>): Promise<void> {
    const answered = this.#answered;
    if (O.isNone(answered) || this.#random.next() < 0.5) return;
    this.#answered = O.none;
    this.#around.world.countRetry();
    await this.#proposeKeyed(node, answered.value);
  }

  #proposeKeyed(
    node: Node<Command, Reply, Query, Answer>,
    { command, call, key, timeoutMs }: KeyedWrite<Command, Reply>,
  ): Promise<boolean | null> {
    const options = { idempotencyKey: key, timeoutMs };
    return this.#propose(node, command, call, timeoutMs, () => node.propose(command, options));
  }

  /** Whether a request is sent a second time, where it is probable to be so. */
  #isTried(probability: number = this.#around.world.plan.faults.clientRetries): boolean {
    return this.#around.world.plan.faults.clientRetries > 0 && this.#random.next() < probability;
  }

  async #writeInSession(node: Node<Command, Reply, Query, Answer>, command: Command): Promise<boolean> {
    const session = await this.#openSession(node);
    if (O.isNone(session)) return false;
    const first = this.#proposeIn(session.value, command);
    if (this.#random.next() >= HURRIES) return await first;
    const second = this.#proposeIn(session.value, this.#around.world.app.command(this.#random));
    return (await first) && (await second);
  }

  async #proposeIn(session: OpenSession<Command, Reply, Query, Answer>, command: Command): Promise<boolean> {
    const { name, node, session: open } = session;
    const way = { client: this.#id, manner: "session", session: { name, sequence: ++session.count } } as const;
    const call = this.#around.ledger.write(way, command);
    const timeoutMs = 2 * this.#timeoutMs();
    const ok = await this.#propose(node, command, call, timeoutMs, () => open.propose(command, { timeoutMs }));
    if (ok === true) return true;
    call.over(ok);
    if (this.#random.next() >= STAYS) this.#session = O.none;
    return false;
  }

  /** The session that is open, or a new one on `node`. */
  async #openSession(
    node: Node<Command, Reply, Query, Answer>,
  ): Promise<Option<OpenSession<Command, Reply, Query, Answer>>> {
    const leaves = this.#random.next() < LEAVES;
    if (O.isSome(this.#session) && !leaves && this.#isUp(this.#session.value.node)) return this.#session;
    const { calls } = this.#around;
    const timeoutMs = this.#timeoutMs();
    const what = () => "the wish for a session";
    const opened = await calls.request({ node, timeoutMs, what, ask: () => node.openSession({ timeoutMs }) });
    this.#session = O.isSome(opened) && E.isRight(opened.value)
      ? O.some({ name: `${this.#id}.${++this.#sessions}`, node, session: opened.value.right, count: 0 })
      : O.none;
    return this.#session;
  }

  /** Proposes once: whether it was carried out, certainly was not, or null if nobody knows. */
  async #propose(
    node: Node<Command, Reply, Query, Answer>,
    command: Command,
    call: WriteCall<Reply>,
    timeoutMs: number,
    ask: () => Promise<Either<ProposeError, Reply>>,
  ): Promise<boolean | null> {
    const { calls, replicas, world } = this.#around;
    if (!replicas.propose(node.id, command, call.number)) return false;
    const result = await calls.request({ node, timeoutMs, what: () => show(command), ask });
    replicas.withdraw(node.id, call.number);
    if (O.isNone(result)) return null;
    const said = `client ${this.#id}: ${show(command)} (operation ${call.number}) on node ${node.id}:`;
    if (E.isLeft(result.value)) {
      const { left } = result.value;
      world.tell(`${said} ${left.type === "Rejected" ? left.reason : left.type}`);
      return left.type === "Rejected" ? false : null;
    }
    const reply = result.value.right;
    world.tell(`${said} ${show(reply)}`);
    call.answered({ node: node.id, reply, bytes: replicas.encodeReply(node.id, reply) });
    return true;
  }

  #isUp(node: Node<Command, Reply, Query, Answer>): boolean {
    return this.#around.world.hosts.some(({ raft, gone }) => raft === node && !gone);
  }

  #timeoutMs(): number {
    return (1 + Math.floor(this.#random.next() * 3)) * this.#around.world.plan.electionMs;
  }

  /** Often one that leads, or has not heard yet that it does not lead any more. */
  #anyNode(): Option<Node<Command, Reply, Query, Answer>> {
    const running = this.#around.world.hosts.filter(({ raft, gone }) => raft !== null && !gone);
    const leaders = running.filter(({ node }) => node?.role === "leader");
    const among = leaders.length > 0 && this.#random.next() < 0.5 ? leaders : running;
    return O.fromNullable(among[Math.floor(this.#random.next() * among.length)]?.raft);
  }
}

/** A node as its clients reach it. */
export type Node<Command, Reply, Query, Answer> = RaftNode<Command, Reply, Query, Answer>;

interface KeyedWrite<Command, Reply> {
  readonly command: Command;
  readonly call: WriteCall<Reply>;
  readonly key: string;
  readonly timeoutMs: number;
}

interface OpenSession<Command, Reply, Query, Answer> {
  readonly name: string;
  readonly node: Node<Command, Reply, Query, Answer>;
  readonly session: Session<Command, Reply>;
  count: number;
}
