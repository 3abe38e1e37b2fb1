/**
 * What error replies tell a client that it may do.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { ProposeError, WhyRejected } from "../../effects/node/raft_node.ts";
import { rejection } from "./fake_node.ts";
import { Talk } from "./talk.ts";

const REASONS: readonly WhyRejected[] = [
  "NoLeader",
  "ForwardingDisabled",
  "NotAMember",
  "TransferInProgress",
  "UncommittedSizeExceeded",
  "ConfChangePending",
  "ConfChangeWhileJoint",
  "ConfChangeNotJoint",
  "SteppedDown",
  "AlreadyLeader",
  "AlreadyTransferring",
  "TransfereeIsLearner",
  "TransfereeUnknown",
  "TransferReplaced",
  "TransferTimedOut",
  "Overloaded",
  "TooLarge",
  "Aborted",
  "Replaced",
  "SessionExpired",
  "AlreadyAcknowledged",
  "InvalidChange",
];

const REQUESTS = ["SET a 1", "SET a 1 NX", "INCR a", "DEL a", "CAS a 1 2", "GET a", "DBSIZE", "SCAN 0", "KEYS *"];
const CLUSTER = ["RAFT TRANSFER", "RAFT MEMBER REMOVE 3"];

for (const reason of REASONS) {
  Deno.test(`a request rejected for ${reason} was certainly not executed, and says so`, async () => {
    const expected = reason === "Overloaded"
      ? "-OVERLOADED not executed: too many requests wait already\r\n"
      : `-REJECTED ${reason}\r\n`;
    const talk = new Talk();
    talk.node.failure = O.some(rejection(reason));
    for (const line of [...REQUESTS, ...CLUSTER]) assertEquals(await talk.ask(line), expected, line);
    talk.node.failure = O.some(rejection(reason, O.some({ id: 2, address: O.none }))); // a leader without an address
    assertEquals(await talk.ask("SET a 1"), expected);
  });
}

Deno.test("only a request that could not be forwarded names the leader", async () => {
  for (const reason of REASONS) {
    const talk = new Talk();
    talk.node.failure = O.some(rejection(reason, O.some({ id: 2, address: O.some("10.0.0.2:7000") })));
    const reply = await talk.ask("INCR a");
    if (reason === "NoLeader" || reason === "ForwardingDisabled") assertEquals(reply, "-NOTLEADER 2 10.0.0.2:7000\r\n");
    else assert(!reply.includes("10.0.0.2"), reply);
  }
});

Deno.test("the leader is named by its address for clients, where that is known", async () => {
  const talk = new Talk({ clientAddress: (id) => id === 2 ? O.some("10.0.0.2:6379") : O.none });
  talk.node.failure = O.some(rejection("ForwardingDisabled", O.some({ id: 2, address: O.some("10.0.0.2:7000") })));
  assertEquals(await talk.ask("INCR a"), "-NOTLEADER 2 10.0.0.2:6379\r\n");
  talk.node.failure = O.some(rejection("ForwardingDisabled", O.some({ id: 2, address: O.none })));
  assertEquals(await talk.ask("INCR a"), "-NOTLEADER 2 10.0.0.2:6379\r\n");
  talk.node.failure = O.some(rejection("ForwardingDisabled", O.some({ id: 3, address: O.some("10.0.0.3:7000") })));
  assertEquals(await talk.ask("INCR a"), "-NOTLEADER 3 10.0.0.3:7000\r\n");
});

const PERHAPS: readonly (readonly [failure: ProposeError, ofWrites: string, ofReads: string])[] = [
  [
    { type: "Unknown", message: "the node has\r\nstopped" },
    "-UNKNOWN perhaps executed: the node has  stopped\r\n",
    "-UNKNOWN not answered: the node has  stopped\r\n",
  ],
  [
    { type: "Timeout" },
    "-TIMEOUT perhaps executed, now or later: the deadline has passed\r\n",
    "-TIMEOUT not answered: the deadline has passed\r\n",
  ],
];

for (const [failure, ofWrites, ofReads] of PERHAPS) {
  Deno.test(`a write whose outcome is ${failure.type} was perhaps executed, a read was not answered`, async () => {
    const talk = new Talk();
    talk.node.failure = O.some(failure);
    const reads = ["GET a", "MGET a", "DBSIZE", "SCAN 0", "KEYS *", "EXISTS a"];
    for (const line of ["SET a 1", "MSET a 1", "SETNX a 1", "APPEND a 1", "DECR a", ...CLUSTER]) {
      assertEquals(await talk.ask(line), ofWrites, line);
    }
    for (const line of reads) assertEquals(await talk.ask(line), ofReads, line);
  });
}

Deno.test("what is wrong with a request is said without asking the node", async () => {
  const talk = new Talk();
  talk.node.broken = true;
  for (const line of ["SET a", "SET a 1 FOO", "INCRBY a x", "SCAN x", "FOO", "CLIENT FOO", "RAFT MEMBER ADD x y"]) {
    assert((await talk.ask(line)).startsWith("-ERR "), line);
  }
  assertEquals(talk.node.asked, []);
});
