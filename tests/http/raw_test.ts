import { assertEquals } from "@std/assert";
import { assertProblem, exchange, serverTest } from "./client.ts";

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);

serverTest("PUT stores the body byte for byte, and GET returns it as it is", async ({ ask }) => {
  const put = await ask("PUT", "/raw/default/a", { body: ALL_BYTES });
  assertEquals([put.status, await put.text()], [204, ""]);
  const get = await ask("GET", "/raw/default/a");
  assertEquals(get.status, 200);
  assertEquals(get.headers.get("content-type"), "application/octet-stream");
  assertEquals(await get.bytes(), ALL_BYTES);
});

serverTest("an answer is not kept by caches, and not taken for a page", async ({ ask }) => {
  for (const path of ["/raw/default/a", "/raw/default", "/status", "/metrics", "/nowhere"]) {
    const { headers, body } = await ask("GET", path);
    await body?.cancel();
    assertEquals([headers.get("cache-control"), headers.get("x-content-type-options")], ["no-store", "nosniff"], path);
  }
});

serverTest("a key that does not exist is a 404 in JSON", async ({ ask }) => {
  const error = await assertProblem(await ask("GET", "/raw/default/none"), 404, "KeyNotFound");
  assertEquals(error.executed, "no");
});

serverTest("an empty value is a value", async ({ ask }) => {
  assertEquals((await ask("PUT", "/raw/default/empty")).status, 204);
  const get = await ask("GET", "/raw/default/empty");
  assertEquals([get.status, await get.text()], [200, ""]);
});

serverTest("DELETE says whether the key existed", async ({ ask }) => {
  await ask("PUT", "/raw/default/a", { body: "1" });
  assertEquals(await (await ask("DELETE", "/raw/default/a")).json(), { deleted: true });
  assertEquals(await (await ask("DELETE", "/raw/default/a")).json(), { deleted: false });
  await assertProblem(await ask("GET", "/raw/default/a"), 404, "KeyNotFound");
});

serverTest("column families are key spaces of their own; an unknown one is a 404 that lists them", async ({ ask }) => {
  await ask("PUT", "/raw/lock/a", { body: "locked" });
  await assertProblem(await ask("GET", "/raw/write/a"), 404, "KeyNotFound");
  assertEquals(await (await ask("GET", "/raw/lock/a")).text(), "locked");
  for (
    const [method, path] of [["GET", "/raw/other/a"], ["PUT", "/raw/other/a"], ["DELETE", "/raw//a"], [
      "GET",
      "/raw/other",
    ]]
  ) {
    const error = await assertProblem(await ask(method, path), 404, "UnknownFamily");
    assertEquals(error.families, ["default", "lock", "write"]);
  }
});

serverTest("a key is the percent-decoded bytes behind the slash, whatever they are", async ({ server, node }) => {
  const keys: readonly [path: string, key: number[]][] = [
    ["%00%ff%2F", [0, 255, 0x2f]],
    ["a/b//c", [97, 47, 98, 47, 47, 99]],
    ["..", [46, 46]],
    ["%2e%2E/x", [46, 46, 47, 120]],
    ["a+b", [97, 43, 98]],
    ["", []],
    ["Li4?encoding=base64", [46, 46]],
    ["-_8=?encoding=base64", [251, 255]],
    ["+/8?encoding=base64", [251, 255]],
    ["?encoding=base64", []],
  ];
  for (const [path, key] of keys) {
    node.asked.length = 0;
    const head = `PUT /raw/default/${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1`;
    assertEquals((await exchange(server, head)).split("\r\n")[0], "HTTP/1.1 204 No Content", path);
    const [asked] = node.asked;
    assertEquals(asked.type === "propose" && asked.command.type === "Set" && [...asked.command.key], key, path);
  }
});

serverTest("a key that cannot be decoded is refused", async ({ server, ask }) => {
  for (const path of ["%", "%1", "%zz", "a%2", "%1g"]) {
    const head = `GET /raw/default/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    assertEquals((await exchange(server, head)).split("\r\n")[0], "HTTP/1.1 400 Bad Request", path);
  }
  await assertProblem(await ask("GET", "/raw/default/a?encoding=base64"), 400, "BadRequest");
  await assertProblem(await ask("GET", "/raw/default/a%FF?encoding=base64"), 400, "BadRequest");
});

serverTest("reads are linearizable unless they are asked to be stale", async ({ ask, node }) => {
  for (const query of ["", "?consistency=linearizable", "?consistency=stale"]) {
    await (await ask("GET", `/raw/default/a${query}`)).body?.cancel();
  }
  assertEquals(
    node.asked.map((asked) => asked.type === "read" && asked.options.consistency),
    ["linearizable", "linearizable", "stale"],
  );
  await assertProblem(await ask("GET", "/raw/default/a?consistency=none"), 400, "BadRequest");
});

serverTest("a deadline is handed on within its limits", async ({ ask, node }) => {
  await (await ask("GET", "/raw/default/a?timeoutMs=250")).body?.cancel();
  await ask("PUT", "/raw/default/a?timeoutMs=60000");
  await ask("DELETE", "/raw/default/a").then((response) => response.body?.cancel());
  assertEquals(node.asked.map(({ options }) => options.timeoutMs), [250, 60_000, undefined]);
  for (const wrong of ["0", "60001", "-1", "1.5", "soon", "", "1e3", "9".repeat(400)]) {
    await assertProblem(await ask("GET", `/raw/default/a?timeoutMs=${wrong}`), 400, "BadRequest");
  }
});

serverTest("a parameter that is unknown or given twice is refused", async ({ ask, node }) => {
  for (const query of ["consistancy=stale", "timeoutMs=1&timeoutMs=2", "=", "__proto__=1"]) {
    for (const method of ["GET", "PUT", "DELETE"]) {
      await assertProblem(await ask(method, `/raw/default/a?${query}`), 400, "BadRequest");
    }
  }
  await assertProblem(await ask("PUT", "/raw/default/a?consistency=stale"), 400, "BadRequest");
  assertEquals(node.asked, []);
  assertEquals((await ask("PUT", "/raw/default/a?&timeoutMs=5&")).status, 204);
});

serverTest("If-None-Match and If-Match make a PUT depend on whether the key exists", async ({ ask }) => {
  const put = (name: string, value: string) => ask("PUT", "/raw/default/a", { body: value, headers: { [name]: "*" } });
  const missing = await assertProblem(await put("if-match", "1"), 412, "PreconditionFailed");
  assertEquals(missing.executed, "no");
  assertEquals((await put("if-none-match", "2")).status, 204);
  await assertProblem(await put("if-none-match", "3"), 412, "PreconditionFailed");
  assertEquals((await put("if-match", "4")).status, 204);
  assertEquals(await (await ask("GET", "/raw/default/a")).text(), "4");
});

serverTest("conditions that name a version, or contradict each other, are refused", async ({ ask }) => {
  const wrong: readonly HeadersInit[] = [
    { "if-match": '"abc"' },
    { "if-none-match": '"abc"' },
    { "if-match": "*", "if-none-match": "*" },
  ];
  for (const headers of wrong) {
    await assertProblem(await ask("PUT", "/raw/default/a", { headers }), 400, "BadRequest");
  }
});

serverTest("an Idempotency-Key makes a retry harmless", async ({ ask, node }) => {
  const first = { headers: { "idempotency-key": "k1" } };
  await ask("PUT", "/raw/default/a", { ...first, body: "1" });
  await ask("PUT", "/raw/default/a", { body: "2" });
  await ask("PUT", "/raw/default/a", { ...first, body: "1" });
  assertEquals(await (await ask("GET", "/raw/default/a")).text(), "2");
  const second = { headers: { "idempotency-key": "k2" } };
  assertEquals(await (await ask("DELETE", "/raw/default/a", second)).json(), { deleted: true });
  assertEquals(await (await ask("DELETE", "/raw/default/a", second)).json(), { deleted: true });
  assertEquals(node.asked.map(({ options }) => "idempotencyKey" in options ? options.idempotencyKey : "read"), [
    "k1",
    undefined,
    "k1",
    "read",
    "k2",
    "k2",
  ]);
});

serverTest("an Idempotency-Key has from 1 to 128 printable characters", async ({ ask }) => {
  const put = (key: string) => ask("PUT", "/raw/default/a", { headers: { "idempotency-key": key } });
  assertEquals((await put("x".repeat(128))).status, 204);
  for (const key of ["", "x".repeat(129), "caf\u00e9", "a\tb"]) await assertProblem(await put(key), 400, "BadRequest");
});
