/**
 * Compare and set: CAS, which Redis does not have.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { CommandSpec } from "../command.ts";
import { KEY } from "./arguments.ts";
import { written } from "./replies.ts";

/** `CAS key expected new`: 1 if the value was `expected` and is `new` now. `SET … NX` is for keys that do not exist yet. */
export const CAS: CommandSpec = {
  name: "cas",
  arity: 4,
  flags: ["write", "denyoom", "fast"],
  keys: [1, 1, 1],
  summary: "Stores a value if the present one is as expected",
  since: "0.1.0",
  group: "string",
  complexity: "O(1)",
  arguments: [KEY, { name: "expected", type: "string" }, { name: "new", type: "string" }],
  interpret: ([, key, expected, value]) => ({
    type: "Change",
    command: { type: "CompareAndSet", cf: "default", key, value, expected: O.some(expected) },
    reply: written,
  }),
};
