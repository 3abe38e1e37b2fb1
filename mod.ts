/**
 * Raft as a fold: the whole protocol is one pure function from a node and a message to a node and an outbox. Around it
 * stand nodes that run, with clocks, disks and networks.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import { bootstrap, DEFAULT_OPTIONS, step } from "@raftfold/raftfold";
 *
 * const alone = bootstrap({ id: 1, options: DEFAULT_OPTIONS }, [1]);
 * if (E.isRight(alone)) {
 *   const [candidate, outbox] = step(alone.right, { type: "Campaign" });
 *   assertEquals(candidate.role, "candidate");
 *   assertEquals(outbox.map((effect) => effect.type), ["Persist", "RoleChanged"]);
 * }
 * ```
 *
 * @module
 */
export * from "./core/mod.ts";
export * from "./effects/mod.ts";
