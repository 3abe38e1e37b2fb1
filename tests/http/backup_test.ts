import { assert, assertEquals, assertRejects } from "@std/assert";
import * as O from "fp-ts/Option";
import { assertProblem, connect, serverTest } from "./client.ts";
import { FakeFile, rejected } from "./fake_node.ts";

const BYTES = Uint8Array.from({ length: 1_000_003 }, (_, i) => i * 7);

serverTest("/backup sends the file of a snapshot byte for byte, and closes it", async ({ ask, node }) => {
  for (const bytes of [BYTES, BYTES.slice(0, 262_144), BYTES.slice(0, 1), new Uint8Array(0)]) {
    node.file = new FakeFile(bytes);
    const response = await ask("GET", "/backup?timeoutMs=50");
    assertEquals([response.status, response.headers.get("content-type")], [200, "application/octet-stream"]);
    assertEquals(response.headers.get("content-length"), String(bytes.length));
    assertEquals(response.headers.get("content-disposition"), 'attachment; filename="raftfold-7-9.backup"');
    assertEquals(await response.bytes(), bytes);
    assertEquals(node.file.closed, 1);
  }
  assertEquals(node.asked[0], { type: "backup", options: { timeoutMs: 50 } });
});

serverTest("a transfer that breaks off on this side cannot be taken for a backup", async ({ ask, node }) => {
  node.file = new FakeFile(BYTES);
  node.file.readable = 500_000;
  const response = await ask("GET", "/backup");
  await assertRejects(() => response.bytes());
  assertEquals(node.file.closed, 1);
});

serverTest("the file is closed when the client goes away", async ({ server, node }) => {
  node.file = new FakeFile(new Uint8Array(64 << 20)); // more than the buffers between the two hold
  const connection = await connect(server);
  await connection.write(new TextEncoder().encode("GET /backup HTTP/1.1\r\nHost: x\r\n\r\n"));
  assert((await connection.read(new Uint8Array(1_000)) ?? 0) > 0);
  connection.close();
  while (node.file.closed === 0) await new Promise((resolve) => setImmediate(resolve));
  assertEquals(node.file.closed, 1);
});

serverTest("HEAD of /backup makes none", async ({ ask, node }) => {
  assertEquals((await ask("HEAD", "/backup")).status, 204);
  assertEquals(node.asked, []);
});

serverTest("why there is no backup is told like any other error of a read", async ({ ask, node }) => {
  node.outcome = O.some(rejected("NoLeader"));
  assertEquals((await assertProblem(await ask("GET", "/backup"), 503, "Rejected")).reason, "NoLeader");
  node.outcome = O.some({ type: "Timeout" });
  assertEquals((await assertProblem(await ask("GET", "/backup"), 504, "Timeout")).executed, "no");
  for (const query of ["x=1", "timeoutMs=x"]) {
    await assertProblem(await ask("GET", `/backup?${query}`), 400, "BadRequest");
  }
  await assertProblem(await ask("POST", "/backup"), 405, "MethodNotAllowed");
});
