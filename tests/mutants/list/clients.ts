/**
 * Faults of the shell around clients: proposals, sessions, reads, leases.
 *
 * @module
 */
import type { Mutant } from "../mutant.ts";
import { CUT_OFF, CUT_OFF_LEASES, NETWORK, SLOW_LEADERS, SNAPSHOTS } from "../detectors.ts";

/** Faults around clients. */
export const CLIENTS: readonly Mutant[] = [
  {
    name: "lease-without-a-quorum",
    area: "shell",
    file: "effects/node/reads.ts",
    find: "    if (!mayAnswer(node)) return;\n",
    replace: "    if (!mayAnswer(node)) return;\n    lease.renew(clock.now(), node.term);\n",
    story:
      "The lease is renewed when a quorum is asked, and not when it has answered: a leader that was cut off goes on " +
      "answering for ever.",
    detector: CUT_OFF_LEASES,
    expected: ["Real-Time Order", "Reads are linearizable"],
  },
  {
    name: "reads-before-it-has-applied",
    area: "shell",
    file: "effects/node/reads.ts",
    find: "    if (this.#parts.applied() < index) this.#applying.push({ index, waiters });\n    else for",
    replace: "    for",
    story: "A read is answered as soon as the leader has said what is committed, before the state machine has it.",
    detector: CUT_OFF,
    expected: ["Real-Time Order"],
  },
  {
    name: "reply-to-another-proposal",
    area: "shell",
    file: "effects/node/proposals.ts",
    find: "    if (term === applied) waiter.resolve(outcome);",
    replace: "    if (term === applied || applied > 0) waiter.resolve(outcome);",
    story:
      "A client is told what became of the entry at the place of its own, although that was replaced: its write is " +
      "lost, and acknowledged.",
    detector: CUT_OFF,
    expected: ["Lasting Writes", "Right Replies"],
  },
  {
    name: "replies-in-another-order",
    area: "shell",
    file: "effects/node/proposals.ts",
    find: "      for (let i = 0; i < batch.length; i++) this.#bind(batch[i], index + i, term);",
    replace: "      for (let i = 0; i < batch.length; i++) this.#bind(batch[i], index + batch.length - 1 - i, term);",
    story: "The replies to proposals that went to the log together reach the wrong clients.",
    detector: CUT_OFF,
    expected: ["Right Replies"],
  },
  {
    name: "batch-in-another-order",
    area: "shell",
    file: "effects/node/apply_batch.ts",
    find: "        const position = this.#commands.push(decoded.right) - 1;",
    replace: "        const position = this.#commands.unshift(decoded.right) - 1;",
    story:
      "Commands that are applied together are applied in another order than that of the log: nodes with other batches " +
      "end up with another state.",
    detector: CUT_OFF,
    expected: ["Equal Replicas"],
  },
  {
    name: "request-carried-out-twice",
    area: "shell",
    file: "effects/node/requests.ts",
    find: "    if (counter <= window.highest - WINDOW || window.seen.has(counter)) return false;",
    replace: "    if (counter <= window.highest - WINDOW) return false;",
    story: "A request to the leader that the network doubles is carried out twice.",
    detector: NETWORK,
    expected: ["Exactly Once"],
  },
  {
    name: "no-answer-is-a-no",
    area: "shell",
    file: "effects/node/leader_channel.ts",
    find: "    if (O.isNone(answer)) return O.none;",
    replace: `    if (O.isNone(answer)) return O.some(E.left("NoLeader"));`,
    story:
      "A request to the leader that was not answered is taken for one that was refused, and made again: a command " +
      "that was carried out is carried out twice.",
    detector: NETWORK,
    expected: ["No Effect", "Exactly Once"],
  },
  {
    name: "replaced-by-a-snapshot-is-a-no",
    area: "shell",
    file: "effects/node/proposals.ts",
    find: `    const error: ProposeError = { type: "Unknown", message: "A snapshot took the place of the entry." };`,
    replace: `    const error: ProposeError = this.#parts.rejected("Replaced");`,
    story:
      "Where a snapshot has taken the place of an entry its client is told that it has no effect, and nobody knows.",
    detector: SNAPSHOTS,
    expected: ["No Effect"],
  },
  {
    name: "session-forgets-replies",
    area: "shell",
    file: "effects/session/sessions.ts",
    find: '    if (known !== undefined) return { type: "Repeat", kept: known };\n',
    replace: "    void known;\n",
    story: "A command that a client sends again, since it heard nothing, is applied again (thesis §6.3).",
    detector: NETWORK,
    expected: ["Exactly Once"],
  },
  {
    name: "lease-read-after-a-pause",
    area: "shell",
    file: "effects/node/reads.ts",
    find: "this.#parts.lease.renew(round.began, round.term);",
    replace: "this.#parts.lease.renew(this.#parts.clock.now(), round.term);",
    story:
      "The lease counts from the answer and not from the question: where the process was paused in between, another " +
      "leader was elected long ago.",
    detector: SLOW_LEADERS,
    expected: ["Real-Time Order"],
  },
];
