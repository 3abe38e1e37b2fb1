import { assertEquals } from "@std/assert";
import { assertProblem, serverTest, type Subject } from "./client.ts";

async function fill({ ask }: Subject, keys: readonly string[]): Promise<void> {
  for (const key of keys) await ask("PUT", `/raw/default/${encodeURIComponent(key)}`, { body: `value of ${key}` });
}

async function scan({ ask }: Subject, query: string): Promise<unknown> {
  const response = await ask("GET", `/raw/default${query}`);
  assertEquals([response.status, response.headers.get("content-type")], [200, "application/json"]);
  return await response.json();
}

serverTest("a scan lists pairs in the order of their keys, and says where to go on", async (subject) => {
  await fill(subject, ["b", "a", "c"]);
  assertEquals(await scan(subject, "?encoding=utf8&limit=2"), {
    pairs: [{ key: "a", value: "value of a" }, { key: "b", value: "value of b" }],
    next: "c",
  });
  assertEquals(await scan(subject, "?encoding=utf8&start=c"), {
    pairs: [{ key: "c", value: "value of c" }],
    next: null,
  });
  assertEquals(await scan(subject, "?encoding=utf8&start=d"), { pairs: [], next: null });
});

serverTest("a scan speaks base64 unless it is asked otherwise, and takes `start` in the same way", async (subject) => {
  const { ask } = subject;
  await ask("PUT", "/raw/default/%FB%FF", { body: new Uint8Array([0, 1, 2]) });
  await ask("PUT", "/raw/default/%FB%FE", { body: "a" });
  assertEquals(await scan(subject, "?limit=1"), { pairs: [{ key: "+/4=", value: "YQ==" }], next: "+/8=" });
  const rest = { pairs: [{ key: "+/8=", value: "AAEC" }], next: null };
  for (const start of [encodeURIComponent("+/8="), "+/8=", "-_8"]) {
    assertEquals(await scan(subject, `?start=${start}`), rest);
  }
});

serverTest("what is no UTF-8 is refused where UTF-8 is asked for", async ({ ask }) => {
  await ask("PUT", "/raw/default/%FF", { body: "1" });
  await assertProblem(await ask("GET", "/raw/default?encoding=utf8"), 422, "NotUtf8");
  await ask("DELETE", "/raw/default/%FF").then(({ body }) => body?.cancel());
  await ask("PUT", "/raw/default/a", { body: new Uint8Array([0xff]) });
  await assertProblem(await ask("GET", "/raw/default?encoding=utf8"), 422, "NotUtf8");
  await ask("PUT", "/raw/default/a", { body: "1" });
  await ask("PUT", "/raw/default/%FF", { body: "1" });
  await assertProblem(await ask("GET", "/raw/default?encoding=utf8&limit=1"), 422, "NotUtf8"); // `next`
});

serverTest("UTF-8 keeps a byte order mark, and a plus in a query is a space", async (subject) => {
  await fill(subject, ["\ufeffa b"]);
  const { pairs: [{ key }] } = JSON.parse(JSON.stringify(await scan(subject, "?encoding=utf8&start=%EF%BB%BFa+b")));
  assertEquals(key, "\ufeffa b");
});

serverTest("`limit` has bounds and a default", async (subject) => {
  const { ask, node } = subject;
  for (const query of ["", "?limit=1", "?limit=1000"]) await scan(subject, query);
  assertEquals(
    node.asked.map((asked) => asked.type === "read" && asked.query.type === "Scan" && asked.query.limit),
    [100, 1, 1000],
  );
  for (const limit of ["0", "1001", "x", ""]) {
    await assertProblem(await ask("GET", `/raw/default?limit=${limit}`), 400, "BadRequest");
  }
});

serverTest("the default of `limit` is never above the limit of the server", async (subject) => {
  await scan(subject, "");
  const [asked] = subject.node.asked;
  assertEquals(asked.type === "read" && asked.query.type === "Scan" && asked.query.limit, 10);
}, { limits: { maxScan: 10 } });

serverTest("a scan has the options of a read, and refuses what it does not know", async ({ ask, node }) => {
  await (await ask("GET", "/raw/lock?consistency=stale&timeoutMs=9")).body?.cancel();
  const [asked] = node.asked;
  assertEquals([asked.type, asked.options], ["read", { consistency: "stale", timeoutMs: 9 }]);
  assertEquals(asked.type === "read" && asked.query.cf, "lock");
  for (const query of ["encoding=hex", "start=%", "start=a", "end=b", "consistency=x", "timeoutMs=x"]) {
    await assertProblem(await ask("GET", `/raw/default?${query}`), 400, "BadRequest");
  }
});
