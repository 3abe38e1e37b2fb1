import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { proposal } from "../../core/entry.ts";
import { decodeAnswer, encodeRequest } from "../../effects/node/requests.ts";
import { encodeEnvelope } from "../../effects/session/envelope.ts";
import { jsonCodec } from "../../effects/node/json_codec.ts";
import { systemRandom } from "../../effects/random/random.ts";
import * as t from "io-ts";
import { Cluster } from "./cluster.ts";

Deno.test("a proposal that comes in another term than the one in which it was sent is rejected for certain", async () => {
  const cluster = await Cluster.started(1);
  const leader = await cluster.leader();
  const { address, cluster: name, term } = leader.status();
  // A peer that was held up: it speaks the protocol of the requests by hand.
  const local = { cluster: name, id: 2, incarnation: "00000000000000aa", address: O.none, clock: cluster.clock };
  const handler = {
    admit: () => E.right(undefined),
    receive: () => {},
    request: () => Promise.reject(new Error("nobody asks")),
    offerSnapshot: () => E.left("not now"),
    snapshotReceived: () => {},
    unreachable: () => {},
  };
  const opening = cluster.network.transport("node-2").open(
    { ...local, random: systemRandom, logger: { log: () => {} } },
    handler,
  );
  const peer = await cluster.waitFor(opening);
  if (E.isLeft(peer)) throw new Error(peer.left.message);
  peer.right.setPeers(new Map([[1, address]]));
  const data = encodeEnvelope({ type: "Plain", command: jsonCodec(t.number).encode(7) });
  const ask = async (counter: number, inTerm: number) => {
    const request = encodeRequest({ run: "r", counter }, {
      type: "Propose",
      term: inTerm,
      proposals: [proposal(data)],
    });
    const answer = await cluster.waitFor(peer.right.request(1, request, new AbortController().signal));
    return O.isSome(answer) ? decodeAnswer(answer.value) : answer;
  };
  assertEquals(await ask(1, term - 1), E.right(E.left("SteppedDown")));
  assertEquals(cluster.counter(1).added, []);
  assertEquals(await ask(2, term), E.right(E.right({ index: 2, term })));
  await cluster.clock.advance(100);
  assertEquals(cluster.counter(1).added, [7]);
  await cluster.waitFor(peer.right.close());
  await cluster.close();
});
