/**
 * Members that leave, come back, change their parts, or lose their disks.
 *
 * More machines than a minority of the voters may never be lost at the same time: Raft stands on that.
 *
 * @module
 */
import { type Configuration, isJoint } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import { Operator } from "./operator.ts";
import type { Party, Victim } from "./party.ts";
import { addressOf } from "./surroundings.ts";

/** Changes the membership. */
export class Membership {
  readonly #party: Party;
  readonly #operator: Operator;
  /** Machines that are lost, or may be when they start again, and are not replaced yet. */
  readonly #losses = new Set<NodeId>();
  readonly #replaced = new Set<NodeId>();
  /** Machines that may come up without their memory: nobody joins meanwhile, who would not know what they were before. */
  readonly #outcasts = new Set<NodeId>();

  /** There is nothing to do. */
  constructor(party: Party) {
    this.#party = party;
    this.#operator = new Operator(party, party.chance("operator"), party.plan.electionMs);
  }

  /** Whether everything that was begun is done. */
  get idle(): boolean {
    return this.#losses.size === 0 && this.#operator.idle;
  }

  /** Whether the cluster can do without this machine, and will notice that its node is another one. */
  async canLose(host: Victim): Promise<boolean> {
    return this.#canSpare(host) && await this.#party.canDoWithout(host.id, this.#operator.changedAt) &&
      this.#canSpare(host);
  }

  #canSpare({ gone, id, lost }: Victim): boolean {
    const { configuration } = this.#party;
    if (gone || lost || configuration === null || isJoint(configuration) || !this.#operator.idle) return false;
    return !this.#losses.has(id) && this.#losses.size + 1 <= Math.floor((configuration.voters.length - 1) / 2);
  }

  /** The machine may be lost. */
  risk({ id }: Victim): void {
    this.#losses.add(id);
    this.#outcasts.add(id);
  }

  /** It is not. */
  keep({ id }: Victim): void {
    this.#losses.delete(id);
    this.#outcasts.delete(id);
  }

  /** The disk of the machine is gone: after it has tried to come back for `forMs`, another one takes its place. */
  replace(host: Victim, forMs: number): void {
    const { id } = host;
    if (this.#replaced.has(id)) return;
    this.#replaced.add(id);
    this.#losses.add(id);
    this.#party.watch(this.#replace(id, forMs));
  }

  /** A member leaves, comes or changes its part, unless too few voters would be left or something is under way. */
  change(host: Victim, change: "remove" | "demote" | "add" | "swap"): void {
    const { configuration } = this.#party;
    if (configuration === null || isJoint(configuration) || !this.idle) return;
    const enough = configuration.voters.length > Math.max(2, Math.ceil(this.#party.plan.nodes / 2));
    const isVoter = configuration.voters.includes(host.id);
    switch (change) {
      case "remove":
        if (enough && isVoter) this.#remove(host.id);
        return;
      case "demote":
        if (enough && isVoter) this.#demote(host.id);
        return;
      case "swap":
        if (isVoter) this.#swap(host.id);
        return;
      case "add":
        return this.#add(configuration);
    }
  }

  #remove(id: NodeId): void {
    this.#begin(`node ${id} is removed`, ({ members }) => members.includes(id) ? { remove: [id] } : null, () => {
      this.#party.retire(id);
    });
  }

  #demote(id: NodeId): void {
    this.#begin(`node ${id} becomes a learner`, ({ voters }) => {
      return voters.includes(id) ? { learners: new Map([[id, addressOf(id)]]) } : null;
    });
  }

  #add({ learners, voters }: Configuration): void {
    const [learner] = learners;
    if (learner !== undefined) {
      const changes = (now: Configuration) => now.voters.includes(learner) ? null : { promote: [learner] };
      return this.#begin(`node ${learner} becomes a voter`, changes);
    }
    if (voters.length >= this.#party.plan.nodes) return;
    const { id } = this.#newcomer();
    this.#begin(`node ${id} is added`, (now) => {
      return now.voters.includes(id) ? null : { add: new Map([[id, addressOf(id)]]) };
    });
  }

  #swap(id: NodeId): void {
    this.#begin(...this.#exchange(id), () => this.#party.retire(id));
  }

  async #replace(id: NodeId, forMs: number): Promise<void> {
    const { electionMs } = this.#party.plan;
    this.#outcasts.add(id);
    await this.#party.lose(id, forMs, 3 * electionMs);
    this.#outcasts.delete(id);
    while (this.#outcasts.size > 0 && !this.#party.failed) await this.#party.sleep(electionMs / 4);
    const [name, changes] = this.#exchange(id);
    this.#operator.take({ name, changes, done: () => void this.#losses.delete(id) });
  }

  /** A new node comes in the place of another one. */
  #exchange(id: NodeId): [string, (now: Configuration) => { add?: Map<NodeId, string>; remove?: NodeId[] } | null] {
    const newcomer = this.#newcomer().id;
    return [`node ${newcomer} takes the place of node ${id}`, ({ members, voters }) => {
      if (members.includes(id)) return { add: new Map([[newcomer, addressOf(newcomer)]]), remove: [id] };
      return voters.includes(newcomer) ? null : { add: new Map([[newcomer, addressOf(newcomer)]]) };
    }];
  }

  #newcomer(): Victim {
    const host = this.#party.newHost();
    this.#party.watch(host.start());
    return host;
  }

  #begin(
    name: string,
    changes: (now: Configuration) => Parameters<NonNullable<Victim["raft"]>["changeMembers"]>[0] | null,
    done?: () => void,
  ): void {
    this.#party.fault("memberChanges", `Operator: ${name}.`);
    this.#operator.take({ name, changes, done });
  }
}
