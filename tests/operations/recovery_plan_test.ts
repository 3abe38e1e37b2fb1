/** From where on the log tells what the configuration is, and when it does not. */
import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { type ConfigurationIds, NO_MEMBERS } from "../../core/configuration.ts";
import { Log } from "../../core/log.ts";
import { memoryDisk } from "../../effects/disk/memory_disk.ts";
import type { SystemRecord } from "../../effects/node/state_machine.ts";
import { SystemState } from "../../effects/node/system_state.ts";
import { knownConfiguration } from "../../effects/operations/known_configuration.ts";
import { type KnownConfiguration, planRecovery } from "../../effects/operations/recover.ts";
import { fileStorage } from "../../effects/storage/file_storage.ts";
import type { Found, OpenStorage } from "../../effects/storage/storage.ts";
import { entriesOf, persistOf, snapshotOf } from "../storage/persists.ts";

const FIRST = new Map([[1, "a:1"], [2, "b:2"], [3, "c:3"]]);
const IDENTITY = { cluster: "00112233aabbccdd", id: 1, incarnation: "0123456789abcdef", members: FIRST };

const FOUND: Found = {
  identity: O.some(IDENTITY),
  hardState: O.none,
  log: Log.after(),
  snapshot: O.none,
  peers: new Map(),
  notices: [],
};

function voters(...ids: readonly number[]): ConfigurationIds {
  return { ...NO_MEMBERS, voters: ids };
}

function recordsOf(configuration: ConfigurationIds): readonly SystemRecord[] {
  const system = new SystemState();
  system.setMembers(configuration, FIRST);
  return system.records();
}

Deno.test("the configuration is that of the newest of first members, snapshot and store", () => {
  const old: Found = { ...FOUND, snapshot: O.some(snapshotOf(10, 2, 1, 2)) };
  const durable = (index: number, records = recordsOf(voters(3))) => O.some({ index, records });
  const cases: readonly (readonly [KnownConfiguration, number, ConfigurationIds])[] = [
    [knownConfiguration({ ...FOUND, identity: O.none }, O.none), 0, voters()],
    [knownConfiguration(FOUND, O.none), 0, voters(1, 2, 3)],
    [knownConfiguration(old, O.none), 10, voters(1, 2)],
    [knownConfiguration(FOUND, durable(0)), 0, voters(1, 2, 3)],
    [knownConfiguration(FOUND, durable(9)), 9, voters(3)],
    [knownConfiguration(old, durable(9)), 10, voters(1, 2)],
    [knownConfiguration(old, durable(11)), 11, voters(3)],
    [knownConfiguration(old, durable(11, [])), 10, voters(1, 2)],
    [knownConfiguration(old, durable(11, [{ key: "members", value: null }])), 10, voters(1, 2)],
  ];
  for (const [{ index, configuration }, at, expected] of cases) assertEquals([index, configuration], [at, expected]);
});

/** A storage with entries behind 5 up to 8, of which 6 is committed, as far as it knows. */
async function withStorage(work: (storage: OpenStorage) => void | Promise<void>): Promise<void> {
  const opened = await fileStorage("data", { disk: memoryDisk() }).open();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const storage = opened.right;
  await storage.identify(IDENTITY);
  storage.write([persistOf({ hardState: { term: 4, vote: O.none, commit: 6 }, entries: entriesOf(1, 8, 4) })]);
  await storage.sync();
  const log = Log.of({ index: 5, term: 4 }, entriesOf(6, 8, 4));
  await work({ ...storage, found: { ...storage.found, identity: O.some(IDENTITY), ...hardStateOf(6), log } });
  await storage.close();
}

function hardStateOf(commit: number): Pick<Found, "hardState"> {
  return { hardState: O.some({ term: 4, vote: O.none, commit }) };
}

Deno.test("what is known has to fit the log", () =>
  withStorage((storage) => {
    const plan = (index: number) => planRecovery(storage, { index, configuration: voters(1, 2, 3) });
    assertEquals(
      plan(4),
      E.left("Cannot recover: the log begins behind 5, and who was a member then is known only as of 4."),
    );
    assertEquals(plan(9), E.left("Cannot recover: the log ends at 8, and the state is one of 9."));
    for (const [index, commit] of [[5, 6], [6, 6], [7, 7], [8, 8]]) {
      const planned = plan(index);
      assertEquals(E.isRight(planned) && [planned.right.commit, planned.right.last], [commit, 8]);
    }
  }));

Deno.test("a joint configuration is left, and a learner becomes a voter", () =>
  withStorage((storage) => {
    const planned = planRecovery(storage, {
      index: 8,
      configuration: { voters: [2], votersOutgoing: [2, 3], learners: [1], learnersNext: [], autoLeave: false },
    });
    assertEquals(E.isRight(planned) && [planned.right.removed, planned.right.entries.length], [[2, 3], 3]);
    const stranger = planRecovery(storage, { index: 8, configuration: voters(2, 3) });
    assertEquals(stranger, E.left("Cannot recover: node 1 is no member of its cluster any more."));
  }));
