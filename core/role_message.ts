/**
 * The messages that each role treats in its own way.
 *
 * @module
 */
import type {
  Applied,
  ApplyConfChange,
  Compact,
  Message,
  Persisted,
  RequestPreVote,
  RequestVote,
  SnapshotAvailable,
  SnapshotUnavailable,
} from "./message.ts";

/** The messages that are treated alike in every role. */
type SharedMessage =
  | RequestVote
  | RequestPreVote
  | Persisted
  | Applied
  | ApplyConfChange
  | SnapshotAvailable
  | SnapshotUnavailable
  | Compact;

/** All others. */
export type RoleMessage = Exclude<Message, SharedMessage>;
