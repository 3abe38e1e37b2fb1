/**
 * The Redis protocol (RESP2) in front of a node: a server that Redis clients can talk to.
 *
 * @module
 */
export { type InfoSections, type KvNode, type RespCounters } from "./context.ts";
export { DEFAULT_RESP_LIMITS, type RespLimits } from "./limits.ts";
export type { RespServer, RespServerOptions } from "./options.ts";
export { type ListenError, respServer } from "./server.ts";
