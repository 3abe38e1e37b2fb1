/**
 * Elections (§5.2).
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { sameId } from "../../core/entry.ts";
import { type Check, violated } from "./check.ts";

/** At most one node is elected in a term, and it is elected once (§5.2). */
export function electionSafety(): Check {
  const name = "Election Safety";
  const leaders = new Map<number, string>();
  return {
    name,
    stepped({ host, before, after }) {
      if (after.role !== "leader" || (before.role === "leader" && before.term === after.term)) return;
      // A node that crashes and is elected again in its term is another leader: it may have lost what it has sent.
      const leader = `node ${host.id} (start ${host.incarnation})`;
      const other = leaders.get(after.term);
      if (other === undefined) leaders.set(after.term, leader);
      else if (other !== leader) violated(name, `${other} and ${leader} both lead term ${after.term}`);
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
      if (before.vote === after.vote || before.term !== after.term || O.isNone(before.vote)) return;
      if (sameId(before.vote, after.vote)) return;
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
