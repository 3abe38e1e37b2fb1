/**
 * Changes the membership as an operator does: one change after the other, each tried again until it is done.
 *
 * @module
 */
import { type Configuration, isJoint } from "../../core/configuration.ts";
import type { MemberChanges } from "../node/raft_node.ts";
import type { Random } from "../random/random.ts";
import type { Party } from "./party.ts";

/** A change of the membership. */
export interface Job {
  /** What it is, for the story. */
  readonly name: string;
  /** What is left to do where the configuration is this one; nothing if it is done. */
  readonly changes: (configuration: Configuration) => MemberChanges | null;
  /** It is done. */
  readonly done?: () => void;
}

/** Does one job after the other. */
export class Operator {
  readonly #party: Party;
  readonly #random: Random;
  readonly #electionMs: number;
  readonly #jobs: Job[] = [];
  #working = false;
  /**
   * Everything up to this entry was applied where the last change was done. Before the others know that it is committed, they
   * would go on with the configuration before.
   */
  changedAt = 0;

  /** There is nothing to do. */
  constructor(party: Party, random: Random, electionMs: number) {
    this.#party = party;
    this.#random = random;
    this.#electionMs = electionMs;
  }

  /** Whether there is nothing to do. */
  get idle(): boolean {
    return this.#jobs.length === 0;
  }

  /** Does `job` after all others. */
  take(job: Job): void {
    this.#jobs.push(job);
    if (!this.#working) this.#party.watch(this.#work());
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      await this.#carryOut(job);
      this.#jobs.shift();
      if (this.#party.failed) return;
    }
    this.#working = false;
  }

  async #carryOut(job: Job): Promise<void> {
    while (!this.#party.failed) {
      const { leader } = this.#party;
      const configuration = leader?.node?.configuration;
      if (configuration !== undefined && !isJoint(configuration)) {
        const changes = job.changes(configuration);
        if (changes === null) {
          this.#party.tell(`Done: ${job.name}; the voters are ${configuration.voters.join(", ")}.`);
          this.changedAt = leader?.node?.applied ?? this.changedAt;
          return job.done?.();
        }
        await this.#ask(changes);
      }
      await this.#party.sleep(this.#electionMs / 4);
    }
  }

  // Mostly the leader, which is as good as any other node.
  async #ask(changes: MemberChanges): Promise<void> {
    const { leader, up } = this.#party;
    const any = up[Math.floor(this.#random.next() * up.length)];
    const asked = this.#random.next() < 0.3 ? any : leader;
    await asked?.raft?.changeMembers(changes, { timeoutMs: 4 * this.#electionMs });
  }
}
