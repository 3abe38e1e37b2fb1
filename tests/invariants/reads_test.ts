/**
 * Reads, shown answers that are right and answers that are wrong.
 *
 * @module
 */
import { describe, it } from "@std/testing/bdd";
import { DEFAULT_OPTIONS, type Message, ofVoters, type Outbox } from "../../core/mod.ts";
import { readsAreLinearizable } from "../../effects/invariants/mod.ts";
import { assertObjects, follower, History, leader, logOf } from "./history.ts";

const READ: Message = { type: "ReadIndex", ticket: 7, context: Uint8Array.of(1, 7) };
const LOG = logOf([1, 1, 1]);

/** Node 1 leads and has committed two entries; then it is asked for a read, and commits a third one. */
function asked(parts: Parameters<typeof leader>[1] = {}): History {
  const history = new History(readsAreLinearizable());
  const before = leader(1, { term: 1, log: LOG, commit: 2, ...parts });
  return history.step(before).step(before, READ).step({ ...before, commit: 3 });
}

function ready(index: number, ticket = 7): Outbox {
  return [{ type: "ReadReady", ticket, index }];
}

describe("Reads are linearizable", () => {
  const now = leader(1, { term: 1, log: LOG, commit: 3 });

  it("whether they are answered with what was committed then, or later", () => {
    asked().step(now, undefined, ready(2)).step(now, undefined, ready(3));
  });

  it("or the check objects to an answer that is too old", () => {
    assertObjects(
      () => asked().step(now, undefined, ready(1)),
      "1 answers with 1 a read that was asked when 2 was committed",
    );
  });

  it("or the check objects to an answer that nobody has committed, and to one that nobody has asked for", () => {
    assertObjects(() => asked().step(now, undefined, ready(4)), "1 answers a read with 4, which is not committed");
    assertObjects(
      () => asked().step(now, undefined, ready(3, 8)),
      "1 answers the read of ticket 8 of node 1 (start 1), which nobody has asked",
    );
  });

  it("also when another node is asked, and when it gets the answer", () => {
    const context = Uint8Array.of(2, 1);
    const answer = (index: number): Message => ({ type: "ReadIndexResponse", from: 1, to: 2, term: 1, context, index });
    const send = (index: number): Outbox => [
      { type: "Send", message: { type: "ReadIndexResponse", from: 1, to: 2, term: 1, context, index } },
    ];
    const receive = (index: number): Outbox => [{ type: "ForwardedReadReady", context, index }];
    const history = asked().step(follower(2), { type: "ReadIndex", ticket: 1, context });
    history.step(now, undefined, send(3)).step(follower(2), answer(3), receive(3));
    const sentence = (id: number): string => `${id} answers with 2 a read that was asked when 3 was committed`;
    assertObjects(() => history.step(now, undefined, send(2)), sentence(1));
    assertObjects(() => history.step(follower(2), answer(2), receive(2)), sentence(2));
  });

  it("but a leader that trusts its lease answers for what it knew itself", () => {
    const options = { ...DEFAULT_OPTIONS, checkQuorum: true, readOnlyOption: "leaseBased" } as const;
    const stale = leader(3, { term: 0, options, log: LOG, commit: 1 });
    const history = asked().step(stale).step(stale, READ).step(stale, undefined, ready(1));
    assertObjects(
      () => history.step(stale, undefined, ready(0)),
      "3 answers with 0 a read that was asked when 1 was committed",
    );
  });

  it("and a lone voter is only judged if that is wanted", () => {
    const configuration = ofVoters(1);
    const lone = leader(1, { term: 1, log: LOG, configuration });
    const history = (loneVoters: boolean): History =>
      new History(readsAreLinearizable({ loneVoters })).start(follower(2, { log: LOG, commit: 2 })).step(lone);
    history(false).step(lone, READ, ready(0));
    assertObjects(
      () => history(true).step(lone, READ, ready(0)),
      "1 answers with 0 a read that was asked when 2 was committed",
    );
  });
});
