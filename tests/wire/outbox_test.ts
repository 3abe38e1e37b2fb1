/**
 * What steps want done.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type Effect, type Outbox, type RejectReason, type RoleName, step } from "../../core/mod.ts";
import {
  decode,
  encode,
  readEffect,
  readOutbox,
  writeEffect,
  writeMessage,
  writeOutbox,
} from "../../effects/wire/mod.ts";
import { plausibleMessages } from "../properties/messages.ts";
import { nodesOfEachRole } from "../properties/pool.ts";
import { PROFILES, schedules } from "../properties/schedule.ts";
import { setups } from "../properties/setups.ts";
import { World } from "../properties/world.ts";
import { assertRefused, assertRoundTrip, type Codec, right } from "./round_trip.ts";
import { EFFECTS, FAULT_REASONS, MESSAGES, REFUSED_REASONS, ROLE_CHANGE_REASONS } from "./samples.ts";

const outboxes: Codec<Outbox> = { write: writeOutbox, read: readOutbox };
const effects: Codec<Effect> = { write: writeEffect, read: readEffect };

describe("An effect comes back:", () => {
  for (const effect of Object.values(EFFECTS)) it(effect.type, () => assertRoundTrip(effects, effect));

  it("with every reason", () => {
    for (const reason of Object.values(ROLE_CHANGE_REASONS)) {
      assertRoundTrip(effects, { ...EFFECTS.RoleChanged, reason });
    }
    for (const reason of Object.values(REFUSED_REASONS)) assertRoundTrip(effects, { type: "Refused", reason });
    for (const reason of Object.values(FAULT_REASONS)) assertRoundTrip(effects, { type: "Fault", reason });
    for (const reason of REJECT_REASONS) assertRoundTrip(effects, { ...EFFECTS.Rejected, reason });
    for (const from of ROLES) for (const to of ROLES) assertRoundTrip(effects, { ...EFFECTS.RoleChanged, from, to });
  });

  it("and each type has a code of its own", () => {
    const list = Object.values(EFFECTS);
    assertEquals(new Set(list.map((effect) => encode(effect, writeEffect)[0])).size, list.length);
  });
});

describe("An outbox comes back", () => {
  it("whatever node wants it done", () => {
    const pool = fc.constantFrom(...nodesOfEachRole(60));
    fc.assert(
      fc.property(pool, fc.array(plausibleMessages(), { maxLength: 5 }), (first, messages) => {
        let node = first;
        for (const message of messages) {
          const [after, outbox] = step(node, message);
          assertRoundTrip(outboxes, outbox);
          node = after;
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("from every step of a cluster", () => {
    const seen = new Set<string>();
    const check = {
      name: "round trip",
      stepped({ outbox }: { outbox: Outbox }) {
        assertRoundTrip(outboxes, outbox);
        for (const { type } of outbox) seen.add(type);
      },
    };
    // In every kind of schedule: snapshots, for one, are rare in most.
    for (const profile of PROFILES) {
      for (const [setup, actions] of fc.sample(fc.tuple(setups, schedules(profile, 80)), { seed: 1, numRuns: 4 })) {
        const world = new World(setup, [check]);
        for (const action of actions) world.act(action);
      }
    }
    // All but those that nobody causes there, or hardly ever.
    const rare = ["RestoreSnapshot", "SnapshotWanted", "Refused", "Fault"];
    for (const type of Object.keys(EFFECTS)) {
      assert(seen.has(type) || rare.includes(type), `No ${type} was among them.`);
    }
  });

  it("with all effects in it", () => assertRoundTrip(outboxes, Object.values(EFFECTS)));
});

describe("An effect is refused", () => {
  it("with a code that was never given", () => {
    assertMatch(assertRefused(Uint8Array.of(12), readEffect), /12 is no effect/);
    assertMatch(assertRefused(Uint8Array.of(8, 0, 99), readEffect), /99 is no reason of a rejection/);
    assertMatch(assertRefused(Uint8Array.of(10, 99), readEffect), /99 is no reason of a refusal/);
    assertMatch(assertRefused(Uint8Array.of(11, 99), readEffect), /99 is no reason of a fault/);
  });

  it("if something else than a message of a peer, or the disk's report, waits for the disk", () => {
    for (const message of Object.values(MESSAGES)) {
      const bytes = Uint8Array.of(0, 0, 0, 0, 0, 1, ...encode(message, writeMessage));
      if (message.type === "Persisted" || "from" in message) {
        const read = Uint8Array.of(1, ...bytes);
        assert(encode(decodeOutbox(read), writeOutbox).length === read.length);
      } else {
        assertMatch(assertRefused(bytes, readEffect), /does not wait for a disk/);
      }
    }
  });

  it("if it sends what only a host says", () => {
    const bytes = Uint8Array.of(1, ...encode(MESSAGES.Tick, writeMessage));
    assertMatch(assertRefused(bytes, readEffect), /is no message of a peer/);
  });
});

const ROLES: readonly RoleName[] = ["follower", "preCandidate", "candidate", "leader"];

const REJECT_REASONS: readonly RejectReason[] = Object.keys(
  {
    NoLeader: 0,
    ForwardingDisabled: 0,
    NotAMember: 0,
    TransferInProgress: 0,
    UncommittedSizeExceeded: 0,
    ConfChangePending: 0,
    ConfChangeWhileJoint: 0,
    ConfChangeNotJoint: 0,
    SteppedDown: 0,
    AlreadyLeader: 0,
    AlreadyTransferring: 0,
    TransfereeIsLearner: 0,
    TransfereeUnknown: 0,
    TransferReplaced: 0,
    TransferTimedOut: 0,
  } satisfies Record<RejectReason, 0>,
) as readonly RejectReason[];

function decodeOutbox(bytes: Uint8Array): Outbox {
  return right(decode(bytes, readOutbox));
}
