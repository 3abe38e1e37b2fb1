/**
 * Does what the plan says is to go wrong, and makes all of it good at the end.
 *
 * @module
 */
import type { Random } from "../random/random.ts";
import { disturbNetwork, GOOD_AGAIN, isNetworkEvent, usual } from "./network_faults.ts";
import { Membership } from "./membership_faults.ts";
import type { Party, Victim } from "./party.ts";
import type { PlannedEvent, Target } from "./plan.ts";
import { SlowLinks } from "./slow_links.ts";

/** After so many election timeouts, a disk on which a bit has flipped is replaced. */
const TRUST = 10;

/** Something that happens to a node, and lasts. */
type Lasting = PlannedEvent & { readonly forMs: number };

/** A node takes longer for everything, as long as it is the same process. */
interface Slowness {
  readonly host: Victim;
  readonly incarnation: number;
  readonly delayMs: number;
}

/** Carries a plan out. */
export class Nemesis {
  readonly #party: Party;
  readonly #membership: Membership;
  readonly #links: SlowLinks;
  /** What makes nodes slow just now, the newest last. */
  readonly #slownesses = new Set<Slowness>();
  #over = false;

  /** Nothing happens yet. */
  constructor(party: Party) {
    this.#party = party;
    this.#membership = new Membership(party);
    this.#links = new SlowLinks(party.network, party.plan.faults.delayMs);
  }

  /** Whether every change of the membership that was begun is done. */
  get idle(): boolean {
    return this.#membership.idle;
  }

  /** From now on everything happens at its time. */
  start(): void {
    const { clock, network, plan, watch } = this.#party;
    network.set(usual(plan));
    for (const event of plan.events) clock.after(event.at, () => this.#over || watch(this.#happen(event)));
  }

  /** Everything is good from now on: whatever is down starts, also what goes down because of what was done before. */
  heal(): void {
    this.#over = true;
    const { cuts, hosts, network, watch } = this.#party;
    cuts.healAll();
    this.#links.forget();
    network.set(GOOD_AGAIN);
    for (const host of hosts) {
      host.slow(0);
      host.thaw();
      host.makeRoom();
    }
    watch(this.#keepUp());
  }

  async #keepUp(): Promise<void> {
    const { electionMs } = this.#party.plan;
    while (!this.#party.failed) {
      for (const host of this.#party.hosts) {
        if (host.lost) this.#membership.replace(host, electionMs);
        else if (!host.up && !host.gone) this.#party.watch(host.start());
      }
      await this.#party.sleep(electionMs / 2);
    }
  }

  async #happen(event: PlannedEvent): Promise<void> {
    if (isNetworkEvent(event)) {
      return await disturbNetwork(event, this.#party, { find: (target) => this.#find(target), links: this.#links });
    }
    switch (event.type) {
      case "blackouts":
        return await this.#blackout(event);
      case "transfers":
        return this.#transfer(event.to);
    }
    const host = this.#find(event.node);
    if (host === null || host.gone) return;
    switch (event.type) {
      case "freezes":
        return await this.#freeze(host, event.forMs);
      case "slowNodes":
        return await this.#slow(host, event);
      case "crashes":
        return await this.#crash(host, event);
      case "failedSyncs":
        return await this.#failSync(host, event.forMs);
      case "fullDisks":
        return await this.#fill(host, event);
      case "flippedBits":
        return await this.#flip(host, event);
      case "wipedDisks":
        return await this.#wipe(host, event);
      case "memberChanges":
        return this.#membership.change(host, event.change);
      case "snapshots":
        return this.#compact(host);
    }
  }

  async #freeze(host: Victim, forMs: number): Promise<void> {
    if (!host.up || host.frozen) return;
    this.#party.fault("freezes", `Node ${host.id} stands still for ${forMs} ms.`);
    const { incarnation } = host;
    host.freeze();
    await this.#party.sleep(forMs);
    if (host.incarnation !== incarnation) return;
    this.#party.tell(`Node ${host.id} goes on.`);
    host.thaw();
  }

  async #slow(host: Victim, { delayMs, forMs }: { readonly delayMs: number; readonly forMs: number }): Promise<void> {
    if (!host.up) return;
    this.#party.fault("slowNodes", `Node ${host.id} takes up to ${delayMs} ms longer for everything.`);
    const { incarnation } = host;
    const slowness = { host, incarnation, delayMs };
    this.#slownesses.add(slowness);
    host.slow(delayMs);
    await this.#party.sleep(forMs);
    this.#slownesses.delete(slowness);
    if (this.#over || host.incarnation !== incarnation) return; // another process is slow for reasons of its own
    const left = [...this.#slownesses].findLast((other) => other.host === host && other.incarnation === incarnation);
    host.slow(left?.delayMs ?? 0);
  }

  // In half of all cases in the middle of what the disk is doing next.
  async #crash(host: Victim, event: Lasting): Promise<void> {
    if (!host.up) return;
    const random = this.#chance(event);
    this.#party.fault("crashes", `The power of node ${host.id} goes off for ${Math.round(event.forMs)} ms.`);
    if (random.next() < 0.5) {
      host.crashAtOperation(Math.floor(random.next() * 6));
      await this.#party.sleep(this.#party.plan.electionMs / 4);
    }
    host.crash();
    await this.#startAgain(host, event.forMs);
  }

  async #blackout(event: Lasting): Promise<void> {
    const { up } = this.#party;
    if (up.length === 0) return;
    const random = this.#chance(event);
    this.#party.fault("blackouts", `The power of all nodes goes off for ${Math.round(event.forMs)} ms.`);
    for (const host of up) host.crash();
    await Promise.all(up.map((host) => this.#startAgain(host, event.forMs * (0.5 + random.next() / 2))));
  }

  async #failSync(host: Victim, forMs: number): Promise<void> {
    if (!host.up || host.harm.size > 0) return;
    this.#party.tell(`The next sync of node ${host.id} will fail.`);
    host.failSync();
    await this.#party.sleep(forMs);
    await this.#startAgain(host, 0);
  }

  // It shows with what is begun anew: a segment of the log, or a snapshot. As soon as it has shown, there is room again.
  async #fill(host: Victim, event: Lasting): Promise<void> {
    if (!host.up || host.harm.size > 0) return;
    this.#party.tell(`The disk of node ${host.id} becomes full.`);
    host.fill(Math.floor(this.#chance(event).next() * 64));
    this.#cutLog(host);
    const { clock, plan: { electionMs } } = this.#party;
    while (host.harm.has("fullDisks") && clock.now() < event.at + event.forMs) await this.#party.sleep(electionMs / 2);
    host.makeRoom();
    await this.#startAgain(host, 0);
  }

  // Damage may be noticed at once, later or never. Nobody trusts the disk for long.
  async #flip(host: Victim, { where, forMs }: { readonly where: number; readonly forMs: number }): Promise<void> {
    if (!await this.#membership.canLose(host)) return;
    const { electionMs } = this.#party.plan;
    this.#membership.risk(host);
    host.crash();
    const flipped = await host.flip(where);
    if (flipped) this.#party.fault("flippedBits", `A bit on the disk of node ${host.id} has flipped.`);
    else this.#membership.keep(host);
    await this.#startAgain(host, flipped ? forMs : 0);
    if (!flipped) return;
    if (!host.lost) await this.#party.sleep(TRUST * electionMs);
    this.#membership.replace(host, electionMs);
  }

  // In half of all cases another node starts again while the one without its memory is there: it has to know it, too.
  async #wipe(host: Victim, event: Lasting): Promise<void> {
    if (!await this.#membership.canLose(host)) return;
    this.#party.fault("wipedDisks", `Node ${host.id} has lost its disk.`);
    this.#membership.replace(host, event.forMs);
    const random = this.#chance(event);
    const { up } = this.#party;
    const other = up[Math.floor(random.next() * up.length)];
    if (other === undefined || random.next() < 0.5) return;
    await this.#crash(other, { ...event, forMs: event.forMs + random.next() * this.#party.plan.electionMs });
  }

  #transfer(to: Target): void {
    const { leader, plan, up } = this.#party;
    const other = typeof to === "number" ? this.#find(to) : up.find((host) => host !== leader) ?? null;
    if (leader === null || other === null || other === leader) return;
    this.#party.fault("transfers", `Node ${leader.id} is asked to hand over to node ${other.id}.`);
    this.#party.watch(Promise.resolve(leader.raft?.transferLeadership(other.id, { timeoutMs: 2 * plan.electionMs })));
  }

  #compact(host: Victim): void {
    if (host.raft === null) return;
    this.#party.fault("snapshots", `Node ${host.id} makes a snapshot.`);
    this.#cutLog(host);
  }

  // What becomes of it is of no interest where the node stops meanwhile, or its disk is harmed.
  #cutLog(host: Victim): void {
    const { raft } = host;
    if (raft === null) return;
    let stopped = false;
    void raft.stopped.then(() => stopped = true);
    this.#party.watch(
      raft.compact().catch(async (error) => {
        await this.#party.sleep(0); // a node that stops says so when everything that waits for it was told
        if (!stopped && host.raft === raft && host.harm.size === 0) throw error;
      }),
    );
  }

  /** The chance of an event is its own: without it, all others happen as before. */
  #chance({ at, type }: PlannedEvent): Random {
    return this.#party.chance(`${type} ${at}`);
  }

  async #startAgain(host: Victim, afterMs: number): Promise<void> {
    await this.#party.sleep(afterMs);
    if (host.up || host.gone || host.lost) return;
    this.#party.tell(`Node ${host.id} starts again.`);
    await host.start();
  }

  /** The machine with this number, or what has taken its place. */
  #find(target: Target): Victim | null {
    const { hosts, leader, up } = this.#party;
    if (target === "leader") return leader ?? up[0] ?? null;
    const host = hosts.find(({ id }) => id === target);
    if (host !== undefined && !host.gone) return host;
    const present = hosts.filter(({ gone }) => !gone);
    return present[target % present.length] ?? null;
  }
}
