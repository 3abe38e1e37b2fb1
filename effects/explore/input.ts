/**
 * What can happen to one machine of a cluster.
 *
 * @module
 */
import type { ConfChange } from "../../core/conf_change.ts";
import type { NodeId, Proposal } from "../../core/entry.ts";
import type { PeerMessage } from "../../core/message.ts";
import { canonical } from "./canonical.ts";

/** One thing that happens to a machine. */
export type Input =
  /** A message arrives. */
  | { readonly type: "deliver"; readonly message: PeerMessage }
  /** Its election timeout passes. */
  | { readonly type: "timeout" }
  /** An election timeout passes, but its own is longer: it protects no leader any more. */
  | { readonly type: "idle" }
  /** It crashes, and starts again from what is durable. */
  | { readonly type: "crash" }
  /** Its oldest write becomes durable. */
  | { readonly type: "flush" }
  /** It applies the oldest entry that it was handed. */
  | { readonly type: "apply" }
  /** It sends heartbeats. */
  | { readonly type: "beat" }
  /** It checks its quorum. */
  | { readonly type: "checkQuorum" }
  /** A client proposes a command; the first has the number 1. */
  | { readonly type: "propose"; readonly number: number; readonly proposal: Proposal }
  /** A configuration change is proposed. */
  | { readonly type: "change"; readonly number: number; readonly change: ConfChange }
  /** It makes a snapshot and forgets its log. */
  | { readonly type: "snapshot" }
  /** A client asks for a read. */
  | { readonly type: "read"; readonly number: number }
  /** It is asked to hand over. */
  | { readonly type: "transfer"; readonly to: NodeId }
  /** Its transport cannot reach a peer. */
  | { readonly type: "unreachable"; readonly peer: NodeId };

/** The text of an input. */
export function inputText(input: Input): string {
  return canonical(input);
}
