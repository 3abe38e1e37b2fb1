/**
 * The JSON of a state: its members under their own names. Of the log there is only the position behind which it begins.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as t from "io-ts";
import { type Configuration, configuration } from "../../core/configuration.ts";
import { addInflight, type Inflights, listInflights, NO_INFLIGHTS } from "../../core/inflights.ts";
import { Log } from "../../core/log.ts";
import type { Leadership, Node, ReadRequest, Vote } from "../../core/node.ts";
import { type Options, options as complete } from "../../core/options.ts";
import type { Progress } from "../../core/progress.ts";
import { configurationIds, entryId, snapshot } from "./json_entry.ts";
import { message } from "./json_message.ts";
import { type JsonCodec, mapped, option, real, whole } from "./json_values.ts";

const options: JsonCodec<Options> = mapped(
  "options",
  t.type({
    electionTick: whole,
    heartbeatTick: whole,
    maxSizePerMsg: real,
    maxInflightMsgs: whole,
    maxInflightBytes: real,
    maxUncommittedSize: real,
    checkQuorum: t.boolean,
    preVote: t.boolean,
    readOnlyOption: t.keyof({ safe: null, leaseBased: null }),
    disableProposalForwarding: t.boolean,
    disableConfChangeValidation: t.boolean,
    stepDownOnRemoval: t.boolean,
  }),
  (value): value is Options => isObjectWith(value, "electionTick"),
  (value) => E.mapLeft(({ message }: { readonly message: string }) => message)(complete(value)),
  (value) => value,
);

const members: JsonCodec<Configuration> = mapped(
  "configuration",
  configurationIds,
  (value): value is Configuration => isObjectWith(value, "members"),
  (value) => E.right(configuration(value)),
  ({ voters, votersOutgoing, learners, learnersNext, autoLeave }) => {
    return { voters, votersOutgoing, learners, learnersNext, autoLeave };
  },
);

const log: JsonCodec<Log> = mapped(
  "log",
  entryId,
  (value): value is Log => value instanceof Log,
  (value) => E.right(Log.after(value)),
  (value) => value.snapshot,
);

const request: JsonCodec<ReadRequest> = mapped(
  "read",
  message,
  (value): value is ReadRequest => isObjectWith(value, "context"),
  (value) =>
    value.type === "ReadIndex" || value.type === "ForwardedReadIndex"
      ? E.right(value)
      : E.left(`${value.type} is no read`),
  (value) => value,
);

const inflights: JsonCodec<Inflights> = mapped(
  "inflights",
  t.readonlyArray(t.readonly(t.tuple([whole, whole]))),
  (value): value is Inflights => isObjectWith(value, "count"),
  (value) => E.right(value.reduce((all, [index, bytes]) => addInflight(all, index, bytes), NO_INFLIGHTS)),
  listInflights,
);

const peer = { match: whole, next: whole, sentCommit: whole, recentActive: t.boolean };

const progress: JsonCodec<Progress> = t.union([
  t.type({ state: t.literal("probe"), ...peer, paused: t.boolean }),
  t.type({ state: t.literal("replicate"), ...peer, paused: t.boolean, inflights }),
  t.type({ state: t.literal("snapshot"), ...peer, pendingSnapshot: whole }),
]);

const leadership: JsonCodec<Leadership> = t.type({
  heartbeatElapsed: whole,
  transfer: option(t.type({ transferee: whole, ticket: option(whole) })),
  pendingConfIndex: whole,
  uncommittedSize: whole,
  reads: t.type({
    confirmed: whole,
    pending: t.readonlyArray(t.type({ index: whole, request })),
    acks: t.readonlyArray(t.type({ from: whole, position: whole })),
  }),
  progress: t.readonlyArray(progress),
});

const votes: JsonCodec<readonly Vote[]> = t.readonlyArray(t.type({ from: whole, granted: t.boolean }));

const common = {
  id: whole,
  options,
  configuration: members,
  snapshot: option(snapshot),
  term: whole,
  vote: option(whole),
  lead: option(whole),
  log,
  stable: whole,
  pendingSnapshot: option(snapshot),
  commit: whole,
  applied: whole,
  electionElapsed: whole,
  timeout: option(whole),
  heldReads: t.readonlyArray(request),
};

const roles = {
  follower: t.type({ role: t.literal("follower"), ...common, own: t.null }),
  preCandidate: t.type({ role: t.literal("preCandidate"), ...common, own: votes }),
  candidate: t.type({ role: t.literal("candidate"), ...common, own: votes }),
  leader: t.type({ role: t.literal("leader"), ...common, own: leadership }),
};

const anyRole: JsonCodec<Node> = t.union([roles.follower, roles.preCandidate, roles.candidate, roles.leader]);

/** A state. */
export const node: JsonCodec<Node> = mapped(
  "node",
  anyRole,
  (value): value is Node => isObjectWith(value, "role"),
  (value) => {
    if (value.role === "leader" && value.own.progress.length !== value.configuration.members.length) {
      return E.left("the progress of a member is missing");
    }
    return E.right(value);
  },
  (value) => value,
);

function isObjectWith(value: unknown, member: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, member);
}
