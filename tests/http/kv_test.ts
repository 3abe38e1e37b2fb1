import { assertEquals } from "@std/assert";
import { assertProblem, serverTest } from "./client.ts";

serverTest("PUT, GET and DELETE of /kv speak strings in JSON", async ({ ask }) => {
  const put = await ask("PUT", "/kv/a%2Fb", { body: JSON.stringify({ value: "grün" }) });
  assertEquals(put.status, 204);
  assertEquals(await (await ask("GET", "/kv/a%2Fb")).json(), { value: "grün" });
  assertEquals(await (await ask("GET", "/raw/default/a/b")).text(), "grün");
  assertEquals(await (await ask("DELETE", "/kv/a%2Fb")).json(), { deleted: true });
  await assertProblem(await ask("GET", "/kv/a%2Fb"), 404, "KeyNotFound");
});

serverTest("a value that is no string, and a body that is no JSON, are refused", async ({ ask, node }) => {
  for (
    const body of [
      "",
      "x",
      "{}",
      "[]",
      "null",
      '{"value":1}',
      '{"value":"a","more":1}',
      new Uint8Array([0x22, 0xff, 0x22]),
    ]
  ) {
    await assertProblem(await ask("PUT", "/kv/a", { body }), 400, "BadRequest");
  }
  assertEquals(node.asked, []);
});

serverTest("a complaint about a body names the place, and not the value", async ({ ask }) => {
  const error = await assertProblem(await ask("PUT", "/kv/a", { body: '{"value":12345}' }), 400, "BadRequest");
  assertEquals(error.message, "Cannot use the body: value is no string.");
});

serverTest("a stored value that is no UTF-8 is refused, not replaced", async ({ ask }) => {
  await ask("PUT", "/raw/default/a", { body: new Uint8Array([0xff]) });
  await assertProblem(await ask("GET", "/kv/a"), 422, "NotUtf8");
});

serverTest("/kv has the options of /raw", async ({ ask, node }) => {
  await ask("PUT", "/kv/a?timeoutMs=5", { body: '{"value":""}', headers: { "idempotency-key": "k" } });
  await (await ask("GET", "/kv/a?consistency=stale")).body?.cancel();
  assertEquals(node.asked.map(({ options }) => options), [
    { timeoutMs: 5, idempotencyKey: "k" },
    { timeoutMs: undefined, consistency: "stale" },
  ]);
  for (
    const [method, query] of [["GET", "x=1"], ["PUT", "x=1"], ["DELETE", "x=1"], ["GET", "consistency=x"], [
      "PUT",
      "timeoutMs=x",
    ], ["DELETE", "timeoutMs=x"]]
  ) {
    await assertProblem(await ask(method, `/kv/a?${query}`), 400, "BadRequest");
    await assertProblem(await ask(method, "/kv/%zz"), 400, "BadRequest");
  }
});
