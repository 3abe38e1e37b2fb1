/**
 * Which messages the nodes of a simulation took in which roles, and which they should have taken.
 *
 * @module
 */
import type { MessageType } from "../../core/message.ts";
import type { RoleName } from "../../core/outbox.ts";
import type { Pair, Tally } from "./outcome.ts";

/** The roles, in the order of a career. */
export const ROLES: readonly RoleName[] = ["follower", "preCandidate", "candidate", "leader"];

/** Why a pair is none that every large number of runs shows. */
interface Unusual {
  /** Whether it cannot occur at all; if it can, it takes a coincidence. */
  readonly never: boolean;
  /** Why, in words. */
  readonly reason: string;
}

/** The roles in which a message is unusual. */
type Roles = Readonly<Partial<Record<RoleName, Unusual>>>;

/** It cannot occur in any role. */
function never(reason: string): Roles {
  const unusual = { never: true, reason };
  return { follower: unusual, preCandidate: unusual, candidate: unusual, leader: unusual };
}

/** It takes a coincidence in these roles. */
function rare(reason: string, ...roles: readonly RoleName[]): Roles {
  return Object.fromEntries(roles.map((role) => [role, { never: false, reason }]));
}

const USUAL: Roles = {};
const NO_FORWARDING = "nodes forward requests of their clients themselves, outside of the reducer";
const BY_TICKS = "only tests say this: in a node, ticks do the same";
const LATE_ANSWER = "the answer to a leader comes when that one has lost its office and waited for an election";
const LATE_SNAPSHOT = "a snapshot arrives when its receiver does not follow the sender any more";
const LATE_WORK = "what the host does ends when the node has already waited for an election meanwhile";

/** What is not shown by every large number of runs, and why. Messages of peers can be late, and so reach every role. */
const UNUSUAL: Readonly<Record<MessageType, Roles>> = {
  Append: USUAL,
  AppendResponse: rare(LATE_ANSWER, "preCandidate", "candidate"),
  RequestVote: USUAL,
  RequestVoteResponse: rare("the vote comes when the candidate has given up, and tries again", "preCandidate"),
  RequestPreVote: USUAL,
  RequestPreVoteResponse: USUAL,
  Heartbeat: USUAL,
  HeartbeatResponse: rare(LATE_ANSWER, "candidate"),
  InstallSnapshot: rare(LATE_SNAPSHOT, "preCandidate", "candidate", "leader"),
  TimeoutNow: rare("whoever is to lead campaigns already", "preCandidate", "candidate", "leader"),
  ForwardedPropose: never(NO_FORWARDING),
  ForwardedReadIndex: never(NO_FORWARDING),
  ReadIndexResponse: never(NO_FORWARDING),
  ForwardedTransferLeader: never(NO_FORWARDING),
  Tick: USUAL,
  Campaign: never(BY_TICKS),
  Beat: never(BY_TICKS),
  CheckQuorum: never(BY_TICKS),
  Propose: {
    candidate: { never: true, reason: "a proposal is for the leader of a term, and the term of a candidate has none" },
  },
  ReadIndex: {
    ...rare("a leader loses its office in the turn in which it asks", "follower", "preCandidate"),
    candidate: { never: true, reason: "only a leader asks, and no turn is long enough for it to become a candidate" },
  },
  TransferLeader: rare("the operator asks a node that does not lead any more", "follower", "preCandidate", "candidate"),
  ForgetLeader: never("only tests say this"),
  Unreachable: USUAL,
  SnapshotStatus: rare(LATE_WORK, "follower", "preCandidate", "candidate"),
  ApplyConfChange: rare(LATE_WORK, "preCandidate", "candidate"),
  Persisted: rare(LATE_WORK, "preCandidate", "candidate"),
  Applied: rare(LATE_WORK, "preCandidate", "candidate"),
  SnapshotAvailable: rare(LATE_WORK, "preCandidate", "candidate"),
  SnapshotUnavailable: rare(LATE_WORK, "preCandidate", "candidate"),
  Compact: rare(LATE_WORK, "preCandidate", "candidate"),
};

/** All messages, those of peers first. */
export const MESSAGE_TYPES: readonly MessageType[] = Object.keys(UNUSUAL).filter(isMessageType);

function isMessageType(name: string): name is MessageType {
  return name in UNUSUAL;
}

/** Why no node of `role` takes a message of `type`; null if one can. */
export function whyUnreachable(type: MessageType, role: RoleName): string | null {
  const unusual = UNUSUAL[type][role];
  return unusual?.never ? unusual.reason : null;
}

/** Which coincidence it takes that a node of `role` takes a message of `type`; null if it takes none, or cannot be. */
export function whyRare(type: MessageType, role: RoleName): string | null {
  const unusual = UNUSUAL[type][role];
  return unusual === undefined || unusual.never ? null : unusual.reason;
}

/** What was seen, although it was said that it cannot be. */
export function unexpectedPairs(coverage: Tally["coverage"]): readonly Pair[] {
  return MESSAGE_TYPES.flatMap((type) =>
    ROLES.flatMap((role): readonly Pair[] => {
      const pair: Pair = `${type} ${role}`;
      return whyUnreachable(type, role) !== null && (coverage[pair] ?? 0) > 0 ? [pair] : [];
    })
  );
}

/** What every large number of runs has to show and these have not, and what takes a coincidence and was not seen either. */
export function missingPairs(
  coverage: Tally["coverage"],
): { readonly missing: readonly Pair[]; readonly rare: readonly Pair[] } {
  const [missing, rare]: [Pair[], Pair[]] = [[], []];
  for (const type of MESSAGE_TYPES) {
    for (const role of ROLES) {
      if (whyUnreachable(type, role) !== null || (coverage[`${type} ${role}`] ?? 0) > 0) continue;
      (whyRare(type, role) === null ? missing : rare).push(`${type} ${role}`);
    }
  }
  return { missing, rare };
}
