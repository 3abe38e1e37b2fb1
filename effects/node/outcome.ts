/**
 * What became of an entry when it was applied.
 *
 * @module
 */
import type { ConfigurationIds } from "../../core/configuration.ts";

/** The outcome of one entry. */
export type Outcome<Reply> =
  /** The state machine has answered, now or when the command was first applied. */
  | { readonly type: "Replied"; readonly reply: Reply }
  | { readonly type: "Opened"; readonly session: number }
  | { readonly type: "Closed" }
  | { readonly type: "SessionExpired" }
  | { readonly type: "AlreadyAcknowledged" }
  /** The configuration is this one now; `changed` is false where the change was vetoed. */
  | { readonly type: "Reconfigured"; readonly configuration: ConfigurationIds; readonly changed: boolean }
  /** An entry without data. */
  | { readonly type: "Nothing" };
