/**
 * The trace of a write, as the node that the client asked sees it: from the proposal to the log, the commit and the state
 * machine. A node without a tracer pays one comparison with undefined for each of these calls, and allocates nothing:
 *
 * ```
 * const trace = tracer?.proposal();       // in `propose`, before it first waits
 * trace?.forwarded(leader);               // where another node leads, when the proposal leaves for it
 * trace?.appended(index, term);           // it is known where in the log the entry landed
 * trace?.committed();                     // the entry is in an `Apply`
 * trace?.applied();                       // the state machine has returned the reply
 * trace?.failed("NoLeader");              // or the proposal is rejected, timed out, or unknown
 * ```
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";

/** A proposal that is being traced. Calls may be left out, and whatever is called after `applied` or `failed` does nothing. */
export interface ProposalTrace {
  /** It goes to the leader `to`. */
  forwarded(to: NodeId): void;
  /** It is in the leader's log. */
  appended(index: number, term: number): void;
  /** It is committed. */
  committed(): void;
  /** It is applied: all is done. */
  applied(): void;
  /** It is not, or nobody knows: `reason` is the name of a reason, or of the kind of error. */
  failed(reason: string): void;
}

/** What traces the proposals of a node. */
export interface NodeTracer {
  /** Begins to trace a proposal, as a part of the span within which it is called; undefined if nobody records it. */
  proposal(): ProposalTrace | undefined;
}
