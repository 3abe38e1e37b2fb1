/**
 * Replies of the state machine as replies to clients.
 *
 * @module
 */
import type { KvReply } from "../../kv/command.ts";
import { commandFailed } from "../errors.ts";
import { error, integer, ONE, type Reply, ZERO } from "../reply.ts";

/** The state machine has answered something else than its interface promises. */
export const UNEXPECTED: Reply = error("UNKNOWN perhaps executed: the reply is of another type than the command's");

/** A number of keys, pairs or bytes, or the value after an increment. */
export function number(reply: KvReply): Reply {
  switch (reply.type) {
    case "Count":
      return integer(reply.count);
    case "Integer":
      return integer(reply.value);
    case "Failed":
      return commandFailed(reply.reason);
    case "Written":
      return UNEXPECTED;
  }
}

/** 1 if the value was stored, 0 if the condition did not hold. */
export function written(reply: KvReply): Reply {
  if (reply.type === "Failed") return commandFailed(reply.reason);
  return reply.type !== "Written" ? UNEXPECTED : reply.written ? ONE : ZERO;
}
