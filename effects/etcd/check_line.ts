/**
 * Checks the lines of a recording: the same as the codec {@linkcode Line} says, fast enough for a million lines.
 *
 * A check answers `undefined`, or where the value is wrong and why: `.set.term: must be a whole number, not "x"`.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import { isBase64, isCount } from "./json.ts";
import type { Line } from "./recorded.ts";
import { MESSAGE_TYPES } from "./recorded_message.ts";

/**
 * Reads one line.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { parseLine } from "./check_line.ts";
 *
 * assertEquals(parseLine('{"node":"1","tick":true}'), E.right({ node: "1", tick: true }));
 * assertEquals(
 *   parseLine('{"node":"1","tick":true,"term":3}'),
 *   E.left('term is not a member of this line. Remove it, or record the run again.'),
 * );
 * ```
 */
export function parseLine(text: string): Either<string, Line> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return E.left(`not JSON (${why}). Every line must hold one JSON object; copy the file again.`);
  }
  return checkLine(value);
}

/** Checks that `value` is a line: all members of its kind, and no others. */
export function checkLine(value: unknown): Either<string, Line> {
  const problem = isObject(value) ? kindOf(value)(value) : `: a line must be a JSON object, not ${show(value)}`;
  if (problem !== undefined) return E.left(`${problem.replace(/^[.:] ?/, "")}. Remove it, or record the run again.`);
  return E.right(value as unknown as Line); // the checks have established it member by member
}

type Check = (value: unknown) => string | undefined;

interface Checks {
  readonly [member: string]: Check;
}

function kindOf(line: { readonly [member: string]: unknown }): Check {
  if ("step" in line) return step;
  if ("tick" in line) return tick;
  if ("ready" in line) return ready;
  if ("conf" in line) return conf;
  if ("poke" in line) return poke;
  if ("load" in line) return load;
  if ("run" in line) return header;
  return () => ": none of run, load, poke, step, tick, conf and ready is there: this is no line of a recording";
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const count: Check = (value) => isCount(value) ? undefined : `: must be a whole number, not ${show(value)}`;

const base64: Check = (value) => isBase64(value) ? undefined : `: must be base64, not ${show(value)}`;

const boolean: Check = (value) =>
  typeof value === "boolean" ? undefined : `: must be true or false, not ${show(value)}`;

const string: Check = (value) => typeof value === "string" ? undefined : `: must be a string, not ${show(value)}`;

const yes: Check = (value) => value === true ? undefined : `: must be true, not ${show(value)}`;

const object: Check = (value) => isObject(value) ? undefined : `: must be an object, not ${show(value)}`;

function oneOf(...names: readonly string[]): Check {
  const known = new Set<unknown>(names);
  return (value) => known.has(value) ? undefined : `: must be one of ${names.join(", ")}, not ${show(value)}`;
}

function orNull(check: Check): Check {
  return (value) => value === null ? undefined : check(value);
}

function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return `: must be a list, not ${show(value)}`;
    for (let i = 0; i < value.length; i++) {
      const problem = check(value[i]);
      if (problem !== undefined) return `[${i}]${problem}`;
    }
    return undefined;
  };
}

function record(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return `: must be an object, not ${show(value)}`;
    for (const key in value) {
      const problem = check(value[key]);
      if (problem !== undefined) return `.${key}${problem}`;
    }
    return undefined;
  };
}

function members(required: Checks, optional: Checks = {}): Check {
  const must: Checks = Object.assign(Object.create(null), required);
  const may: Checks = Object.assign(Object.create(null), optional);
  const names = Object.keys(required);
  return (value) => {
    if (!isObject(value)) return `: must be an object, not ${show(value)}`;
    let found = 0;
    for (const name in value) {
      let check = may[name];
      if (check === undefined) {
        check = must[name];
        if (check === undefined) return `.${name} is not a member of this ${names[0] === "node" ? "line" : "object"}`;
        found++;
      }
      const problem = check(value[name]);
      if (problem !== undefined) return `.${name}${problem}`;
    }
    return found < names.length ? `.${names.find((name) => !(name in value))} is missing` : undefined;
  };
}

const address: Check = (value) =>
  isCount(value) || value === "append" || value === "apply"
    ? undefined
    : `: must be an id, "append" or "apply", not ${show(value)}`;

const confChange = members({
  transition: oneOf("auto", "jointImplicit", "jointExplicit"),
  changes: list(members({ type: oneOf("addNode", "removeNode", "updateNode", "addLearnerNode"), id: count })),
}, { context: base64 });

const entry = members({}, {
  term: count,
  index: count,
  type: oneOf("normal", "confChange", "confChangeV2"),
  data: base64,
  cc: confChange,
});

const config = members({
  voters: list(count),
  votersOutgoing: list(count),
  learners: list(count),
  learnersNext: list(count),
  autoLeave: boolean,
});

const snapshot = members({ index: count, term: count, confState: config }, { data: base64 });

const message: Check = members({ type: oneOf(...Object.keys(MESSAGE_TYPES)) }, {
  from: address,
  to: address,
  term: count,
  logTerm: count,
  index: count,
  entries: list(entry),
  commit: count,
  vote: count,
  snapshot,
  reject: boolean,
  rejectHint: count,
  context: base64,
  responses: list((value) => message(value)),
});

const position = members({ index: count, term: count });

const role = oneOf("follower", "preCandidate", "candidate", "leader");

const progress = members({
  match: count,
  next: count,
  state: oneOf("probe", "replicate", "snapshot"),
  sentCommit: count,
  pendingSnapshot: count,
  recentActive: boolean,
  msgAppFlowPaused: boolean,
  isLearner: boolean,
  inflights: list(list(count)),
});

const stateMembers: Checks = {
  id: count,
  term: count,
  vote: count,
  lead: count,
  role,
  isLearner: boolean,
  commit: count,
  applied: count,
  snapshot: orNull(snapshot),
  config,
  votes: record(boolean),
  electionElapsed: count,
  heartbeatElapsed: count,
  timeout: count,
  leadTransferee: count,
  pendingConfIndex: count,
  uncommittedSize: count,
  readOnly: members({
    confirmed: count,
    pending: list(members({ index: count, request: message })),
    acks: record(count),
  }),
  pendingReadIndex: list(message),
  options: members({
    electionTick: count,
    heartbeatTick: count,
    maxSizePerMsg: orNull(count),
    maxInflightMsgs: count,
    maxInflightBytes: orNull(count),
    maxUncommittedSize: orNull(count),
    checkQuorum: boolean,
    preVote: boolean,
    readOnlyOption: oneOf("safe", "leaseBased"),
    disableProposalForwarding: boolean,
    disableConfChangeValidation: boolean,
    stepDownOnRemoval: boolean,
  }),
};

const logMembers: Checks = {
  snapshot: position,
  entries: list(entry),
  stable: count,
  pendingSnapshot: orNull(snapshot),
};

const state = members({ ...stateMembers, log: members(logMembers), progress: record(progress) });

const delta = members({}, {
  ...stateMembers,
  log: members({}, { ...logMembers, from: count }),
  progress: record(orNull(progress)),
});

const read = members({ index: count }, { context: base64 });

const outcome: Checks = {
  send: list(message),
  after: list(message),
  reads: list(read),
  confState: config,
  err: string,
  drew: list(count),
  set: delta,
  panic: string,
};

const hardState = members({ term: count, vote: count, commit: count });

const softState = members({ lead: count, role });

const header = members({ run: string, kind: oneOf("example", "suite", "random", "fuzz"), source: string }, {
  parameters: object,
});

const load = members({ node: string, load: state }, {
  init: members({ hardState: orNull(hardState), confState: config, applied: count }),
  rawNode: members({ asyncStorageWrites: boolean, maxCommittedSizePerReady: orNull(count) }),
});

const poke = members({ node: string, poke: delta });

const step = members({ node: string, step: message }, outcome);

const tick = members({ node: string, tick: yes }, outcome);

const conf = members({ node: string, conf: confChange }, outcome);

const ready = members({
  node: string,
  ready: members({ mustSync: boolean }, {
    softState,
    hardState,
    entries: list(count),
    snapshot,
    committedEntries: list(count),
    messages: list(message),
    reads: list(read),
    onAdvance: list(message),
  }),
  book: members({
    softState,
    hardState,
    inProgress: count,
    snapshotInProgress: boolean,
    applying: count,
    applyingSize: count,
    applyingPaused: boolean,
  }),
});
