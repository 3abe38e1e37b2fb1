/**
 * Snapshots (§7): what stands in for the part of a log that is gone.
 *
 * @module
 */
import type { Bytes, EntryId } from "./entry.ts";
import type { ConfigurationIds } from "./configuration.ts";

/** A state of the replicated state machine and where in the log it stands. */
export interface Snapshot extends EntryId {
  /** The configuration as of `index`. */
  readonly configuration: ConfigurationIds;
  /** Whatever the host needs to find or to hold the state itself; opaque to the protocol. */
  readonly data: Bytes;
}
