import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { nodeProblem } from "../../effects/http/node_problem.ts";
import type { ProposeError, WhyRejected } from "../../effects/node/raft_node.ts";
import { testsThatNeed } from "../permissions.ts";
import { assertProblem, serverTest } from "./client.ts";
import { rejected } from "./fake_node.ts";

/** Every reason, or the compiler complains. */
const STATUSES: Readonly<Record<WhyRejected, number>> = {
  NoLeader: 503,
  ForwardingDisabled: 421,
  NotAMember: 421,
  TransferInProgress: 503,
  UncommittedSizeExceeded: 429,
  ConfChangePending: 409,
  ConfChangeWhileJoint: 409,
  ConfChangeNotJoint: 409,
  SteppedDown: 503,
  AlreadyLeader: 409,
  AlreadyTransferring: 409,
  TransfereeIsLearner: 400,
  TransfereeUnknown: 400,
  TransferReplaced: 409,
  TransferTimedOut: 503,
  Overloaded: 429,
  TooLarge: 413,
  Aborted: 503,
  Replaced: 503,
  SessionExpired: 409,
  AlreadyAcknowledged: 409,
  InvalidChange: 400,
};

function isReason(name: string): name is WhyRejected {
  return Object.hasOwn(STATUSES, name);
}

const REASONS = Object.keys(STATUSES).filter(isReason);

Deno.test("every reason of a rejection has its status, and none was executed but an earlier attempt of an expired session", () => {
  for (const reason of REASONS) {
    for (const kind of ["read", "write"] as const) {
      const { status, error } = nodeProblem(rejected(reason), kind);
      const executed = reason === "SessionExpired" ? "perhaps" : "no";
      assertEquals([status, error.type, error.reason, error.executed], [
        STATUSES[reason],
        "Rejected",
        reason,
        executed,
      ]);
    }
  }
});

Deno.test("429 and 503 say when to try again, the others do not", () => {
  for (const reason of REASONS) {
    const { status, headers } = nodeProblem(rejected(reason), "write");
    assertEquals(headers?.["retry-after"], status === 429 || status === 503 ? "1" : undefined, reason);
  }
});

Deno.test("a rejection says who leads, as far as that is known", () => {
  const leaderOf = (error: ProposeError) => nodeProblem(error, "write").error.leader;
  assertEquals(leaderOf(rejected("NotAMember")), { id: 2, address: "127.0.0.1:7002" });
  assertEquals(leaderOf(rejected("NotAMember", O.some({ id: 3, address: O.none }))), { id: 3, address: null });
  assertEquals(leaderOf(rejected("NoLeader", O.none)), null);
});

serverTest(
  "a write without an outcome is 504 and perhaps executed; a read certainly has no effect",
  async ({ ask, node }) => {
    const errors: readonly ProposeError[] = [{ type: "Timeout" }, {
      type: "Unknown",
      message: "Cannot say: the node stopped.",
    }];
    for (const error of errors) {
      node.outcome = O.some(error);
      for (const [method, path] of [["PUT", "/raw/default/a"], ["DELETE", "/raw/default/a"], ["DELETE", "/kv/a"]]) {
        const { executed } = await assertProblem(await ask(method, path), 504, error.type);
        assertEquals(executed, "perhaps");
      }
      for (const path of ["/raw/default/a", "/raw/default", "/kv/a"]) {
        assertEquals((await assertProblem(await ask("GET", path), 504, error.type)).executed, "no");
      }
    }
  },
);

serverTest("every path tells what the node rejects", async ({ ask, node }) => {
  node.outcome = O.some(rejected("Overloaded"));
  const put = { body: '{"value":"a"}' };
  for (const path of ["/raw/default/a", "/kv/a"]) {
    for (const [method, init] of [["GET", {}], ["PUT", put], ["DELETE", {}]] as const) {
      const response = await ask(method, path, init);
      assertEquals(response.headers.get("retry-after"), "1");
      assertEquals((await assertProblem(response, 429, "Rejected")).reason, "Overloaded");
    }
  }
  await assertProblem(await ask("GET", "/raw/default"), 429, "Rejected");
});

testsThatNeed("read")("the table in node_problem.ts says what is true", async () => {
  const source = await Deno.readTextFile(new URL("../../effects/http/node_problem.ts", import.meta.url));
  const documented = new Map<string, string>();
  for (const [, names, status, executed] of source.matchAll(/^ \* \| (`.*?) +\| (\d+) +\| (\w+) +\|$/gm)) {
    for (const [, name] of names.matchAll(/`(\w+)`/g)) {
      documented.set(`${name}${names.includes(" of a read") ? " read" : ""}`, `${status} ${executed}`);
    }
  }
  const expected = new Map(REASONS.map((reason) => {
    const { status, error } = nodeProblem(rejected(reason), "write");
    return [String(reason), `${status} ${error.executed}`];
  }));
  for (const type of ["Unknown", "Timeout"]) expected.set(type, "504 perhaps").set(`${type} read`, "504 no");
  assertEquals([...documented].sort(), [...expected].sort());
});
