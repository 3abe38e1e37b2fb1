/**
 * Finds out from where on the log of a stopped node tells what the configuration is.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { NO_MEMBERS } from "../../core/configuration.ts";
import type { Durability } from "../node/state_machine.ts";
import { SystemState } from "../node/system_state.ts";
import type { Found } from "../storage/storage.ts";
import type { KnownConfiguration } from "./recover.ts";

/**
 * The newest of what a folder says: the first members, the newest snapshot, and what a state machine with a disk of its own
 * has stored. Later changes are in the log.
 */
export function knownConfiguration(
  { identity, snapshot }: Found,
  durable: Option<Pick<Durability, "index" | "records">>,
): KnownConfiguration {
  const first = O.isSome(identity) ? [...identity.value.members.keys()] : [];
  let known: KnownConfiguration = { index: 0, configuration: { ...NO_MEMBERS, voters: first } };
  if (O.isSome(snapshot)) known = snapshot.value;
  if (O.isNone(durable) || durable.value.index <= known.index) return known;
  const { index, records } = durable.value;
  if (!records.some(({ key, value }) => key === "members" && value !== null)) return known;
  const system = new SystemState();
  system.restore(records);
  return { index, configuration: system.configuration };
}
