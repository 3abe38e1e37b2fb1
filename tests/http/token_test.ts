import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import { isAuthorized, isSameSecret } from "../../effects/http/token.ts";
import { assertProblem, serverTest } from "./client.ts";

Deno.test("isSameSecret() is true for the same secret alone", () => {
  for (const [given, secret] of [["a", "b"], ["", "a"], ["a", ""], ["ab", "a"], ["a", "ab"], ["é", "e"], ["", ""]]) {
    assertEquals(isSameSecret(given, secret), false, `${given} ${secret}`);
  }
  assertEquals(isSameSecret("grün", "grün"), true);
});

Deno.test("isAuthorized() wants the bearer scheme, in any case, and the whole token", () => {
  for (const header of ["Bearer secret", "bearer secret", "BEARER   secret "]) {
    assertEquals(isAuthorized(header, "secret"), true, header);
  }
  for (
    const header of [
      null,
      "",
      "secret",
      "Basic secret",
      "Bearer",
      "Bearer ",
      "Bearer secret x",
      "Bearer secre",
      "Bearersecret",
    ]
  ) {
    assertEquals(isAuthorized(header, "secret"), false, String(header));
  }
  assertEquals(isAuthorized("Bearer ", ""), false);
});

const paths: readonly [method: string, path: string][] = [
  ["GET", "/raw/default/a"],
  ["PUT", "/raw/default/a"],
  ["DELETE", "/raw/default/a"],
  ["GET", "/raw/default"],
  ["GET", "/kv/a"],
  ["PUT", "/kv/a"],
  ["DELETE", "/kv/a"],
  ["GET", "/status"],
  ["HEAD", "/status"],
  ["GET", "/members"],
  ["POST", "/members"],
  ["DELETE", "/members/2"],
  ["POST", "/transfer"],
  ["GET", "/metrics"],
  ["GET", "/backup"],
  ["GET", "/nowhere"],
  ["PATCH", "/raw/default/a"],
];

let token: Option<string> = O.none;

serverTest("every path but /health and /leader needs the token", async ({ ask, node }) => {
  token = O.some("secret");
  const wrong: readonly HeadersInit[] = [{}, { authorization: "Bearer wrong!" }, { authorization: "Bearer " }];
  for (const headers of wrong) {
    for (const [method, path] of paths) {
      const response = await ask(method, path, { headers });
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="raftfold"');
      if (method === "HEAD") assertEquals([response.status, await response.text()], [401, ""]);
      else await assertProblem(response, 401, "Unauthorized");
    }
  }
  assertEquals(node.asked, []);
  for (const path of ["/health", "/leader"]) assertEquals((await (await ask("GET", path)).json()).term, 7);
  const response = await ask("GET", "/status", { headers: { authorization: "Bearer secret" } });
  assertEquals([response.status, (await response.json()).id], [200, 1]);
}, { token: () => token });

serverTest("a new token counts from the next request on", async ({ ask }) => {
  const statusWith = async (given: string): Promise<number> => {
    const response = await ask("GET", "/status", { headers: { authorization: `Bearer ${given}` } });
    await response.body?.cancel();
    return response.status;
  };
  token = O.some("old");
  assertEquals([await statusWith("old"), await statusWith("new")], [200, 401]);
  token = O.some("new");
  assertEquals([await statusWith("old"), await statusWith("new")], [401, 200]);
  token = O.some("");
  assertEquals([await statusWith(""), await statusWith("new")], [401, 401]);
  token = O.none;
  assertEquals(await statusWith("any"), 200);
}, { token: () => token });
