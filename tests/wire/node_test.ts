/**
 * The whole state of a node.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  DEFAULT_OPTIONS,
  entryAt,
  Log,
  type Message,
  type Node,
  type Options,
  proposal,
  step,
  type Votes,
} from "../../core/mod.ts";
import {
  decode,
  encode,
  readLog,
  readNode,
  readOptions,
  writeLog,
  writeNode,
  writeOptions,
  Writer,
} from "../../effects/wire/mod.ts";
import { plausibleMessages } from "../properties/messages.ts";
import { nodesOfEachRole, ROLES } from "../properties/pool.ts";
import { assertRefused, assertRoundTrip, type Codec, observable, right } from "./round_trip.ts";
import { ENTRIES, NODES } from "./samples.ts";

const codec: Codec<Node> = { write: writeNode, read: readNode };
const logs: Codec<Log> = { write: writeLog, read: readLog };
const options: Codec<Options> = { write: writeOptions, read: readOptions };

const POOL = nodesOfEachRole(60);

describe("A node comes back", () => {
  for (const role of ROLES) {
    it(`as a ${role}`, () => assertRoundTrip(codec, NODES[role]));
    it(`as a ${role} that has come about in a cluster`, () => {
      for (const node of POOL) if (node.role === role) assertRoundTrip(codec, node);
    });
  }

  it("whatever it has heard", () => {
    fc.assert(
      fc.property(fc.constantFrom(...POOL), fc.array(plausibleMessages(), { maxLength: 8 }), (first, messages) => {
        assertRoundTrip(codec, messages.reduce((node, message) => step(node, message)[0], first));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("with its members in the order that the core gives them", () => {
    for (const node of POOL) assertEquals(restored(node).configuration, node.configuration);
  });
});

describe("A node that was read", () => {
  it("goes on as the one that was written", () => {
    fc.assert(
      fc.property(fc.constantFrom(...POOL), fc.array(plausibleMessages(), { maxLength: 8 }), goesOn),
      { seed: 2, numRuns: 2000 },
    );
  });

  it("shares no bytes with the one that was written", () => {
    const bytes = encode(NODES.leader, writeNode);
    const node = right(decode(bytes.slice(), readNode));
    assert(node.log.at(1001).data.buffer !== NODES.leader.log.at(1001).data.buffer);
  });
});

describe("A node is refused", () => {
  const bytes = encode(NODES.leader, writeNode);

  it("in a role that there is not", () => {
    assertMatch(assertRefused(Uint8Array.of(4, ...bytes.slice(1)), readNode), /4 is no role/);
  });

  it("with members out of order, on whose positions everything else depends", () => {
    const { configuration } = NODES.leader;
    for (const voters of [[200, 1, 3], [1, 1, 200]]) {
      const wrong = encode({ ...NODES.leader, configuration: { ...configuration, voters } }, writeNode);
      assertMatch(assertRefused(wrong, readNode), /not in ascending order/);
    }
  });

  it("without the progress of every member", () => {
    const { own } = NODES.leader;
    const wrong = encode({ ...NODES.leader, own: { ...own, progress: own.progress.slice(1) } }, writeNode);
    assertMatch(assertRefused(wrong, readNode), /the progress of a member is missing/);
  });

  it("if what it holds is no read", () => {
    const writer = new Writer();
    writeNode(writer, { ...NODES.follower, heldReads: [{ type: "ReadIndex", ticket: 1, context: new Uint8Array(0) }] });
    const copy = writer.copy();
    const last = copy.lastIndexOf(69);
    copy[last] = 70; // TransferLeader, which has as many bytes
    assertMatch(assertRefused(copy, readNode), /TransferLeader is no read/);
  });
});

describe("A log comes back", () => {
  it("empty, compacted, and with entries of all types", () => {
    for (const log of [Log.after(), Log.after({ index: 7, term: 3 }), Log.of({ index: 1000, term: 69 }, ENTRIES)]) {
      assertRoundTrip(logs, log);
    }
    assertRoundTrip(logs, Log.of({ index: 1000, term: 69 }, ENTRIES).compact(1003));
  });

  it("at lengths where its parts are full", () => {
    for (const length of [1023, 1024, 1025, 2048, 5000]) {
      const entries = Array.from({ length }, (_, i) => entryAt(proposal(Uint8Array.of(i & 255)), i + 11, 1 + (i >> 9)));
      const log = Log.of({ index: 10, term: 1 }, entries);
      const again = right(decode(encode(log, writeLog), readLog));
      assertEquals(observable(again), observable(log));
      assertEquals(again.slice(11, 10 + length).length, length);
    }
  });

  it("and is refused with a gap", () => {
    const bytes = Uint8Array.of(5, 1, 1, 4, 9, 0); // behind (5, 1) one entry with an index of its own: 9
    assertMatch(assertRefused(bytes, readLog), /the log has a gap before 9/);
  });
});

describe("Settings come back", () => {
  it("with and without limits", () => {
    assertRoundTrip(options, DEFAULT_OPTIONS);
    const limited = { maxSizePerMsg: 0, maxInflightBytes: 2 ** 40, maxUncommittedSize: 2 ** 33, maxInflightMsgs: 1 };
    assertRoundTrip(options, { ...DEFAULT_OPTIONS, ...limited });
    for (const flag of ["checkQuorum", "preVote", "disableProposalForwarding"] as const) {
      assertRoundTrip(options, { ...DEFAULT_OPTIONS, [flag]: true });
    }
    for (const flag of ["disableConfChangeValidation", "stepDownOnRemoval"] as const) {
      assertRoundTrip(options, { ...DEFAULT_OPTIONS, [flag]: true });
    }
    assertRoundTrip(options, { ...DEFAULT_OPTIONS, checkQuorum: true, readOnlyOption: "leaseBased" });
  });

  it("and are refused if no node can have them", () => {
    const wrong = encode({ ...DEFAULT_OPTIONS, maxSizePerMsg: NaN }, writeOptions);
    assertMatch(assertRefused(wrong, readOptions), /Cannot use maxSizePerMsg/);
  });
});

describe("The samples", () => {
  it("of a leader and its candidates have what can be had", () => {
    const votes: Votes = NODES.candidate.own;
    assertEquals(votes.length, 2);
    assertEquals(new Set(NODES.leader.own.progress.map(({ state }) => state)).size, 3);
    assertEquals(NODES.leader.own.progress.length, NODES.leader.configuration.members.length);
  });
});

function restored(node: Node): Node {
  return right(decode(encode(node, writeNode), readNode));
}

function goesOn(first: Node, messages: readonly Message[]): void {
  let [node, again] = [first, restored(first)];
  for (const message of messages) {
    const [after, outbox] = step(node, message);
    const [afterAgain, outboxAgain] = step(again, message);
    assertEquals(observable(outboxAgain), observable(outbox));
    assertEquals(observable(afterAgain), observable(after));
    [node, again] = [after, afterAgain];
  }
}
