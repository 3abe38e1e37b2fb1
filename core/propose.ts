/**
 * Proposals (§5.3): what clients want in the log.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { accepted } from "./append.ts";
import { isJoint, positionOf } from "./configuration.ts";
import { decodeConfChange } from "./conf_change_bytes.ts";
import { type Draft, draftLeader, draftOwn } from "./draft.ts";
import {
  EMPTY_PROPOSAL,
  type Entry,
  entryAt,
  isConfChange,
  NO_BYTES,
  payloadSize,
  type Proposal,
  proposal,
} from "./entry.ts";
import { type Handled, persisting, refuse, saying, silently } from "./handled.ts";
import type { ForwardedPropose, Propose } from "./message.ts";
import type { Candidate, Follower, Leader, PreCandidate } from "./node.ts";
import type { Rejected, RejectReason } from "./outbox.ts";
import { Replication } from "./replicate.ts";
import { send } from "./send.ts";

type Request = Propose | ForwardedPropose;

/** A leader appends the proposals to its log and sends them on (§5.3). */
export function stepPropose(leader: Leader, request: Request): Handled {
  if (request.entries.length === 0) return refuse(leader, { type: "EmptyProposal" });
  if (positionOf(leader.configuration, leader.id) < 0) return saying(leader, rejection(request, "NotAMember"));
  if (O.isSome(leader.own.transfer)) return saying(leader, rejection(request, "TransferInProgress"));
  if (!hasConfChange(request.entries)) return append(leader, request, request.entries, leader.own.pendingConfIndex);
  const checked = checkConfChanges(leader, request.entries);
  if (E.isLeft(checked)) return refuse(leader, { type: "UnreadableConfChange" });
  const { entries, pendingConfIndex, reasons } = checked.right;
  const handled = append(leader, request, entries, pendingConfIndex);
  const refused = handled[1].length > 0 && handled[1][0].type === "Refused";
  return reasons.length === 0 || refused
    ? handled
    : [handled[0], [...handled[1], ...reasons.map((why) => rejection(request, why))]];
}

function append(
  leader: Leader,
  request: Request,
  entries: readonly Proposal[],
  pendingConfIndex: number,
): Handled {
  const size = payloadSize(entries);
  const own = draftOwn(leader.own);
  const after = draftLeader(leader);
  after.own = own;
  own.pendingConfIndex = pendingConfIndex;
  // One proposal is always let in, whatever its size, and an empty one is never kept out. As in etcd, a change that is kept
  // out still counts as the last one that was proposed.
  if (own.uncommittedSize > 0 && size > 0 && own.uncommittedSize + size > leader.options.maxUncommittedSize) {
    return saying(after, rejection(request, "UncommittedSizeExceeded"));
  }
  own.uncommittedSize += size;
  const replication = appendProposals(after, entries, request.type === "Propose" ? 1 : 0);
  if (request.type === "Propose") {
    const { ticket } = request;
    replication.say({ type: "Appended", ticket, first: leader.log.lastIndex + 1, count: entries.length });
  }
  return replication.handled();
}

/** A follower is asked: the leader has to do it, if the host allows that (thesis §6.2). */
export function forwardPropose(follower: Follower, request: Request): Handled {
  if (O.isNone(follower.lead)) return dropPropose(follower, request);
  if (follower.options.disableProposalForwarding) return saying(follower, rejection(request, "ForwardingDisabled"));
  const own = request.type === "Propose";
  if (!own && request.term !== 0) return refuse(follower, { type: "TermOnForwarded" });
  const from = own ? follower.id : request.from;
  const to = follower.lead.value;
  return saying(follower, send(follower, { type: "ForwardedPropose", from, to, term: 0, entries: request.entries }));
}

/** There is no leader. */
export function dropPropose(node: Follower | PreCandidate | Candidate, request: Request): Handled {
  return saying(node, rejection(request, "NoLeader"));
}

/** The first entry of a new leader, without data: with it, everything before it will be committed (§5.4.2, §8). */
export function appendNoop(leader: Draft<Leader>): Handled {
  return appendProposals(leader, NOOP, 0).handled();
}

/** The leader itself proposes to leave a joint configuration that asks for it, once that one is applied (§6). */
export function proposeAutoLeave(leader: Draft<Leader>): Handled {
  const { configuration, id, applied, own } = leader;
  if (!configuration.autoLeave || applied < own.pendingConfIndex) return silently(leader);
  // While a transfer is under way, the next applied entry or the next leader has another chance.
  if (positionOf(configuration, id) < 0 || O.isSome(own.transfer)) return silently(leader);
  const after = draftOwn(own);
  after.pendingConfIndex = leader.log.lastIndex + 1;
  leader.own = after;
  return appendProposals(leader, LEAVE_JOINT, 0).handled();
}

const NOOP: readonly Proposal[] = [proposal(NO_BYTES)];
const LEAVE_JOINT: readonly Proposal[] = [proposal(NO_BYTES, "confChangeV2")];

// "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in parallel" (§5.3). Its own
// acknowledgement waits, like everybody else's, until the entries are durable.
function appendProposals(leader: Draft<Leader>, proposals: readonly Proposal[], room: number): Replication {
  const first = leader.log.lastIndex + 1;
  const entries = new Array<Entry>(proposals.length);
  for (let i = 0; i < entries.length; i++) entries[i] = entryAt(proposals[i], first + i, leader.term);
  leader.log = leader.log.append(entries);
  const replication = new Replication(leader, leader.own.progress.length + room);
  replication.say(persisting(leader, accepted(leader, leader.id, leader.log.lastIndex)));
  replication.appendToAll(true);
  return replication;
}

interface Checked {
  readonly entries: readonly Proposal[];
  readonly pendingConfIndex: number;
  /** Why changes were replaced by empty entries. */
  readonly reasons: readonly RejectReason[];
}

// §6: one change at a time. A change that has to wait is replaced by an empty entry.
function checkConfChanges(leader: Leader, entries: readonly Proposal[]): Either<"Unreadable", Checked> {
  let { pendingConfIndex } = leader.own;
  const checked: Proposal[] = [];
  const reasons: RejectReason[] = [];
  for (const entry of entries) {
    let accepted = entry;
    if (isConfChange(entry)) {
      const change = decodeConfChange(entry);
      if (E.isLeft(change)) return E.left("Unreadable");
      const reason = whyNotYet(leader, pendingConfIndex, change.right.changes.length === 0);
      if (reason !== null && !leader.options.disableConfChangeValidation) {
        accepted = EMPTY_PROPOSAL;
        reasons.push(reason);
      } else {
        pendingConfIndex = leader.log.lastIndex + checked.length + 1;
      }
    }
    checked.push(accepted);
  }
  return E.right({ entries: checked, pendingConfIndex, reasons });
}

function hasConfChange(entries: readonly Proposal[]): boolean {
  for (let i = 0; i < entries.length; i++) if (isConfChange(entries[i])) return true;
  return false;
}

function whyNotYet(leader: Leader, pendingConfIndex: number, leaves: boolean): RejectReason | null {
  if (pendingConfIndex > leader.applied) return "ConfChangePending";
  const joint = isJoint(leader.configuration);
  if (joint && !leaves) return "ConfChangeWhileJoint";
  return !joint && leaves ? "ConfChangeNotJoint" : null;
}

function rejection(request: Request, reason: RejectReason): Rejected {
  return { type: "Rejected", ticket: request.type === "Propose" ? O.some(request.ticket) : O.none, reason };
}
