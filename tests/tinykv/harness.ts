/**
 * The bench on which the raft tests of TinyKV's project 2 run against this reducer.
 *
 * TinyKV's tests reach into a mutable node; here a {@linkcode Member} holds a node value, steps it, and plays its host:
 * it makes each `Persist` durable and delivers what the node has addressed to itself before the next input. So a leader
 * has always counted its own entries, and a candidate its own vote, when a test looks.
 *
 * @module
 */
export * from "./harness/disk.ts";
export * from "./harness/entries.ts";
export * from "./harness/member.ts";
export * from "./harness/messages.ts";
export * from "./harness/network.ts";
export * from "./harness/random.ts";
export * from "./harness/raw_node.ts";
export * from "./harness/roles.ts";
export * from "./harness/views.ts";
