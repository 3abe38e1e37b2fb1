import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { assertProblem, serverTest, type Subject } from "./client.ts";
import { rejected } from "./fake_node.ts";

const JSON_TYPE = { "content-type": "application/json" };

function post({ ask }: Subject, path: string, body: unknown): Promise<Response> {
  return ask("POST", path, { body: JSON.stringify(body), headers: JSON_TYPE });
}

serverTest("POST /members says what is to be true, and answers with the new configuration", async (subject) => {
  const response = await post(subject, "/members?timeoutMs=900", {
    add: { "4": "10.0.0.4:7001" },
    learners: { "5": "[::1]:7001", "6": "node-6.example.org:1" },
    promote: [3],
    remove: [2],
  });
  assertEquals(response.status, 200);
  assertEquals((await response.json()).configuration.voters, [1, 2, 4]);
  const [asked] = subject.node.asked;
  assertEquals(asked.type === "change" && asked.changes, {
    add: new Map([[4, "10.0.0.4:7001"]]),
    learners: new Map([[5, "[::1]:7001"], [6, "node-6.example.org:1"]]),
    promote: [3],
    remove: [2],
  });
  assertEquals(asked.options.timeoutMs, 900);
});

serverTest("POST /members takes any part alone", async (subject) => {
  const parts = [{ add: { "4": "a:1" } }, { learners: { "4": "a:1" } }, { promote: [3] }, { remove: [2] }];
  for (const body of parts) {
    const response = await post(subject, "/members", body);
    assertEquals([response.status, Object.keys(await response.json())], [200, ["configuration"]]);
  }
});

serverTest("POST /members refuses a body that is none", async (subject) => {
  const wrong: unknown[] = [
    [],
    null,
    1,
    {},
    { add: {}, remove: [] },
    { add: ["a:1"] },
    { add: { "0": "a:1" } },
    { add: { "-1": "a:1" } },
    { add: { "04": "a:1" } },
    { add: { x: "a:1" } },
    { add: { "9007199254740993": "a:1" } },
    { add: { "4": "a" } },
    { add: { "4": "a:1/b" } },
    { add: { "4": "a b:1" } },
    { add: { "4": `${"a".repeat(300)}:1` } },
    { add: { "4": 1 } },
    { learners: null },
    { promote: 3 },
    { promote: [0] },
    { promote: ["3"] },
    { remove: [1.5] },
    { remove: [2], more: 1 },
  ];
  for (const body of wrong) await assertProblem(await post(subject, "/members", body), 400, "BadRequest");
  const { ask, node } = subject;
  await assertProblem(await ask("POST", "/members", { body: "{", headers: JSON_TYPE }), 400, "BadRequest");
  await assertProblem(await ask("POST", "/members?x=1", { body: "{}", headers: JSON_TYPE }), 400, "BadRequest");
  assertEquals(node.asked, []);
});

serverTest("a complaint about a change names the member of the body that is wrong", async (subject) => {
  const message = async (body: unknown): Promise<string> =>
    (await assertProblem(await post(subject, "/members", body), 400, "BadRequest")).message;
  assertEquals(await message({ promote: [3, "x"] }), "Cannot use the body: promote.1 is no NodeId.");
  assertEquals(await message([]), "Cannot use the body: it is no MemberChanges.");
  assertEquals(await message({ add: { a: 1 } }), "Cannot use the body: add is no {id: host:port}.");
  assertEquals(await message({ remoev: [1] }), 'Cannot use the body: "remoev" is not a known member.');
});

serverTest(
  "POST needs the content type of JSON, which a foreign web page cannot say unasked",
  async ({ ask, node }) => {
    const types = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonx",
      "text/plain; application/json",
    ];
    for (const path of ["/members", "/transfer"]) {
      for (const type of types) {
        const response = await ask("POST", path, { body: '{"remove":[2]}', headers: { "content-type": type } });
        await assertProblem(response, 415, "UnsupportedMediaType");
      }
      await assertProblem(await ask("POST", path, { body: new Uint8Array([0x7b, 0x7d]) }), 415, "UnsupportedMediaType");
    }
    assertEquals(node.asked, []);
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    assertEquals((await (await ask("POST", "/transfer", { body: "{}", headers })).json()).leader, 2);
  },
);

serverTest("the answers of the server allow no page of another origin anything", async ({ ask }) => {
  const headers = { origin: "https://example.org", "access-control-request-method": "POST" };
  const response = await ask("OPTIONS", "/members", { headers });
  assertEquals([...response.headers.keys()].filter((name) => name.startsWith("access-control")), []);
  await assertProblem(response, 405, "MethodNotAllowed");
});

serverTest("DELETE /members/{id} removes one node", async ({ ask, node }) => {
  assertEquals((await (await ask("DELETE", "/members/2?timeoutMs=5")).json()).configuration.voters, [1, 2, 4]);
  const [asked] = node.asked;
  assertEquals([asked.type === "change" && asked.changes, asked.options.timeoutMs], [{ remove: [2] }, 5]);
  for (const id of ["", "0", "x", "2/", "-2", "02", "2.0", "99999999999999999"]) {
    await assertProblem(await ask("DELETE", `/members/${id}`), 400, "BadRequest");
  }
  await assertProblem(await ask("DELETE", "/members/2?x=1"), 400, "BadRequest");
});

serverTest("POST /transfer hands over to a node, or to the one that is furthest", async (subject) => {
  assertEquals(await (await post(subject, "/transfer", { to: 3 })).json(), { leader: 3 });
  assertEquals(await (await post(subject, "/transfer", {})).json(), { leader: 2 });
  assertEquals(subject.node.asked.map((asked) => asked.type === "transfer" && asked.to), [3, undefined]);
  for (const body of [{ to: 0 }, { to: "3" }, { from: 1 }, []]) {
    await assertProblem(await post(subject, "/transfer", body), 400, "BadRequest");
  }
});

serverTest("what the node says against a change is told with the leader", async (subject) => {
  subject.node.outcome = O.some(rejected("ConfChangePending"));
  const error = await assertProblem(await post(subject, "/members", { remove: [2] }), 409, "Rejected");
  assertEquals([error.reason, error.executed, error.leader], [
    "ConfChangePending",
    "no",
    { id: 2, address: "127.0.0.1:7002" },
  ]);
  subject.node.outcome = O.some({ type: "Timeout" });
  assertEquals((await assertProblem(await post(subject, "/transfer", {}), 504, "Timeout")).executed, "perhaps");
  await assertProblem(await subject.ask("DELETE", "/members/2"), 504, "Timeout");
});

serverTest("a body of a change has a limit of its own", async (subject) => {
  const error = await assertProblem(
    await post(subject, "/members", { remove: [2], x: "x".repeat(65_536) }),
    413,
    "BodyTooLarge",
  );
  assertEquals(error.message, "Cannot take a body of more than 65536 bytes.");
});
