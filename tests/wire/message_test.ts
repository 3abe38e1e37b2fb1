/**
 * Every message of the union.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import * as E from "fp-ts/Either";
import type { Message, MessageType } from "../../core/mod.ts";
import { decodePeerMessage, encode, readMessage, WireError, writeMessage } from "../../effects/wire/mod.ts";
import { messages } from "./arbitraries.ts";
import { assertRefused, assertRoundTrip, type Codec, observable, right } from "./round_trip.ts";
import { MESSAGES } from "./samples.ts";

const codec: Codec<Message> = { write: writeMessage, read: readMessage };
const TYPES = Object.keys(MESSAGES) as readonly MessageType[];

/** The messages that a host gives to its own node: a peer must not. */
const HOST: readonly MessageType[] = [
  ...["Tick", "Campaign", "Beat", "CheckQuorum", "Propose", "ReadIndex", "TransferLeader", "ForgetLeader"] as const,
  ...["Unreachable", "SnapshotStatus", "ApplyConfChange", "Persisted", "Applied", "SnapshotAvailable"] as const,
  ...["SnapshotUnavailable", "Compact"] as const,
];

describe("A message comes back:", () => {
  for (const type of TYPES) {
    it(type, () => {
      assertRoundTrip(codec, MESSAGES[type]);
      fc.assert(fc.property(messages[type], (message) => assertRoundTrip(codec, message)), {
        seed: 1,
        numRuns: 200,
      });
    });
  }

  it("and each type has a tag of its own", () => {
    const tags = TYPES.map((type) => encode(MESSAGES[type], writeMessage)[0]);
    assertEquals(new Set(tags).size, TYPES.length);
  });
});

describe("decodePeerMessage()", () => {
  for (const type of TYPES.filter((type) => !HOST.includes(type))) {
    it(`lets ${type} in`, () => {
      const decoded = right(decodePeerMessage(encode(MESSAGES[type], writeMessage)));
      assertEquals(observable(decoded), observable(MESSAGES[type]));
    });
  }

  for (const type of HOST) {
    it(`refuses ${type}: only the host itself says that`, () => {
      assertRefusedFromPeer(encode(MESSAGES[type], writeMessage));
      // However much follows it.
      assertRefusedFromPeer(Uint8Array.of(...encode(MESSAGES[type], writeMessage), ...new Uint8Array(30)));
    });
  }

  it("refuses tags that were never given", () => {
    for (const tag of [0, 15, 63, 64, 80, 255]) {
      const message = assertRefusedFromPeer(Uint8Array.of(tag, 1, 2, 3, 0, 0));
      assertMatch(message, new RegExp(`${tag} is no message of a peer`));
    }
    assertMatch(assertRefused(Uint8Array.of(80), readMessage), /80 is no message of a host/);
  });

  it("refuses nothing at all, and what is left over", () => {
    assertMatch(assertRefusedFromPeer(new Uint8Array(0)), /end too early/);
    const bytes = Uint8Array.of(...encode(MESSAGES.TimeoutNow, writeMessage), 0);
    assertMatch(assertRefusedFromPeer(bytes), /left over/);
  });

  it("gives views of the bytes: who uses those again has to copy them first", () => {
    const bytes = encode(MESSAGES.ReadIndexResponse, writeMessage);
    const message = right(decodePeerMessage(bytes));
    bytes.fill(0);
    assert(message.type === "ReadIndexResponse" && message.context.every((byte) => byte === 0));
  });
});

function assertRefusedFromPeer(bytes: Uint8Array): string {
  const result = decodePeerMessage(bytes);
  assert(E.isLeft(result) && result.left instanceof WireError);
  return result.left.message;
}
