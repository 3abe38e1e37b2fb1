/**
 * What a running node never takes back.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Check, violated } from "../check.ts";
import { CommittedEntries } from "./committed.ts";
import { describeEntry, isSameEntry } from "./same.ts";

/** Term, commit index and applied index of a running node never go back (Figure 2: "increases monotonically"). */
export function nothingGoesBack(): Check {
  const name = "Term, commit and applied never go back";
  return {
    name,
    stepped({ host, before, after }) {
      for (const what of ["term", "commit", "applied"] as const) {
        if (after[what] >= before[what]) continue;
        violated(name, `the ${what} of ${host.id} went from ${before[what]} back to ${after[what]}`);
      }
    },
  };
}

/** A vote never changes within a term (§5.2), and no node ever tells two candidates of one term that they have it. */
export function oneVotePerTerm(): Check {
  const name = "A node votes once in a term";
  const granted = new Map<string, number>();
  return {
    name,
    stepped({ host, before, after }) {
      if (before.term !== after.term || O.isNone(before.vote)) return;
      if (O.isSome(after.vote) && after.vote.value === before.vote.value) return;
      const now = O.isSome(after.vote) ? String(after.vote.value) : "nobody";
      violated(name, `in term ${after.term} the vote of ${host.id} went from ${before.vote.value} to ${now}`);
    },
    released(message) {
      if (message.type !== "RequestVoteResponse" || !message.granted) return;
      const { from, to, term } = message;
      const first = granted.get(`${from} ${term}`);
      if (first === undefined) granted.set(`${from} ${term}`, to);
      else if (first !== to) violated(name, `in term ${term}, ${from} has voted for ${first} and for ${to}`);
    },
  };
}

/** What any node has known to be committed stays at its place in every log that claims to hold it. */
export function committedStays(): Check {
  const name = "What is committed stays";
  const committed = new CommittedEntries();
  return {
    name,
    started: (_host, node) => committed.learnStart(node),
    stepped(step) {
      committed.learn(step);
      const { host, before, after } = step;
      if (before.log === after.log && before.commit === after.commit) return;
      for (let index = after.log.first; index <= after.commit; index++) {
        const known = committed.at(index);
        if (index <= after.log.last.index && known !== undefined && isSameEntry(after.log.at(index), known.entry)) {
          continue;
        }
        const has = index > after.log.last.index ? "nothing" : describeEntry(after.log.at(index));
        violated(name, `at ${index}, ${host.id} has ${has}; committed is ${known && describeEntry(known.entry)}`);
      }
    },
  };
}

/** Whoever changes its role, its term or its leader says so, once, and says why. */
export function everyTurnIsExplained(): Check {
  const name = "Every turn is explained";
  return {
    name,
    stepped({ host, before, after, outbox }) {
      const turned = before.role !== after.role || before.term !== after.term || !sameLead();
      const said = outbox.filter(({ type }) => type === "RoleChanged");
      if (said.length !== (turned ? 1 : 0)) {
        const what = `${before.role} of term ${before.term} to ${after.role} of term ${after.term}`;
        violated(name, `${host.id} went from ${what} and said so ${said.length} times`);
      }
      function sameLead(): boolean {
        return O.isSome(before.lead)
          ? O.isSome(after.lead) && before.lead.value === after.lead.value
          : O.isNone(after.lead);
      }
    },
  };
}
