/**
 * Questions to the node, and what becomes of its answers.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { KvCommand, KvReply } from "../kv/command.ts";
import type { KvAnswer, KvQuery } from "../kv/query.ts";
import type { ProposeError, ReadOptions, RequestOptions } from "../node/raft_node.ts";
import { type Call, type KvNode, withinSpan } from "./call.ts";
import { type Kind, nodeProblem } from "./node_problem.ts";
import type { Problem } from "./problem.ts";

/** Has a command executed. */
export function propose(call: Call, command: KvCommand, options: RequestOptions): Promise<Either<Problem, KvReply>> {
  return ask(call, "write", (node) => node.propose(command, options));
}

/** Has a query answered. */
export function read(call: Call, query: KvQuery, options: ReadOptions): Promise<Either<Problem, KvAnswer>> {
  return ask(call, "read", (node) => node.read(query, options));
}

/** Asks the node as one of the requests that may wait for it, and turns what went wrong into a problem. */
export async function ask<A>(
  call: Call,
  kind: Kind,
  question: (node: KvNode) => Promise<Either<ProposeError, A>>,
): Promise<Either<Problem, A>> {
  const { intake } = call.service;
  const entered = intake.enter();
  if (E.isLeft(entered)) return entered;
  try {
    const answer = await withinSpan(call, question);
    return E.isLeft(answer) ? E.left(nodeProblem(answer.left, kind)) : answer;
  } finally {
    intake.leave();
  }
}

/** The state machine gave another kind of reply than the command has: a defect, which ends as 500. */
export function unexpected(reply: KvReply | KvAnswer): never {
  throw new Error(`Cannot use a reply of type ${reply.type} here.`);
}
